"""Among the links of a page the articles are found by the shape of their addresses and the length of their texts."""

from __future__ import annotations

import pytest

from scrapers.proposal.article_links import article_links, is_headline, shape_of
from tests.support.example_sites import ENGLISH, KOREAN

SITE = "example.co.kr"
HOME = "https://www.example.co.kr"
MENU = [(f"{HOME}/list/{n}", f"분야 {n}") for n in range(40)]


def test_headlines_prevail_over_menus_and_other_sites() -> None:
    articles = [(f"{HOME}/article/{900_100 + n}", title) for n, title in enumerate(KOREAN)]
    other = [(f"https://ads.example/{n}00000", title + " 특가 행사 안내") for n, title in enumerate(KOREAN * 2)]
    found = article_links([*MENU, *articles, *other], SITE)
    assert found is not None
    assert found.addresses == tuple(url for url, _ in articles)
    assert found.article_id == r"/article/(\d{6,})(?:\.\w{2,5})?/?(?=[?#]|$)"


def test_an_example_decides_between_two_lists() -> None:
    videos = [(f"{HOME}/video?clip={n}", f"{title} 현장 영상 모음") for n, title in enumerate(KOREAN * 2, 5_000)]
    articles = [(f"{HOME}/news/{slug.lower().replace(' ', '-')}", slug) for slug in ENGLISH]
    by_weight = article_links([*videos, *articles], SITE)
    assert by_weight is not None
    assert by_weight.article_id == r"[?&]clip=(\d+)"
    by_example = article_links([*videos, *articles], SITE, f"{HOME}/news/a-title-of-another-day")
    assert by_example is not None
    assert set(by_example.addresses) == {url for url, _ in articles}


def test_five_headlines_are_a_list() -> None:
    articles = [(f"{HOME}/article/{900_100 + n}", title) for n, title in enumerate(KOREAN[:5])]
    assert article_links([*MENU, *articles], SITE) is not None


@pytest.mark.parametrize("count", [0, 1, 4])
def test_few_headlines_are_no_list(count: int) -> None:
    articles = [(f"{HOME}/article/{900_100 + n}", title) for n, title in enumerate(KOREAN[:count])]
    assert article_links([*MENU, *articles], SITE) is None


@pytest.mark.parametrize(
    ("url", "shape"),
    [
        ("https://a.kr/news/12345", (("word", "number"), ())),
        ("https://a.kr/news/view.do?no=12&page=3", (("word", "word"), ("no",))),
        ("https://a.kr/view/AKR20261130000100017", (("word", "code"), ())),
        ("https://a.kr/2026/11/a-title-of-it/", (("number", "number", "slug"), ())),
        ("https://a.kr/%ED%95%9C%EB%AF%B8%ED%98%91%EC%A0%95", (("slug",), ())),
        ("https://a.kr/news/politics", None),
        ("https://a.kr/2026/about/team", None),
        ("https://a.kr/news?page=2", None),
        ("https://a.kr/", None),
    ],
)
def test_an_address_has_a_shape_where_it_may_be_an_articles(url: str, shape: object) -> None:
    assert shape_of(url) == shape


def test_a_headline_is_longer_than_a_menus_word() -> None:
    assert is_headline("가나다라마바사아자")
    assert not is_headline("가나다라마바사아")
    assert is_headline("A title of 20 signs.")
    assert not is_headline("A title of 19 signs")
