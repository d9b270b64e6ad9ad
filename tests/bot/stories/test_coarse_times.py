"""An outlet that rounds its times to half hours is called first by nobody, and lets nobody be first beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.stories.facts.coarse_times import LEAST_TIMES, coarse_among, is_coarse, is_rounded, suspects_of
from bot.stories.facts.coverage import coverage_of
from tests.support.bot_harness import BotHarness, outlet_named
from tests.support.sample_rows import AT, stored_article

OUTLETS = {key: outlet_named(key) for key in ("herald", "times", "ministry")}
HOUR = AT.replace(minute=0, second=0, microsecond=0)


def in_minutes(minutes: float) -> dict[str, Any]:
    at = HOUR + timedelta(minutes=minutes)
    return {"published_at": at, "first_seen_at": at}


@pytest.mark.parametrize(("minutes", "rounded"), [(0, True), (30, True), (1, False), (29.5, False), (30.5, False)])
def test_a_time_at_a_full_or_half_hour_may_be_rounded(minutes: float, rounded: bool) -> None:
    assert is_rounded(HOUR + timedelta(minutes=minutes)) is rounded


@pytest.mark.parametrize(
    ("rounded", "exact", "coarse"),
    [(LEAST_TIMES, 0, True), (LEAST_TIMES - 1, 0, False), (9, 1, True), (18, 2, True), (17, 2, False), (0, 20, False)],
)
def test_an_outlet_rounds_where_nearly_all_of_its_times_are_rounded(rounded: int, exact: int, coarse: bool) -> None:
    times = [HOUR + timedelta(minutes=30 * number) for number in range(rounded)]
    times += [HOUR + timedelta(minutes=17 + 60 * number) for number in range(exact)]
    assert is_coarse(times) is coarse
    assert coarse_among({"herald": times, "times": []}) == ({"herald"} if coarse else frozenset())


def test_only_outlets_with_a_rounded_time_are_looked_up() -> None:
    articles = [
        stored_article(1, **in_minutes(30)),
        stored_article(2, outlet="times", **in_minutes(31)),
        stored_article(3, outlet="ministry", published_at=None),
    ]
    assert suspects_of(articles) == {"herald"}


@pytest.mark.parametrize(
    ("coarse", "minutes", "first"),
    [
        ((), 90, "herald"),
        (("herald",), 90, None),
        (("times",), 90, None),
        (("ministry",), 90, None),
        (("ministry",), 101, "herald"),
    ],
)
def test_nobody_is_first_by_a_rounded_time(coarse: tuple[str, ...], minutes: float, first: str | None) -> None:
    articles = [
        stored_article(1, **in_minutes(0)),
        stored_article(2, outlet="times", **in_minutes(40)),
        stored_article(3, outlet="ministry", **in_minutes(minutes)),
    ]
    found = coverage_of(articles, OUTLETS, coarse).first
    assert (found.article.outlet if found else None) == first


@pytest.mark.parametrize(("minutes", "first"), [(30, None), (23, "Herald")])
async def test_a_card_names_nobody_first_by_the_times_of_an_outlet_that_rounds(
    harness: BotHarness, minutes: int, first: str | None
) -> None:
    await harness.subscribe("zeppelin")
    harness.at = HOUR
    for number in range(LEAST_TIMES):
        at = HOUR - timedelta(minutes=60 * number + (30 if minutes == 30 else 7))
        await harness.publish("herald", f"Budget {number * 7919} of the harbour", "Nothing flew.", at=at)
    for key, ahead in (("herald", 0), ("times", 150)):
        harness.at = HOUR + timedelta(minutes=minutes + ahead)
        text = f"A zeppelin flew over it, {key} saw."
        await harness.publish(key, "A zeppelin over the river", text, at=harness.at)
    await harness.deliver()
    await harness.edits()
    (card,) = harness.cards()
    assert card.first_outlet == first
