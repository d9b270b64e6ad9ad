"""The status answer and the home tab: days in force, pact dates, and how many lines are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from handlers.blocks.message import render
from handlers.blocks.status_card import days_in_force
from handlers.cards.shown import Shown
from handlers.cards.status import Health, PactDate, StatusCard
from tests.support.example_cards import AT, LINE, PROOF, SUBSCRIPTION

IN_FORCE_ON = date(2025, 10, 29)
HEALTH = Health(queue_depth=0, oldest_due_at=None, unknown=0, last_post_at=None, last_sweep_at=None)
STATUS = StatusCard(
    now=AT,
    zone="Asia/Seoul",
    days=7,
    query=None,
    in_force_on=IN_FORCE_ON,
    notice_days=180,
    next_event=None,
    last_event=None,
    heat=(),
    top=(),
    proof=PROOF,
    health=HEALTH,
    subscriptions=(),
    next_digest_at=None,
)


@pytest.mark.parametrize(("hour", "days"), [(14, 0), (15, 1)])
def test_the_day_of_signing_is_day_one_in_the_readers_zone(hour: int, days: int) -> None:
    assert days_in_force(IN_FORCE_ON, datetime(2025, 10, 28, hour, tzinfo=UTC), "Asia/Seoul") == days


def test_the_day_before_signing_names_the_start() -> None:
    before = render(Shown(replace(STATUS, now=datetime(2025, 10, 28, 14, tzinfo=UTC)), "en")).text
    on_the_day = render(Shown(STATUS, "en")).text
    assert before.startswith("Pact status. In force from Wed 29 Oct 2025. ")
    assert on_the_day.startswith("Pact status. In force since Wed 29 Oct 2025, day 1. ")


@pytest.mark.parametrize(("count", "left_out"), [(5, ""), (6, "+1 · /pact digest now")])
def test_five_top_stories_are_shown_and_the_rest_counted(count: int, left_out: str) -> None:
    plain = render(Shown(replace(STATUS, top=(LINE,) * count), "en")).plain
    assert plain.count("• ") == 5
    assert left_out in plain
    assert ("· /pact digest now" in plain) == bool(left_out)


@pytest.mark.parametrize(("count", "left_out"), [(10, ""), (11, "+1 · /pact list")])
def test_ten_subscriptions_are_shown_and_the_rest_counted(count: int, left_out: str) -> None:
    plain = render(Shown(replace(STATUS, subscriptions=(SUBSCRIPTION,) * count), "en")).plain
    assert plain.count("• ") == 10
    assert left_out in plain
    assert ("· /pact list" in plain) == bool(left_out)


def test_a_date_without_a_single_day_is_a_range() -> None:
    event = PactDate(date(2026, 5, 1), {"en": "the committee meets"}, "https://a.example/1")
    one_day = render(Shown(replace(STATUS, next_event=event), "en")).plain
    several_days = render(Shown(replace(STATUS, next_event=replace(event, until=date(2026, 5, 31))), "en")).plain
    assert "Next: Fri 1 May 2026, the committee meets" in one_day
    assert "Next: between Fri 1 May and Sun 31 May 2026, the committee meets" in several_days
