"""Name, key, hosts, language, zone and pace of an outlet follow from what its site shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scrapers.outlet import is_official_host
from scrapers.proposal.site_facts import (
    is_of_site,
    port_of,
    proposed_hosts,
    proposed_key,
    proposed_language,
    proposed_minutes,
    proposed_name,
    proposed_zone,
    site_of,
    title_end,
)

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("host", "site", "key"),
    [
        ("www.example.co.kr", "example.co.kr", "example"),
        ("m.example.com", "example.com", "example"),
        ("en.example.co.kr", "example.co.kr", "example-en"),
        ("biz.paper.com", "paper.com", "paper-biz"),
        ("www.msit.go.kr", "msit.go.kr", "msit"),
        ("example.kr", "example.kr", "example"),
        ("co.kr", "co.kr", "co"),
        ("www.news.kr", "news.kr", "news"),
        ("a.co.com", "co.com", "co-a"),
        ("news.google.com", "google.com", "google"),
        ("www.bbc.co.uk", "bbc.co.uk", "bbc"),
        ("127.0.0.2", "127.0.0.2", "127-0-0-2"),
        ("xn--bj0bj06e.kr", "xn--bj0bj06e.kr", "xn--bj0bj06e"),
    ],
)
def test_a_host_gives_the_site_and_the_key(host: str, site: str, key: str) -> None:
    assert (site_of(host), proposed_key(host)) == (site, key)
    assert is_of_site(f"https://{host}/x", site)
    assert not is_of_site("https://other.example/x", site)
    assert not is_of_site("no address", site)


@pytest.mark.parametrize(
    ("names", "titles", "name"),
    [
        (["새솔경제"], ["전체기사 - 다른 이름"], "새솔경제"),
        (["CNET"], ["Signal Strength | CNET News", "Signal Strength"], "CNET"),
        ([], ["새솔경제 - 전체기사"], "새솔경제"),
        ([], ["새솔경제 전체기사 RSS"], "새솔경제"),
        ([], ["새솔경제 :: 홈"], "새솔경제"),
        ([], ["RSS 피드", "첫 화면 | 들꽃신문", "들꽃신문 - 정치"], "들꽃신문"),
        ([], ["Harbour Ledger » Feed"], "Harbour Ledger"),
        ([], ["Latest News - The Ledger", "The Ledger | Home"], "The Ledger"),
        (["The Ledger | Local news you trust"], ["The Ledger » Feed"], "The Ledger"),
        ([], ["All News"], "www.example.org"),
        ([], [], "www.example.org"),
    ],
)
def test_the_name_is_what_the_site_calls_itself(names: list[str], titles: list[str], name: str) -> None:
    assert proposed_name(names, titles, "www.example.org") == name


def test_the_end_of_an_articles_title_may_name_its_outlet() -> None:
    assert title_end("한미 협정 서명 - 새솔경제") == "새솔경제"
    assert title_end("A headline of one part") == ""


def test_the_hosts_are_those_of_the_site_that_were_seen() -> None:
    addresses = ["https://m.a.co.kr/1", "https://biz.a.co.kr/2", "https://biz.a.co.kr/3", "https://evil.example/4"]
    hosts = proposed_hosts("https://www.a.co.kr/", addresses, "a.co.kr")
    assert hosts == ("www.a.co.kr", "biz.a.co.kr", "m.a.co.kr")
    many = [f"https://h{n}.a.co.kr/" for n in range(99)]
    assert len(proposed_hosts("https://www.a.co.kr/", many, "a.co.kr")) == 8
    assert proposed_hosts("https://www.a.co.kr/", ["https://a_b.a.co.kr/"], "a.co.kr") == ("www.a.co.kr",)


def test_a_usual_port_says_nothing() -> None:
    ports = [
        port_of(url)
        for url in ("http://a.kr/", "https://a.kr:443/", "http://a.kr:80/", "http://a.kr:8080/", "http://a:x/")
    ]
    assert ports == [None, None, None, 8080, None]


def test_key_and_name_are_of_bounded_length() -> None:
    assert proposed_key("x" * 60 + ".com") == "x" * 40
    assert proposed_name(["가" * 81], [], "a.com") == "가" * 80
    assert proposed_name([], ["가" * 81], "a.com") == "가" * 80


def test_headlines_show_the_language_before_what_is_declared() -> None:
    assert proposed_language(["한미 협정 서명", "정부 발표"], "en") == "ko"
    assert proposed_language(["The ministers met in Seoul"], "ko-KR") == "en"
    assert proposed_language([], "ko-KR") == "ko"
    assert proposed_language([], "??") == "en"


@pytest.mark.parametrize(
    ("host", "language", "offsets", "zone"),
    [
        ("www.a.com", "ko", (), ("Asia/Seoul", True)),
        ("en.a.co.kr", "en", ("+0000",), ("Asia/Seoul", True)),
        ("www.koreaherald.com", "en", (), ("Asia/Seoul", True)),
        ("www.a.co.jp", "en", (), ("Asia/Tokyo", True)),
        ("www.a.co.uk", "en", (), ("Europe/London", True)),
        ("www.a.gov", "en", (), ("America/New_York", True)),
        ("www.a.com", "en", ("-0500",), ("America/New_York", True)),
        ("www.a.com", "en", ("+0000", "PST"), ("America/Los_Angeles", True)),
        ("www.a.com.au", "en", ("+1100",), ("Australia/Sydney", True)),
        ("www.a.ca", "en", ("-03:30",), ("America/St_Johns", True)),
        ("www.a.com", "en", ("+0000",), ("UTC", False)),
        ("www.a.com", "en", ("+0930", "nonsense"), ("UTC", False)),
        ("www.a.com", "en", (), ("UTC", False)),
    ],
)
def test_the_zone_follows_from_language_country_and_dates(
    host: str, language: str, offsets: tuple[str, ...], zone: tuple[str, bool]
) -> None:
    assert proposed_zone(host, language, offsets, NOW) == zone


@pytest.mark.parametrize(
    ("entries", "gap_minutes", "minutes"),
    [(0, 0, 30), (1, 0, 30), (50, 2, 10), (50, 17, 15), (50, 29, 20), (50, 30, 30), (50, 600, 60), (3, 30, 15)],
)
def test_a_source_is_read_as_often_as_it_changes(entries: int, gap_minutes: int, minutes: int) -> None:
    times = [NOW - timedelta(minutes=gap_minutes * n) for n in range(entries)]
    assert proposed_minutes(times) == minutes


@pytest.mark.parametrize(
    "host", ["www.msit.go.kr", "www.korea.kr", "ustr.gov", "www.gov.uk", "www.defense.mil", "a.gov.sg"]
)
def test_a_governments_host_is_official(host: str) -> None:
    assert is_official_host(host)


@pytest.mark.parametrize("host", ["www.notgov.com", "gov.example.com", "go.kr.example.com", "mykorea.kr", "gov"[:2]])
def test_another_host_is_not(host: str) -> None:
    assert not is_official_host(host)
