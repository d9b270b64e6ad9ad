"""The pattern of article ids is derived from addresses: ids of many publishing systems, and what is none."""

from __future__ import annotations

import re
from time import monotonic

import pytest

from scrapers.proposal.article_ids import derived_article_id, holds, kept_params

SLUGS = (
    "ministers-open-talks-on-chips",
    "quantum-lab-hires-forty-people",
    "a-harbour-festival-ends-in-rain",
    "launch-vehicle-returns-to-port",
    "new-rules-for-reactor-fuel-supply",
)


@pytest.mark.parametrize(
    ("addresses", "ids"),
    [
        ([f"https://www.a.kr/news/articleView.html?idxno={n}" for n in (99, 1203, 88121)], ["99", "1203", "88121"]),
        ([f"https://a.kr/view.php?ud=202611300{n}&ref=rss" for n in range(4)], ["2026113000"]),
        ([f"https://a.kr/article/2026113009{n:09d}" for n in range(4)], ["2026113009000000000"]),
        ([f"https://a.kr/{s}/{81230 + n}" for n, s in enumerate("abcdefghijk")], ["81230", "81231"]),
        ([f"https://a.kr/news/{81230 + n}/{slug}" for n, slug in enumerate(SLUGS)], ["81230"]),
        ([f"https://a.kr/news/{slug}-{81230 + n}.html" for n, slug in enumerate(SLUGS)], ["81230"]),
        ([f"https://a.kr/news/{81230 + n}-{slug}/" for n, slug in enumerate(SLUGS)], ["81230"]),
        ([f"https://a.kr/view/AKR202611300{n:08d}" for n in range(4)], ["AKR20261130000000000"]),
        ([f"https://a.kr/view/NISX20261130_{n:010d}" for n in range(4)], ["NISX20261130_0000000000"]),
        ([f"https://a.com/articles/6735{n:x}0c1e5b2a90d1f4e7a3" for n in range(9, 14)], ["673590c1e5b2a90d1f4e7a3"]),
        (
            [f"https://a.com/s/0b6c2f4{n}-5d1e-4a3b-9c8d-7e6f5a4b3c2d" for n in range(4)],
            ["0b6c2f40-5d1e-4a3b-9c8d-7e6f5a4b3c2d"],
        ),
        ([f"https://a.com/2026/11/{n + 10}/{slug}/" for n, slug in enumerate(SLUGS)], [f"2026/11/10/{SLUGS[0]}"]),
        ([f"https://a.com/2026/11/{slug}" for slug in SLUGS], [f"2026/11/{SLUGS[0]}"]),
        ([f"https://a.com/world/20261130/{slug}" for slug in SLUGS], [f"20261130/{SLUGS[0]}"]),
        ([f"https://a.com/documents/2026/11/30/2026-{n}/{s}" for n, s in enumerate(SLUGS, 19990)], ["2026-19990"]),
        ([f"https://a.com/{s}/{n}" for s in ("sports", "world") for n in (101, 102, 103)], ["sports/101"]),
    ],
)
def test_an_id_is_found_in_each_address(addresses: list[str], ids: list[str]) -> None:
    pattern = derived_article_id(addresses)
    assert pattern is not None
    found = [match[1] for url in addresses if (match := re.search(pattern, url))]
    assert found[: len(ids)] == ids
    assert len(set(found)) == len(addresses)


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        ["https://a.com/news/1234"],
        [f"https://a.com/{slug}" for slug in SLUGS],
        [f"https://a.com/news?page={n}" for n in range(9)],
        [f"https://a.com/{word}" for word in ("about", "contact", "login", "terms")],
        ["https://a.com/news/1234"] * 9,
    ],
)
def test_nothing_is_derived_where_no_id_is_sure(addresses: list[str]) -> None:
    assert derived_article_id(addresses) is None


def test_a_slug_alone_is_an_id_where_a_listing_needs_it() -> None:
    at_root = derived_article_id(
        [f"https://a.com/{slug}/" for slug in SLUGS], ["https://a.com/about-us"], slug_alone=True
    )
    assert at_root is not None
    assert re.search(at_root, f"https://a.com/{SLUGS[1]}/")
    assert not re.search(at_root, "https://a.com/about-us")
    of_news = derived_article_id([f"https://a.com/news/{slug}" for slug in SLUGS], slug_alone=True)
    assert of_news is not None
    match = re.search(of_news, "https://a.com/news/short-title.html?x=1")
    assert match is not None
    assert match[1] == "short-title"


@pytest.mark.parametrize(
    ("addresses", "pattern"),
    [
        (["https://a.kr/news/9998", "https://a.kr/news/9999"], r"/news/(\d+)"),
        (["https://a.kr/news/10000", "https://a.kr/news/99999"], r"/news/(\d{5,})"),
        (["https://a.kr/news/AB12345", "https://a.kr/news/AB12346"], r"/news/([\dA-Z]{7,})"),
        ([f"https://a.kr/view?aid={n}&page={n}" for n in (1, 22)], r"[?&]aid=(\d+)"),
        ([f"https://a.kr/view?cat=1&aid={n}" for n in (101, 102)], r"[?&]aid=(\d+)"),
    ],
)
def test_the_pattern_says_no_more_than_the_addresses_show(addresses: list[str], pattern: str) -> None:
    found = derived_article_id(addresses)
    assert found is not None
    assert found.removesuffix(r"(?:\.\w{2,5})?/?(?=[?#]|$)") == pattern


@pytest.mark.parametrize(("sections", "is_bound"), [(8, True), (9, False)])
def test_sections_are_named_where_they_are_few(sections: int, is_bound: bool) -> None:
    articles = [f"https://a.kr/section{chr(97 + n % sections)}/{7_000 + n}" for n in range(40)]
    menu = [f"https://a.kr/list/{n}" for n in range(1_000, 1_020)]
    pattern = derived_article_id(articles, menu)
    assert (pattern is not None) is is_bound
    few = derived_article_id(articles[: 2 * sections - 1], menu)
    assert few is None, "one address of a section may be anything"


def test_links_of_menus_decide_between_patterns() -> None:
    articles = [f"https://a.com/{'news' if n % 2 else 'opinion'}/{n}" for n in range(120, 140)]
    menu = [f"https://a.com/section/{n}" for n in range(100, 120)]
    free, bound = derived_article_id(articles), derived_article_id(articles, menu)
    assert free is not None
    assert bound is not None
    assert re.search(free, menu[0])
    assert not re.search(bound, menu[0])
    assert holds(bound, articles, menu)


def test_a_pattern_holds_from_its_shares_on() -> None:
    articles = [f"https://a.com/n/{n}" for n in range(100, 200)]
    others = [f"https://a.com/x/{n}" for n in range(100)]
    assert holds(r"/n/(\d+)", [*articles, *others[:11]], [])
    assert not holds(r"/n/(\d+)", [*articles, *others[:12]], [])
    assert holds(r"/n/(\d+)", [*articles[:97], *articles[:3]], [])
    assert not holds(r"/n/(\d+)", [*articles[:96], *articles[:4]], [])
    assert holds(r"/n/(\d+)", articles, [*articles[:5], *others[:95]])
    assert not holds(r"/n/(\d+)", articles, [*articles[:6], *others[:94]])


def test_parameters_that_stand_in_every_address_are_kept_and_trackers_are_not() -> None:
    addresses = [f"https://a.kr/view.do?board=94&no={n}&utm_source=rss" for n in range(5)]
    pattern = derived_article_id(addresses)
    assert pattern == r"[?&]no=(\d+)"
    assert kept_params(addresses, pattern) == ("no", "board")
    assert kept_params(addresses, r"/news/(\d+)") == ()
    assert kept_params(addresses, None) == ()
    most = [f"https://a.kr/view.do?no={n}&board=94" for n in range(9)]
    assert kept_params([*most, "https://a.kr/view.do?no=10"], pattern) == ("no", "board")
    assert kept_params([*most[1:], *["https://a.kr/view.do?no=10"] * 2], pattern) == ("no",)


def test_a_hostile_address_costs_no_time() -> None:
    long = ["https://a.com/" + "a-" * 900 + str(n) for n in range(60)]
    nested = ["https://a.com" + "/1234" * 380 + f"?{'a=1&' * 20}n={n}" for n in range(60)]
    params = [f"https://a.com/?{'&'.join(f'p{i}={n}1' for i in range(180))}" for n in range(60)]
    for addresses in (long, nested, params):
        began = monotonic()
        derived_article_id(addresses, addresses, slug_alone=True)
        assert monotonic() - began < 1
