"""outlet add: a site's address in, a spec that the bot can read out; one site of each kind."""

from __future__ import annotations

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
    Serve,
    articles_of_publisher,
    closed_front,
    dated_index,
    dates_without_zone,
    first_page_gone,
    hostile,
    hours_ago,
    json_feed,
    korean_publisher,
    linked_feeds,
    listing_only,
    news_sitemap,
    pages_by_script,
    pages_closed,
    pages_refused,
    rss,
    section,
    stale_feed,
    undeclared_feed,
    wordpress,
)


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


def test_a_hostile_site_writes_no_line_of_its_own(call: Call, serve: Serve, folder: Path) -> None:
    site = serve(hostile)
    outlet, printed = added(call, folder, site.base)
    assert outlet.name == "Evil\" enabled = false # [31m''' \\"
    assert (outlet.enabled, outlet.text_allowed, len(outlet.sources)) == (True, False, 1)
    assert printed.isprintable() or all(letter.isprintable() or letter == "\n" for letter in printed)
    feeds = [path for path in site.asked if path.startswith("/feed/")]
    assert feeds == ["/feed/0", "/feed/1", "/feed/2", "/feed/3"], "four are enough"
