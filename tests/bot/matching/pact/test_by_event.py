"""In the days around the signing an unnamed accord of the two countries needs fewer fields."""

from datetime import date, timedelta

import pytest

from bot.matching.scan import Scanner
from bot.model import Page

SIGNED_ON = date(2025, 10, 29)
TWO_FIELDS = "The United States and South Korea will sign an accord on AI and quantum computing."


def _is_pact(scanner: Scanner, headline: str, days: int) -> bool:
    return scanner.read(Page(headline, headline, None, SIGNED_ON + timedelta(days=days))).topics.pact


@pytest.mark.parametrize(("days", "is_pact"), [(-5, False), (-4, True), (0, True), (7, True), (8, False)])
def test_two_fields_are_enough_in_the_days_of_the_signing(scanner: Scanner, days: int, is_pact: bool) -> None:
    assert _is_pact(scanner, TWO_FIELDS, days) is is_pact


@pytest.mark.parametrize(
    ("headline", "days", "is_pact"),
    [
        ("S. Korea, U.S. sign technology pact", 0, True),
        ("S. Korea, U.S. sign technology pact", 100, False),
        ("U.S. suspends technology pact with South Korea", 100, True),
        ("U.S. praises technology pact with South Korea", 100, False),
    ],
)
def test_a_technology_deal_that_is_signed_then_or_ends_is_the_pact(
    scanner: Scanner, headline: str, days: int, is_pact: bool
) -> None:
    assert _is_pact(scanner, headline, days) is is_pact


@pytest.mark.parametrize(
    "text",
    [
        "한국과 미국, 일본이 AI와 양자 협력 각서에 서명했다.",
        "Japan, the United States and South Korea signed an accord on AI and quantum computing.",
        "The U.S., Canada and South Korea signed an accord on AI and quantum computing.",
    ],
)
def test_three_parties_of_one_list_have_another_deal(scanner: Scanner, text: str) -> None:
    assert not scanner.read(Page("", text, None, SIGNED_ON)).topics.pact
