"""Facts of the head are few and short, alike in both languages, and differ only where outlets contradict each other."""

from __future__ import annotations

import pytest

from bot.model import Mention
from bot.stories.facts.head_facts import (
    LONGEST_FACT,
    MOST_FACTS,
    Fact,
    OutletFacts,
    disagreements,
    fact_from,
    head_facts,
)

KRATSIOS, BAE, HA = (Fact("signatory", name, name) for name in ("Michael Kratsios", "Bae Kyung-hoon", "Ha Jung-woo"))


def amount(value: str) -> Fact:
    return Fact("amount", value, value)


def signing(name: str, start: int = 0, **more: object) -> Mention:
    context = str(more.get("context", f"{name} signed the deal."))
    return Mention("official", name, name, "text", start, start + 3, name, context, passing=bool(more.get("passing")))


def values(headline: str, text: str = "") -> list[tuple[str, str]]:
    return [(fact.kind, fact.value) for fact in head_facts(headline, text, ())]


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("한화오션, 2조4천억원 규모 수주", [("amount", "krw:2.4e+12")]),
        ("Hanwha wins 2.4 trillion won order", [("amount", "krw:2.4e+12")]),
        ("Korea pledges $350 billion on Oct. 29", [("amount", "usd:3.5e+11")]),
        ("US$400 mln project", [("amount", "usd:4e+08")]),
        ("$7.4B smelter, $2.9 bil. deal", [("amount", "usd:7.4e+09"), ("amount", "usd:2.9e+09")]),
        ("한미, 10월 29일 경주서 서명", [("place", "signing:gyeongju"), ("day", "signing:29")]),
        ("Korea, US sign MOU in Gyeongju", [("place", "signing:gyeongju"), ("instrument", "mou")]),
        ("한미, 9일 서명", [("day", "signing:9")]),
        ("회담은 3일간 열린다", []),
        ("Sales rose on May 2024", []),
        ("50큐비트 양자컴퓨터 공개", []),
    ],
)
def test_amounts_and_days_are_alike_in_both_languages(headline: str, expected: list[tuple[str, str]]) -> None:
    assert values(headline) == expected


def test_only_headline_and_lead_are_read_and_facts_are_bounded() -> None:
    assert values("Deal", "The deal is worth $5 billion. It was $9 billion before. More follows here.") == [
        ("amount", "usd:5e+09")
    ]
    many = head_facts(" ".join(f"${number} billion," for number in range(1, 40)), "", ())
    assert len(many) == MOST_FACTS
    assert all(len(fact.text) <= LONGEST_FACT for fact in many)


def test_a_signatory_is_an_official_beside_a_signature_in_the_head() -> None:
    assert [fact.value for fact in head_facts("", "", [signing("Michael Kratsios", 299)])] == ["Michael Kratsios"]
    for other in (
        signing("Michael Kratsios", 300),
        signing("Michael Kratsios", passing=True),
        signing("Michael Kratsios", context="Kratsios will visit Seoul."),
        signing("Michael Kratsios", context="It was a designed visit."),
    ):
        assert head_facts("", "", [other]) == ()


def differing(*facts_of_outlets: list[Fact], zones: str = "") -> list[tuple[str, tuple[tuple[str, int], ...]]]:
    """Where outlets of Seoul (S) or New York (N) differ; all are of Seoul unless ``zones`` says otherwise."""
    zone_of = {"S": "Asia/Seoul", "N": "America/New_York"}
    outlets = zip(zones or "S" * len(facts_of_outlets), facts_of_outlets, strict=True)
    found = disagreements([OutletFacts(zone_of[zone], facts) for zone, facts in outlets])
    return [(each.kind, each.versions) for each in found]


def test_outlets_differ_on_an_amount_of_one_currency_with_the_number_of_outlets() -> None:
    one, two = amount("krw:2e+12"), amount("krw:3e+12")
    found = differing([one], [one, one], [two], [one, two], [amount("usd:5e+09")])
    assert found == [("amount", (("krw:2e+12", 2), ("krw:3e+12", 1)))]
    assert differing([one], [one], [amount("usd:5e+09")]) == []
    assert differing([one, two], [one]) == [], "of two amounts nobody knows which one is the event's"


@pytest.mark.parametrize(
    ("one", "other", "are_apart"),
    [
        ("2e+12", "3e+12", True),
        ("1.84e+12", "1.85e+12", False),
        ("1.8e+12", "1.84e+12", False),
        ("1.8e+12", "1.86e+12", True),
        ("9.9e+11", "1e+12", False),
        ("9.89e+11", "1.01e+12", True),
        ("1.5e+12", "3e+12", True),
        ("1.5e+12", "3.01e+12", False),
        ("400", "500", True),
        ("0", "5", False),
    ],
)
def test_a_rounded_amount_and_one_of_something_else_are_no_disagreement(one: str, other: str, are_apart: bool) -> None:
    assert bool(differing([amount(f"usd:{one}")], [amount(f"usd:{other}")])) == are_apart


def test_outlets_differ_on_the_place_of_one_act_and_on_the_document() -> None:
    gyeongju, seoul = Fact("place", "signing:gyeongju", "경주"), Fact("place", "signing:seoul", "Seoul")
    talks = Fact("place", "meeting:washington", "Washington")
    assert differing([gyeongju], [gyeongju, talks], [seoul]) == [("place", (("경주", 2), ("Seoul", 1)))]
    assert differing([gyeongju], [talks]) == [], "the talks were held elsewhere"
    assert differing([gyeongju], [gyeongju, seoul]) == [], "of two cities nobody knows which one is the event's"
    mou, treaty = Fact("instrument", "mou", "mou"), Fact("instrument", "treaty", "treaty")
    assert differing([treaty], [mou], [mou]) == [("instrument", (("mou", 2), ("treaty", 1)))]


def day(value: int, act: str = "signing") -> Fact:
    return Fact("day", f"{act}:{value}", f"{value}일")


def test_outlets_differ_on_the_day_of_one_act() -> None:
    assert differing([day(29)], [day(28)], [day(29)]) == [("day", (("29일", 2), ("28일", 1)))]
    assert differing([day(29)], [day(28, "meeting")]) == [], "they met the day before"


def test_one_night_between_two_zones_is_no_disagreement() -> None:
    assert differing([day(29)], [day(28)], zones="SN") == []
    assert differing([day(29)], [day(27)], zones="SN") == [("day", (("29일", 1), ("27일", 1)))]
    assert differing([day(29)], [day(28)], [day(28)], zones="SSN") == [("day", (("28일", 2), ("29일", 1)))]


def test_outlets_differ_on_a_signatory_where_each_names_another_one_beside_the_same() -> None:
    found = differing([KRATSIOS, BAE], [KRATSIOS, HA], [KRATSIOS, BAE])
    assert found == [("signatory", (("Bae Kyung-hoon", 2), ("Ha Jung-woo", 1)))]
    assert differing([KRATSIOS], [KRATSIOS, BAE]) == [], "one names fewer"
    assert differing([KRATSIOS], [BAE]) == [], "they may be the two sides"


def test_a_fact_is_the_same_after_it_was_stored() -> None:
    place, document = Fact("place", "signing:seoul", "서울"), Fact("instrument", "mou", "mou")
    for fact in (KRATSIOS, place, document, amount("krw:1e+12"), Fact("day", "29", "29일")):
        assert fact_from(list(fact)) == fact
