"""Titles of aggregators: the outlet's name at the end goes, and signs stand where a writer sets them."""

from __future__ import annotations

import pytest

from scrapers.aggregators.titles import without_outlet, without_spaced_signs


@pytest.mark.parametrize(
    ("title", "names", "headline"),
    [
        ("한미, 협약에 서명 - 연합뉴스", ("연합뉴스",), "한미, 협약에 서명"),
        ("협약 100일 - 무엇이 달라졌나 - 조선비즈", ("조선비즈",), "협약 100일 - 무엇이 달라졌나"),
        ("Deal signed | The Korea Times", ("The Korea Times",), "Deal signed"),
        ("Deal signed – KOREA  times", ("Korea Times",), "Deal signed"),
        ("Deal signed - koreaherald.com", ("The Korea Herald", "koreaherald.com"), "Deal signed"),
        ("Deal signed - Reuters", ("Bloomberg",), "Deal signed - Reuters"),
        ("6G-ready", ("ready",), "6G-ready"),
        ("- 연합뉴스", ("연합뉴스",), "- 연합뉴스"),
        ("연합뉴스", ("연합뉴스",), "연합뉴스"),
        ("Deal signed - ", ("",), "Deal signed - "),
        ("", ("A",), ""),
    ],
)
def test_the_outlets_name_behind_the_last_sign_goes(title: str, names: tuple[str, ...], headline: str) -> None:
    assert without_outlet(title, *names) == headline


@pytest.mark.parametrize(
    ("spaced", "title"),
    [
        ("Trump , Lee sign U . S . - Korea deal", "Trump, Lee sign U.S. - Korea deal"),
        ("Korea ' s quantum plan ; what next ?", "Korea's quantum plan; what next?"),
        ("Lee ’ s visit : a first", "Lee’s visit: a first"),
        ('Seoul calls it " a milestone "', 'Seoul calls it "a milestone"'),
        ("Seoul calls it “ a milestone ” , again", "Seoul calls it “a milestone”, again"),
        ("$ 3 . 5 billion , or 10 , 000 jobs ( so far )", "$3.5 billion, or 10,000 jobs (so far)"),
        ("한미 기술번영 , 실무회의 … 지침 합의", "한미 기술번영, 실무회의… 지침 합의"),
        (
            "A title that is written well: 10.5% of it, don't touch",
            "A title that is written well: 10.5% of it, don't touch",
        ),
        ("두 나라 ... 합의", "두 나라 ... 합의"),
        ("", ""),
    ],
)
def test_signs_lose_the_spaces_of_a_tokenizer(spaced: str, title: str) -> None:
    assert without_spaced_signs(spaced) == title
    assert without_spaced_signs(title) == title
