"""A title is chosen by the page's heading, and loses its site's name."""

from __future__ import annotations

import pytest

from scrapers.formats.titles import host_names, page_title, without_site

HEADLINE = "Seoul and Washington sign a pact"


@pytest.mark.parametrize(
    "separator", [" - ", " – ", " — ", " | ", "|", " :: ", " · ", " • ", " « ", " > ", " / ", "_", " -- "]
)
def test_a_sites_name_at_the_end_is_cut(separator: str) -> None:
    assert page_title([f"{HEADLINE}{separator}The Daily"], [], ["the daily"]) == HEADLINE


def test_several_names_are_cut_and_other_parts_are_kept() -> None:
    names = ["The Daily", "daily.example"]
    assert page_title([f"{HEADLINE} | The Daily | daily.example"], [], names) == HEADLINE
    assert page_title([f"{HEADLINE} - an analysis - The Daily"], [], names) == f"{HEADLINE} - an analysis"
    assert without_site("well-known", {"known"}) == "well-known"


def test_a_title_that_the_heading_says_goes_first() -> None:
    assert page_title(["Pact signed", f"{HEADLINE}!"], [HEADLINE], []) == f"{HEADLINE}!"
    assert page_title(["Pact signed", HEADLINE], ["Something else"], []) == "Pact signed"


def test_what_follows_the_heading_behind_a_separator_is_cut() -> None:
    assert page_title([f"{HEADLINE} | World | Unknown"], ["Unknown", HEADLINE], []) == HEADLINE
    assert page_title([f"{HEADLINE} in autumn"], [HEADLINE], []) == f"{HEADLINE} in autumn"
    assert page_title(["Pact in S - A"], ["Pact in S"], []) == "Pact in S - A"  # too short to be sure


def test_a_heading_may_hold_the_title_behind_a_kicker() -> None:
    assert page_title(["Pact", HEADLINE], [f"Diplomacy {HEADLINE}"], []) == HEADLINE


def test_a_title_that_is_cut_short_gives_way_to_the_whole_one() -> None:
    assert page_title([f"{HEADLINE[:20]}…", HEADLINE], [], []) == HEADLINE
    assert page_title([f"{HEADLINE[:20]}…"], [HEADLINE], []) == HEADLINE
    assert page_title([f"{HEADLINE[:20]}…"], [], []) == f"{HEADLINE[:20]}…"


def test_the_name_of_the_site_is_no_title() -> None:
    assert page_title(["The Daily"], ["The Daily", HEADLINE], ["The Daily"]) == HEADLINE
    assert page_title(["The Daily"], [], ["The Daily"]) == ""


def test_a_site_may_be_called_by_its_host() -> None:
    assert host_names("www.thehill.com") == ("thehill.com", "thehill")
    assert host_names("news.example.co.kr")[:4] == ("news.example.co.kr", "news", "example.co.kr", "example")
    assert page_title([f"{HEADLINE} | The Hill"], [], host_names("thehill.com")) == HEADLINE


def test_ten_letters_in_common_are_enough() -> None:
    assert page_title(["Pact of Se - A"], ["Pact of Se"], []) == "Pact of Se - A"  # eight
    assert page_title(["Pact of Seoul - A"], ["Pact of Seou"], []) == "Pact of Seoul - A"
    assert page_title(["Pact of Seou - A"], ["Pact of Seou"], []) == "Pact of Seou"  # ten


def test_three_names_of_the_site_are_cut() -> None:
    names = [f"{letter}{letter}{letter}" for letter in "abcd"]
    assert page_title([f"{HEADLINE} | aaa | bbb | ccc | ddd"], [], names) == f"{HEADLINE} | aaa"


def test_what_precedes_the_heading_in_front_of_a_separator_is_cut() -> None:
    assert page_title([f"Unknown | {HEADLINE}"], [HEADLINE], []) == HEADLINE
    assert page_title([f"Unknown: {HEADLINE}"], [HEADLINE], []) == f"Unknown: {HEADLINE}"
    assert page_title([f"Unknown {HEADLINE}"], [HEADLINE], []) == f"Unknown {HEADLINE}"
    assert page_title(["A - Pact in S"], ["Pact in S"], []) == "A - Pact in S"  # too short to be sure


def test_a_sites_name_at_the_beginning_is_cut() -> None:
    assert page_title([f"The Daily » {HEADLINE}"], [], ["the daily"]) == HEADLINE
    assert page_title([f"The Daily: {HEADLINE}"], [], ["the daily"]) == HEADLINE


def test_the_words_of_a_name_spell_the_host() -> None:
    for host, name in (("nytimes.com", "The New York Times"), ("wapost.example", "Washington Post")):
        assert page_title([f"{HEADLINE} - {name}"], [], host_names(host)) == HEADLINE
    title = f"{HEADLINE} - New York Times Talks"
    assert page_title([title], [], host_names("nytimes.com")) == title


def test_a_heading_that_ends_the_title_and_is_shorter_than_the_rest_is_the_sites_name() -> None:
    assert page_title([f"{HEADLINE} - Our Daily"], ["Our Daily"], []) == HEADLINE
    assert page_title([f"World › {HEADLINE}"], [HEADLINE], []) == HEADLINE
    assert page_title(["Pact - Our Daily"], ["Our Daily"], []) == "Pact - Our Daily"


def test_a_sites_name_has_at_most_fifty_characters() -> None:
    assert (
        page_title([HEADLINE], [HEADLINE], ["x" * 51, HEADLINE + " and then something of fifty characters"]) == HEADLINE
    )
    assert page_title([f"{HEADLINE} - {'x' * 50}"], [], ["x" * 50]) == HEADLINE
    assert page_title([f"{HEADLINE} - {'x' * 51}"], [], ["x" * 51]) == f"{HEADLINE} - {'x' * 51}"


def test_a_title_that_a_quotation_mark_cut_gives_way_to_the_whole_one() -> None:
    whole = f'{HEADLINE} and say "yes"'
    assert page_title([f"{HEADLINE} and say"], [whole], []) == whole
    assert page_title([HEADLINE], [whole], []) == HEADLINE


def test_six_words_spell_a_name_of_three_letters() -> None:
    for words, site, is_cut in (
        ("Aa Bb Cc", "abc", True),
        ("Aa Bb", "ab", False),
        ("Aa Bb Cc Dd Ee Ff", "abcdef", True),
    ):
        assert (page_title([f"{HEADLINE} - {words}"], [], [site]) == HEADLINE) == is_cut, words
    assert page_title([f"{HEADLINE} - Aa Bb Cc Dd Ee Ff Gg"], [], ["abcdefg"]) != HEADLINE
