"""Figures and names are the same in Korean and English; days, years and small numbers are no figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.features.numbers import figures
from bot.stories.features.sounds import hangul_sounds, latin_sounds


@pytest.mark.parametrize(
    ("korean", "english", "figure"),
    [
        ("26만 장", "260,000 units", ":2.6e+05"),
        ("3500억 달러", "$350 billion", "usd:3.5e+11"),
        ("3,500억달러", "US$350bn", "usd:3.5e+11"),
        ("3천500억달러", "350 billion dollars", "usd:3.5e+11"),
        ("12조 5000억 달러", "$12.5 trillion", "usd:1.25e+13"),
        ("1조2천억원", "1.2 trillion won", "krw:1.2e+12"),
        ("20억 파운드", "£2 billion", "gbp:2e+09"),
        ("50억 달러", "$5B", "usd:5e+09"),
        ("4억 달러", "US$400 mln", "usd:4e+08"),
        ("29억 달러", "$2.9 bil.", "usd:2.9e+09"),
        ("1만3천장", "13,000 units", ":1.3e+04"),
        ("1만3000장", "13,000 units", ":1.3e+04"),
        ("공동과제 20개", "20 joint projects", ":20"),
        ("1억2000만원", "120 million won", "krw:1.2e+08"),
        ("2000만원", "20 million won", "krw:2e+07"),
        ("15퍼센트", "15 percent", "percent:15"),
        ("제57차", "57th", "nth:57"),
        ("17명", "seventeen presidents", ":17"),
        ("72시간", "72-hour", ":72"),
        ("34개 과제", "thirty-four projects", ":34"),
        ("20메가와트", "20-megawatt", "mw:20"),
        ("50큐비트", "50 qubits", "qubit:50"),
    ],
)
def test_a_figure_is_the_same_in_both_languages(korean: str, english: str, figure: str) -> None:
    assert list(figures(korean)) == list(figures(english.lower())) == [figure]


@pytest.mark.parametrize(
    "text",
    [
        "2026년 2월 10일", "오는 20일", "nov. 5 at 3 p.m.", "20 october", "2026-09-22 10:30", "오전 10시 30분", "6대3",
        "four of them", "1999", "제3차", "2nd",
    ],
)  # fmt: skip
def test_a_day_a_time_a_year_and_a_small_number_are_no_figures(text: str) -> None:
    assert list(figures(text)) == []


def test_two_counts_that_differ_in_a_late_digit_are_two_figures_and_amounts_are_rounded() -> None:
    assert list(figures("1,001 wafers and 1002 wafers")) == [":1001", ":1002"]
    assert list(figures("$3,501 million")) == list(figures("35억 달러")) == ["usd:3.5e+09"]


@pytest.mark.parametrize(("text", "found"), [("4개", []), ("5개", [":5"]), ("31일", []), ("32일", [":32"])])
def test_the_bounds_of_bare_numbers(text: str, found: list[str]) -> None:
    assert list(figures(text)) == found


@given(st.text(max_size=200))
def test_any_text_has_figures_without_an_error(text: str) -> None:
    assert all(":" in figure for figure in figures(text.lower()))


@pytest.mark.parametrize(
    ("korean", "latin"),
    [
        ("한화는", "Hanwha"), ("두산이", "Doosan"), ("올트먼은", "Altman"), ("러트닉", "Lutnick"),
        ("엔비디아의", "Nvidia"),
        ("블랙록과", "BlackRock"), ("나라스페이스", "NaraSpace"), ("오라클", "Oracle"), ("쿠팡", "Coupang"),
        ("인텔", "Intel"),
        ("아르테미스", "Artemis"), ("필라델피아", "Philadelphia"),
    ],
)  # fmt: skip
def test_a_name_sounds_the_same_in_both_scripts(korean: str, latin: str) -> None:
    assert latin_sounds(latin) in hangul_sounds(korean)


@pytest.mark.parametrize("word", ["Geoje", "Yu", "Oh", "a", "1234", ""])
def test_a_name_of_fewer_than_three_consonants_has_no_sounds(word: str) -> None:
    assert latin_sounds(word) == ""


def test_names_that_sound_different_have_other_keys() -> None:
    assert latin_sounds("Samsung") not in hangul_sounds("삼양식품")
    assert set(hangul_sounds("두산")).isdisjoint(hangul_sounds("한화"))
