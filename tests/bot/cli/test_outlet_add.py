"""outlet add: a site's address in, a spec that the bot can read out; each kind of site, each refusal with its cure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scrapers.outlet import Outlet
from scrapers.spec import read_spec
from tests.support.command_line import BackgroundLoop, Call
from tests.support.example_sites import (
    Content,
    ExampleSite,
    articles_of_publisher,
    closed_front,
    dated_index,
    dates_without_zone,
    empty_feed,
    first_page_gone,
    hostile,
    hours_ago,
    json_feed,
    korean_publisher,
    linked_feeds,
    links_by_script,
    listing_only,
    news_sitemap,
    pages_by_script,
    pages_closed,
    pages_refused,
    refused,
    robots_closed,
    robots_fail,
    rss,
    script_only,
    section,
    stale_feed,
    undeclared_feed,
    wordpress,
)

Serve = Callable[[Content], ExampleSite]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's folder."""
    folder = tmp_path / "outlets"
    folder.mkdir()
    monkeypatch.setenv("PACT_OUTLETS", str(folder))
    monkeypatch.setenv("PACT_HOST_PAUSE_SECONDS", "0")
    return folder


@pytest.fixture
def serve(folder: Path, background_loop: BackgroundLoop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a site whose address is trusted."""
    sites: list[ExampleSite] = []

    def serving(content: Content) -> ExampleSite:
        site = ExampleSite(content)
        background_loop.run(site.start())
        sites.append(site)
        monkeypatch.setenv("PACT_TRUSTED_ADDRESSES", ",".join(site.trusted for site in sites))
        return site

    yield serving
    for site in sites:
        background_loop.run(site.close())


def added(call: Call, folder: Path, address: str) -> tuple[Outlet, str]:
    """The outlet that was written, and what was printed."""
    done = call("outlet", "add", address, "--key", "added", "--yes")
    assert (done.code, done.err) == (0, ""), done.err
    file = folder / "added.toml"
    assert done.out.startswith(file.read_text("utf-8"))
    checked = call("outlet", "check", str(file))
    assert (checked.code, checked.err) == (0, "")
    return read_spec(file.name, file.read_bytes()), done.out


def test_a_korean_publisher_is_added_by_its_feed_of_everything(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(korean_publisher)
    outlet, printed = added(call, folder, site.base)
    (source,) = outlet.sources
    assert (outlet.name, outlet.home, outlet.language) == ("새솔경제", f"{site.base}/", "ko")
    assert (outlet.timezone, outlet.kind, outlet.hosts) == ("Asia/Seoul", "media", ("127.0.0.1",))
    assert (outlet.article_id, outlet.keep_params) == (r"[?&]idxno=(\d+)", ("idxno",))
    assert (source.kind, source.url) == ("feed", f"{site.base}/rss/allArticle.xml")
    assert (outlet.reads_pages, outlet.pages, outlet.text_allowed) == (True, (), False)
    assert not source.whole_text
    assert "It would read now: 6 entries by its feed; newest " in printed
    assert " KST  한미 기술번영 협정 후속 실무회의 서울서 열려\n" in printed
    assert "김가람" in printed
    assert " characters · read whole\n" in printed
    assert f"Written to {folder / 'added.toml'}. A running bot reads it within a minute.\n" in printed
    assert "# url = " in (folder / "added.toml").read_text("utf-8"), "the other feed is named"
    assert len(site.asked) == len(set(site.asked)), "each address is asked for once"
    assert len(site.asked) <= 6


def test_wordpress_is_added_without_its_comments(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(wordpress)
    outlet, printed = added(call, folder, site.base)
    assert (outlet.name, outlet.language, outlet.sources[0].url) == ("The Harbour Ledger", "en", f"{site.base}/feed/")
    key = outlet.article_key(f"{site.base}/2026/11/30/some-post/")
    assert key == "2026/11/30/some-post"
    assert "/comments/feed/" not in site.asked
    assert "Mina Cole" in printed
    assert outlet.sources[0].whole_text, "the feed has the text of the page"


def test_a_news_sitemap_is_found_in_robots(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(news_sitemap)
    outlet, _ = added(call, folder, site.base)
    assert (outlet.name, outlet.sources[0].kind) == ("솔바람일보", "sitemap")
    assert outlet.sources[0].url == f"{site.base}/sitemap/news.xml"
    assert outlet.article_key(f"{site.base}/view/SSN20260000000000001") == "SSN20260000000000001"
    assert "/sitemap.xml" not in site.asked, "the one of news is good"


def test_a_json_feed_is_added(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(json_feed)
    outlet, _ = added(call, folder, site.base)
    assert (outlet.name, outlet.sources[0].kind) == ("Pacific Desk", "feed")
    assert outlet.article_key(f"{site.base}/stories/901") == "901"


@pytest.mark.parametrize("path", ["/", "/politics/20260"], ids=["front page", "an article"])
def test_a_listing_is_added_where_nothing_is_declared(call: Call, serve: Serve, folder: Path, path: str) -> None:
    site = serve(listing_only)
    outlet, printed = added(call, folder, site.base + path)
    assert (outlet.name, outlet.sources[0].kind, outlet.sources[0].url) == ("들꽃신문", "listing", f"{site.base}/")
    assert outlet.article_key(f"{site.base}/economy/20263") == "20263"
    assert outlet.article_key(f"{site.base}/section/12") is None
    assert "It would read now: 6 entries by its listing; none with a date" in printed


@pytest.mark.parametrize("path", ["/news/articleView.html?idxno=41207", "/rss/allArticle.xml"], ids=["article", "feed"])
def test_an_article_or_the_feed_itself_is_enough(call: Call, serve: Serve, folder: Path, path: str) -> None:
    site = serve(korean_publisher)
    outlet, _ = added(call, folder, site.base + path)
    assert (outlet.name, outlet.home) == ("새솔경제", f"{site.base}/")
    assert outlet.sources[0].url == f"{site.base}/rss/allArticle.xml"
    assert outlet.article_id == r"[?&]idxno=(\d+)"


def test_the_feed_of_the_section_goes_before_that_of_everything(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(section)
    outlet, _ = added(call, folder, f"{site.base}/politics/")
    assert (outlet.name, outlet.home) == ("새솔경제", f"{site.base}/")
    assert outlet.sources[0].url == f"{site.base}/politics/rss.xml"


def test_a_page_that_lists_feeds_is_followed(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(linked_feeds)
    outlet, _ = added(call, folder, site.base)
    assert (outlet.name, outlet.sources[0].url) == ("새솔경제", f"{site.base}/xml/rss/allArticle.xml")


@pytest.mark.parametrize(("content", "path"), [(undeclared_feed, "/feed"), (closed_front, "/rss")])
def test_a_feed_at_a_usual_address_is_found(
    call: Call, serve: Serve, folder: Path, content: Content, path: str
) -> None:
    site = serve(content)
    outlet, _ = added(call, folder, site.base)
    assert (outlet.sources[0].kind, outlet.sources[0].url) == ("feed", site.base + path)
    assert outlet.reads_pages


def test_times_without_zone_are_the_sites_own(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(dates_without_zone)
    outlet, printed = added(call, folder, site.base)
    assert (outlet.timezone, outlet.sources[0].url) == ("Asia/Seoul", f"{site.base}/rss/allArticle.xml")
    newest = hours_ago(1).astimezone(ZoneInfo("Asia/Seoul"))
    assert any(f"newest {at:%Y-%m-%d %H:%M} KST" in printed for at in (newest, newest - timedelta(minutes=1)))


def test_a_stale_feed_gives_way_to_a_live_sitemap(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(stale_feed)
    outlet, _ = added(call, folder, site.base)
    assert outlet.sources[0].url == f"{site.base}/sitemap/news.xml"


@pytest.mark.parametrize("path", ["/", "/sitemap_index.xml", "/map/2026-12.xml"], ids=["page", "index", "sitemap"])
def test_a_sitemap_of_addresses_alone_is_enough(call: Call, serve: Serve, folder: Path, path: str) -> None:
    site = serve(dated_index)
    outlet, printed = added(call, folder, site.base + path)
    (source,) = outlet.sources
    named = "/sitemap_index.xml" if path == "/" else path
    assert (outlet.name, source.kind, source.url) == ("들꽃신문", "sitemap", site.base + named)
    assert outlet.article_key(f"{site.base}/news/80001") == "80001"
    assert "(no title: the page says it)" in printed
    assert "One article: 한미 기술번영 협정 후속 실무회의 서울서 열려\n" in printed


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (pages_refused, "HTTP 403"),
        (pages_closed, "robots.txt forbids it"),
        (pages_by_script, "no text was found in its pages"),
    ],
)
def test_pages_without_text_are_not_read(call: Call, serve: Serve, folder: Path, content: Content, why: str) -> None:
    site = serve(content)
    outlet, printed = added(call, folder, site.base)
    assert not outlet.reads_pages
    assert f"Its pages are not read: {why}.\n" in printed


def test_pages_that_are_gone_or_short_are_still_read(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(first_page_gone)
    outlet, printed = added(call, folder, site.base)
    assert outlet.reads_pages
    assert "Mind: a page gave hardly any text, which may be all of it.\n" in printed
    assert " · hardly any text\n" in printed
    assert "# a page gave hardly any text, which may be all of it; name what to read:\n# [[page]]\n" in printed


def test_one_refusal_of_pages_is_enough(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(pages_refused)
    added(call, folder, site.base)
    assert sum("idxno" in path for path in site.asked) == 1


@pytest.mark.parametrize(
    ("content", "problem", "cure"),
    [
        (refused, "HTTP 403", "it refuses bots"),
        (robots_closed, "robots.txt forbids it", "ask the owner"),
        (script_only, "names no feed and no sitemap", "write the spec by hand"),
        (links_by_script, "links are scripts", "write the spec by hand"),
        (empty_feed, "/feed holds no entry", "give the address of its news page"),
        (robots_fail, "robots.txt answered 500", "try again"),
    ],
)
def test_a_site_that_cannot_be_read_is_one_line(
    call: Call, serve: Serve, folder: Path, content: Content, problem: str, cure: str
) -> None:
    site = serve(content)
    done = call("outlet", "add", site.base, "--yes")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert done.err.startswith("pactbot outlet add: ")
    assert problem in done.err
    assert cure in done.err
    assert list(folder.iterdir()) == []
    assert len(site.asked) <= 6


OWN_SPEC = """name = "Own"
home = "https://own.example/"
language = "en"
timezone = "UTC"
[[source]]
kind = "feed"
url = "https://feeds.example.net/own.xml"
"""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ftp://example.org/"], 2, ["is no http address"]),
        (["https://"], 2, ["is no http address"]),
        (["https://user:secret@example.org/"], 1, ["carries a password", "give it without"]),
        (["http://10.0.0.1/"], 1, ["10.0.0.1 is not a public address", "PACT_TRUSTED_ADDRESSES"]),
        (["localhost"], 1, ["is a local name", "PACT_TRUSTED_ADDRESSES"]),
        (["http://example.org:8080/"], 1, ["port 8080 is not allowed", "PACT_TRUSTED_ADDRESSES"]),
        (["https://www.yna.co.kr/view/AKR1"], 1, ["is read already, by yna in the built-in set", "--replace"]),
        (["m.yna.co.kr"], 1, ["is read already, by yna"]),
        (["https://www.asiatoday.co.kr/"], 1, ["is listed already and off (its terms forbid automated tools)"]),
        (["example.org", "--key", "yna"], 1, ["there is an outlet yna already, in the built-in set", "--replace"]),
        (["example.org", "--key", "Yna!"], 2, ["'Yna!' is no key", "a-z, 0-9 and -"]),
        (["example.org", "--key", "own"], 1, ["there is an outlet own already, in ", "own.toml"]),
        (["https://own.example/news"], 1, ["by own in ", "own.toml"]),
        (["https://feeds.example.net/own.xml"], 1, ["by own in "]),
        (["example.org", "--folder", "nowhere"], 2, ["there is no folder nowhere", "mkdir -p nowhere"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_refusal_is_one_line_with_its_cure(
    call: Call, folder: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    (folder / "own.toml").write_text(OWN_SPEC, "utf-8")
    done = call("outlet", "add", *arguments, "--yes")
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert done.err.startswith("pactbot outlet add: ")
    for word in words:
        assert word in done.err
    assert "secret" not in done.err
    assert [file.name for file in folder.iterdir()] == ["own.toml"]


def test_without_a_folder_the_cure_is_the_setting(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PACT_OUTLETS", raising=False)
    done = call("outlet", "add", "example.org", "--yes")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("pactbot outlet add: PACT_OUTLETS names no folder: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_refused_before_any_request(call: Call, folder: Path) -> None:
    folder.chmod(0o500)
    done = call("outlet", "add", "http://10.0.0.1/", "--yes")
    folder.chmod(0o700)
    assert (done.code, "cannot be written" in done.err) == (2, True)


def test_a_person_is_asked_and_no_is_no(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(json_feed)
    for answer in ("", "n\n", "nonsense\n"):
        done = call("outlet", "add", site.base, "--key", "added", stdin=answer)
        assert (done.code, list(folder.iterdir())) == (1, [])
        assert f"Write {folder / 'added.toml'}? [y/N] " in done.err
        assert "nothing was written; --yes writes without asking\n" in done.err
        assert done.out.startswith("# Proposed from ")
    assert call("outlet", "add", site.base, "--key", "added", stdin="y\n").code == 0
    assert [file.name for file in folder.iterdir()] == ["added.toml"]


def test_an_outlet_is_replaced_on_purpose_alone(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(json_feed)
    file = folder / "own.toml"
    file.write_text(OWN_SPEC, "utf-8")
    asked = call("outlet", "add", site.base, "--key", "own", "--replace", stdin="n\n")
    assert f"Replace the outlet in use, and write {file}? [y/N] " in asked.err
    assert file.read_text("utf-8") == OWN_SPEC
    replaced = call("outlet", "add", site.base, "--key", "own", "--replace", "--name", "Mine", "--yes")
    assert replaced.code == 0
    assert f"Replaced {file}. " in replaced.out
    assert read_spec("own.toml", file.read_bytes()).name == "Mine"
    built_in = call("outlet", "add", site.base, "--key", "yna", "--replace", "--yes")
    assert f"Written to {folder / 'yna.toml'}" in built_in.out


def test_a_folder_that_the_settings_do_not_name_is_said(call: Call, serve: Serve, folder: Path, tmp_path: Path) -> None:
    site = serve(json_feed)
    other = tmp_path / "other"
    other.mkdir()
    done = call("outlet", "add", site.base, "--folder", str(other), "--key", "added", "--yes")
    assert f"Add {other} to PACT_OUTLETS and restart the bot" in done.out
    assert (other / "added.toml").is_file()
    assert list(folder.iterdir()) == []


def test_a_feed_on_another_host_names_the_site_of_its_entries(
    call: Call, serve: Serve, folder: Path, background_loop: BackgroundLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = serve(korean_publisher)
    items = [(path, title, hours_ago(n + 1)) for n, (path, title) in enumerate(articles_of_publisher())]
    proxy = ExampleSite(lambda _base: {"/feed": rss(site.base, "새솔경제 - 전체기사", items)}, host="127.0.0.2")
    background_loop.run(proxy.start())
    monkeypatch.setenv("PACT_TRUSTED_ADDRESSES", f"{site.trusted},{proxy.trusted}")
    outlet, _ = added(call, folder, f"{proxy.base}/feed")
    background_loop.run(proxy.close())
    assert (outlet.name, outlet.home, outlet.hosts) == ("새솔경제", f"{site.base}/", ("127.0.0.1",))
    assert outlet.sources[0].url == f"{proxy.base}/feed"


def test_the_first_outlet_may_be_added_to_an_empty_folder_or_beside_a_faulty_file(
    call: Call, serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACT_BUILTIN_OUTLETS", "off")
    site = serve(json_feed)
    assert call("outlet", "add", site.base, "--key", "first", "--yes").code == 0
    (folder / "faulty.toml").write_text("x", "utf-8")
    again = call("outlet", "add", site.base, "--yes")
    assert "is read already, by first in " in again.err
    assert call("outlet", "add", serve(wordpress).base, "--key", "another-port", "--yes").code == 0
    assert call("outlet", "add", site.base, "--key", "faulty", "--yes").code == 1, "its file is there"
    assert call("outlet", "add", site.base, "--key", "second", "--yes").code == 0


def test_a_hostile_site_writes_no_line_of_its_own(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(hostile)
    outlet, printed = added(call, folder, site.base)
    assert outlet.name == "Evil\" enabled = false # [31m''' \\"
    assert (outlet.enabled, outlet.text_allowed, len(outlet.sources)) == (True, False, 1)
    assert printed.isprintable() or all(letter.isprintable() or letter == "\n" for letter in printed)
    feeds = [path for path in site.asked if path.startswith("/feed/")]
    assert feeds == ["/feed/0", "/feed/1", "/feed/2", "/feed/3"], "four are enough"


def test_three_sitemaps_are_enough(call: Call, serve: Serve, folder: Path) -> None:
    robots = "".join(f"Sitemap: /map/{n}.xml\n" for n in range(9))
    site = serve(lambda base: {**script_only(base), "/robots.txt": (200, "text/plain", robots)})
    assert call("outlet", "add", site.base, "--yes").code == 1
    assert [path for path in site.asked if path.startswith("/map/")] == ["/map/0.xml", "/map/1.xml", "/map/2.xml"]


def test_a_site_that_asks_for_a_pause_gets_it(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(lambda _base: {"/": (429, "text/plain", "slow down")})
    done = call("outlet", "add", site.base, "--yes")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "HTTP 429" in done.err
    assert "it asks for a pause; try again in " in done.err
    assert site.asked == ["/robots.txt", "/"]
