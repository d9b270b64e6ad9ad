"""A valid spec becomes an Outlet; an invalid one is one line with file, key and cure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scrapers.catalogue import load_catalogue, outlet_at, pause_at
from scrapers.outlet import PageLayout, Source
from scrapers.spec import read_spec
from scrapers.spec_files import MAX_SPEC_BYTES
from settings.errors import BadSpec

GOOD = """
name = "아시아경제"
home = "https://www.asiae.co.kr/"
language = "ko"
timezone = "Asia/Seoul"
every_minutes = 0.05
kind = "media"
hosts = ["www.asiae.co.kr", "view.asiae.co.kr"]
article_id = '/article/(\\d{19})'
keep_params = ["no"]
verified_on = 2026-08-14
[[source]]
kind = "feed"
url = "https://view.asiae.co.kr/rss/economy.htm"
[[source]]
kind = "json"
url = "https://api.example/items"
items = "data.results"
link = "html_url"
title = "title"
published = "publication_date"
[[page]]
title = "h1"
body = [".article p", "#body p"]
drop = ".ad"
until = 2025-12-31
"""


def test_a_valid_spec_becomes_an_outlet() -> None:
    outlet = read_spec("asiae.toml", GOOD.encode())
    assert (outlet.key, outlet.name, outlet.every_minutes, outlet.kind) == ("asiae", "아시아경제", 0.05, "media")
    assert outlet.sources[0] == Source("feed", "https://view.asiae.co.kr/rss/economy.htm")
    assert outlet.sources[1].items == "data.results"
    assert outlet.pages == (
        PageLayout(title=("h1",), body=(".article p", "#body p"), drop=(".ad",), until=date(2025, 12, 31)),
    )
    assert outlet.article_key("https://cm.asiae.co.kr/article/2025102908300000001") == "2025102908300000001"
    assert outlet.lives_at("https://VIEW.asiae.co.kr./x")
    assert not outlet.lives_at("https://asiae.co.kr.evil.example/x")


def test_an_outlet_that_is_off_needs_a_reason_and_no_source() -> None:
    head = GOOD.split("[[source]]", maxsplit=1)[0]
    outlet = read_spec("a.toml", f'{head}enabled = false\nreason = "its terms"\nreason_ko = "약관 때문입니다"'.encode())
    assert (outlet.enabled, outlet.sources) == (False, ())
    assert (outlet.reason_in("en"), outlet.reason_in("ko")) == ("its terms", "약관 때문입니다")
    alone = read_spec("a.toml", f'{head}enabled = false\nreason = "its terms"'.encode())
    assert alone.reason_in("ko") == "its terms"
    assert read_spec("a.toml", GOOD.encode()).reason_in("ko") == ""


def test_hosts_default_to_the_home_address() -> None:
    outlet = read_spec("a.toml", GOOD.replace('hosts = ["www.asiae.co.kr", "view.asiae.co.kr"]', "").encode())
    assert outlet.hosts == ("www.asiae.co.kr",)


@pytest.mark.parametrize(
    "old, new, key, words",
    [
        ('title = "title"', 'title = "t"\nnext = "n"\npage = "p"', "source 2.page", "not needed beside next"),
        ('title = "title"', 'title = "t"\npage = "a b"', "source 2.page", "no parameter of an address"),
        ('title = "title"', 'title = "t"\nmost_pages = 5', "source 2.most_pages", "needs the way to the next page"),
        ('title = "title"', 'title = "t"\npage = "p"\nmost_pages = 21', "source 2.most_pages", "20"),
        ('title = "title"', 'title = "t"\npage = "p"\nmost_pages = 0', "source 2.most_pages", "1"),
        ('items = "data.results"', 'items = ".."', "source 2.items", "no dotted path"),
        ('link = "html_url"', 'link = "."', "source 2.link", "no dotted path"),
        ('name = "아시아경제"', "", "name", "is missing"),
        ('name = "아시아경제"', "name = 3", "name", "must be text, not 3"),
        ('name = "아시아경제"', 'name = " "', "name", "must be text"),
        ('name = "아시아경제"', 'nmae = "x"', "nmae", "did you mean name?"),
        ('home = "https://www.asiae.co.kr/"', 'home = "www.asiae.co.kr"', "home", "no http(s) address"),
        ('home = "https://www.asiae.co.kr/"', 'home = "https://a:b@c.kr/"', "home", "password"),
        ('home = "https://www.asiae.co.kr/"', 'home = "https://[::1/"', "home", "no address"),
        ('language = "ko"', 'language = "korean"', "language", "no language tag"),
        ('timezone = "Asia/Seoul"', 'timezone = "Asia/Soul"', "timezone", "no time zone"),
        ('timezone = "Asia/Seoul"', 'timezone = "../etc"', "timezone", "no time zone"),
        ("every_minutes = 0.05", "every_minutes = 0", "every_minutes", "must be a number of 0.01 to 10080"),
        ("every_minutes = 0.05", "every_minutes = true", "every_minutes", "must be a number of 0.01 to 10080"),
        ("every_minutes = 0.05", "every_minutes = nan", "every_minutes", "must be a number of 0.01 to 10080"),
        ('kind = "media"', 'kind = "medium"', "kind", "did you mean media?"),
        ('hosts = ["www.asiae.co.kr", "view.asiae.co.kr"]', 'hosts = ["https://a.kr"]', "hosts", "no host name"),
        ('hosts = ["www.asiae.co.kr", "view.asiae.co.kr"]', "hosts = [1]", "hosts", "list of texts"),
        (r"article_id = '/article/(\d{19})'", "article_id = '('", "article_id", "no regular expression"),
        ("verified_on = 2026-08-14", 'verified_on = "2026-08-14"', "verified_on", "must be a date"),
        ("verified_on = 2026-08-14", "enabled = false", "reason", "is missing although enabled = false"),
        ("verified_on = 2026-08-14", "pages = false", "pages", "leaves nothing for [[page]]"),
        ("verified_on = 2026-08-14", 'pages = "no"', "pages", "true or false"),
        ("verified_on = 2026-08-14", 'enabled = "no"', "enabled", "true or false"),
        ('kind = "feed"', 'kind = "rss"', "source 1.kind", "not known"),
        ('kind = "feed"', 'kind = "listing"\nlinks = "a["', "source 1.links", "no CSS selector"),
        ('kind = "feed"', 'kind = "feed"\nlinks = "a"', "source 1.links", "no such key"),
        ('kind = "feed"', 'kind = "feed"\naddress = "https://a.kr/{id}"', "source 1.address", "no such key"),
        (
            'kind = "feed"',
            'kind = "listing"\naddress = "https://a.kr/{id}"',
            "source 1.links",
            "missing beside address",
        ),
        ('kind = "feed"', 'kind = "listing"\naddress = "https://a.kr/1"', "source 1.address", "must hold {id} once"),
        ('kind = "feed"', 'kind = "listing"\naddress = "https://a.kr/{id}{id}"', "source 1.address", "once"),
        ('kind = "feed"', 'kind = "listing"\naddress = "view.do?no={id}"', "source 1.address", "no http(s) address"),
        ('link = "html_url"', "", "source 2.link", "is missing beside items"),
        ('items = "data.results"', "", "source 2.items", "is missing beside link"),
        ('items = "data.results"', 'items = "a..b"', "source 2.items", "no dotted path"),
        ('title = "h1"', 'title = "h1 >"', "page 1.title", "no CSS selector"),
        ('title = "h1"', 'titel = "h1"', "page 1.titel", "did you mean title?"),
        ("until = 2025-12-31", 'script = "S="', "page 1.body", "no path beside script"),
        ("[[page]]", '[[page]]\nscript = "S="\ntitle = "a"\ndrop = "b"\n[[page]]', "page 1.drop", "removes nothing"),
        ("[[page]]", '[[page]]\nscript = "S="\n[[page]]', "page 1.body", "an empty layout"),
        ("until = 2025-12-31", "until = 2025", "page 1.until", "must be a date"),
        ("[[page]]", "[page]", "page", "two brackets"),
        ("[[page]]", "[[page]]\n[[page]]", "page 1.body", "an empty layout"),
        ('name = "아시아경제"', 'name = "', "", "is not TOML"),
    ],
)
def test_an_invalid_spec_is_one_line(old: str, new: str, key: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(BadSpec) as caught:
        read_spec("asiae.toml", GOOD.replace(old, new, 1).encode())
    line = str(caught.value)
    assert caught.value.key == key
    assert words in line
    assert line.startswith("asiae.toml: ")
    assert "\n" not in line


def test_a_spec_that_is_not_utf_8_is_invalid() -> None:
    with pytest.raises(BadSpec, match="not UTF-8"):
        read_spec("a.toml", GOOD.encode("cp949"))


def test_a_listing_needs_links_or_an_article_id() -> None:
    spec = GOOD.replace("article_id = '/article/(\\d{19})'", "").replace('kind = "feed"', 'kind = "listing"')
    with pytest.raises(BadSpec, match=r"source 1\.links"):
        read_spec("a.toml", spec.encode())


def test_the_key_is_the_files_name() -> None:
    with pytest.raises(BadSpec, match="outlet's key"):
        read_spec("My Outlet.toml", GOOD.encode())


def test_folders_add_to_the_built_in_set(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(GOOD, "utf-8")
    (tmp_path / "notes.txt").write_text("not a spec", "utf-8")
    (tmp_path / ".hidden.toml").write_text("not a spec", "utf-8")
    (tmp_path / "folder.toml").mkdir()
    assert load_catalogue([tmp_path]).outlets().keys() == {"one", *load_catalogue().outlets()}
    assert list(load_catalogue([tmp_path], built_in=False).outlets()) == ["one"]


def test_a_spec_replaces_the_built_in_one_of_its_key(tmp_path: Path) -> None:
    (tmp_path / "asiae.toml").write_text(GOOD.replace("every_minutes = 0.05", "every_minutes = 7"), "utf-8")
    outlets = load_catalogue([tmp_path]).outlets()
    assert outlets.keys() == load_catalogue().outlets().keys()
    assert (outlets["asiae"].every_minutes, outlets["mk"]) == (7, load_catalogue().outlets()["mk"])


def test_an_address_of_two_outlets_is_the_operators(tmp_path: Path) -> None:
    (tmp_path / "zz-own.toml").write_text(GOOD, "utf-8")
    outlet = outlet_at(load_catalogue([tmp_path]).outlets(), "https://view.asiae.co.kr/article/1")
    assert outlet is not None
    assert outlet.key == "zz-own"


def test_enabled_alone_switches_a_built_in_outlet(tmp_path: Path) -> None:
    (tmp_path / "asiae.toml").write_text('enabled = false\nreason = "we have a contract"\n', "utf-8")
    (tmp_path / "khan.toml").write_text("enabled = true\n", "utf-8")
    outlets, built_in = load_catalogue([tmp_path]).outlets(), load_catalogue().outlets()
    assert outlets["asiae"] == replace(built_in["asiae"], enabled=False, reason="we have a contract", reason_ko=None)
    assert not built_in["khan"].enabled
    assert outlets["khan"] == replace(built_in["khan"], enabled=True, reason=None, reason_ko=None)


@pytest.mark.parametrize(
    "name, text, problem",
    [
        ("asiae.toml", "enabled = false", "asiae.toml: reason: is missing"),
        ("asiae.toml", "", "asiae.toml: "),
        ("own.toml", 'enabled = false\nreason = "x"', "own.toml: "),
        ("asiae.toml", 'enabled = false\nreason = "x"\nevery_minutes = 5', "asiae.toml: "),
        ("own.toml", "x = " + "[" * 9000, "own.toml: is nested too deeply"),
        ("own.toml", "x = " + "1" * 9000, "own.toml: is nested too deeply"),
        ("own.toml", "#" * (MAX_SPEC_BYTES + 1), "own.toml: is longer than"),
    ],
)
def test_a_bad_spec_of_an_operator_is_named(tmp_path: Path, name: str, text: str, problem: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(BadSpec) as caught:
        load_catalogue([tmp_path]).outlets()
    assert str(caught.value).startswith(problem)


def test_a_spec_may_be_as_long_as_the_limit(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(GOOD + "#" * (MAX_SPEC_BYTES - len(GOOD.encode())), "utf-8")
    assert "own" in load_catalogue([tmp_path]).own_outlets()


def test_one_key_in_two_files_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        (folder / "one.toml").write_text(GOOD, "utf-8")
    with pytest.raises(BadSpec, match="twice"):
        load_catalogue([tmp_path / "a", tmp_path / "b"]).outlets()


def test_a_missing_folder_is_refused_and_an_empty_one_where_nothing_else_is_read(tmp_path: Path) -> None:
    with pytest.raises(BadSpec, match="no such folder"):
        load_catalogue([tmp_path / "missing"]).outlets()
    assert load_catalogue([tmp_path]).outlets() == load_catalogue().outlets()
    with pytest.raises(BadSpec, match=r"no \*\.toml"):
        load_catalogue([tmp_path], built_in=False).outlets()
    with pytest.raises(BadSpec, match="PACT_OUTLETS: holds no"):
        load_catalogue(built_in=False).outlets()


@pytest.mark.parametrize(
    "address, key",
    [
        ("https://cm.asiae.co.kr/", "asiae"),
        ("https://view.asiae.co.kr/article/1", "asiae"),
        ("https://hankyung.com/article/202510292055i", "hankyung"),
        ("https://evil-hankyung.com/article/202510292055i", None),
        ("https://nobody.example/", None),
        ("https://[broken", None),
    ],
)
def test_an_outlet_is_found_by_an_address(address: str, key: str | None) -> None:
    found = outlet_at(load_catalogue().outlets(), address)
    assert (found.key if found else None) == key


@pytest.mark.parametrize("minutes", ["0.01", "1", "10080"])
def test_an_interval_within_the_limits_is_accepted(minutes: str) -> None:
    spec = GOOD.replace("every_minutes = 0.05", f"every_minutes = {minutes}")
    assert read_spec("a.toml", spec.encode()).every_minutes == float(minutes)


@pytest.mark.parametrize("minutes", ["0.009", "10081"])
def test_an_interval_beyond_the_limits_is_refused(minutes: str) -> None:
    with pytest.raises(BadSpec, match=r"must be a number of 0\.01 to 10080"):
        read_spec("a.toml", GOOD.replace("every_minutes = 0.05", f"every_minutes = {minutes}").encode())


SEARCH = GOOD.replace(
    'url = "https://view.asiae.co.kr/rss/economy.htm"', 'url = "https://a.example/?q={query}&n=9"\nQUERIES'
)


def test_each_query_makes_a_source_of_its_own() -> None:
    spec = SEARCH.replace("QUERIES", """queries = ['"기술 번영"', "a&b"]""")
    urls = [source.url for source in read_spec("a.toml", spec.encode()).sources]
    assert urls[:2] == [
        "https://a.example/?q=%22%EA%B8%B0%EC%88%A0%20%EB%B2%88%EC%98%81%22&n=9",
        "https://a.example/?q=a%26b&n=9",
    ]
    assert len(urls) == 3


@pytest.mark.parametrize(
    ("queries", "problem"),
    [
        ("", "must stand beside a url that holds {query} once"),
        ("queries = []", "must stand beside a url"),
        ('queries = ["a", "a"]', "twice"),
        ("queries = " + repr([f"q{number}" for number in range(9)]), "more than 8 searches"),
        (f'queries = "{"q" * 401}"', "more than 400 characters"),
    ],
)
def test_queries_are_few_and_bounded(queries: str, problem: str) -> None:
    with pytest.raises(BadSpec) as caught:
        read_spec("a.toml", SEARCH.replace("QUERIES", queries).encode())
    assert caught.value.key == "source 1.queries"
    assert problem in str(caught.value)
    with pytest.raises(BadSpec, match="must stand beside a url"):
        read_spec("a.toml", GOOD.replace("[[source]]", '[[source]]\nqueries = "a"', 1).encode())


def test_as_many_queries_as_are_allowed_are_read() -> None:
    queries = [f"{number}" * 400 for number in range(8)]
    assert len(read_spec("a.toml", SEARCH.replace("QUERIES", f"queries = {queries!r}").encode()).sources) == 9


def test_an_aggregator_covers_others_and_is_not_covered() -> None:
    head = GOOD.replace('kind = "media"', "KIND").replace("every_minutes", "covered = true\nevery_minutes", 1)
    with pytest.raises(BadSpec, match="covered: is for an outlet that publishes"):
        read_spec("a.toml", head.replace("KIND", 'kind = "aggregator"').encode())
    off = read_spec("a.toml", head.replace("KIND", 'enabled = false\nreason = "no feed"').encode())
    assert (off.covered, off.may_be_posted) == (True, True)
    assert not replace(off, covered=False).may_be_posted
    assert not replace(off, kind="aggregator", enabled=True).may_be_posted


def test_the_longest_pause_of_a_sources_host_counts() -> None:
    outlets = {
        key: read_spec("a.toml", GOOD.replace("every_minutes", f"pause_seconds = {pause}\nevery_minutes", 1).encode())
        for key, pause in (("a", 6), ("b", 3600), ("c", 0))
    }
    assert pause_at(outlets, "view.asiae.co.kr") == 3600
    assert pause_at({"a": outlets["a"]}, "view.asiae.co.kr") == 6
    assert pause_at(outlets, "www.asiae.co.kr") == 0, "only sources count"
    with pytest.raises(BadSpec, match="pause_seconds: must be a number of 0 to 3600"):
        read_spec("a.toml", GOOD.replace("every_minutes", "pause_seconds = 3601\nevery_minutes", 1).encode())
