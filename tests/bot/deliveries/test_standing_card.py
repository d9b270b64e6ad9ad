"""Of several cards about one story, the one stands that a reader has or gets first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.deliveries.standing_card import standing_card, teller
from bot.model import Delivery
from bot.store.matches import Match

AT = datetime(2026, 3, 2, tzinfo=UTC)
DUE = Delivery(
    id=1, key="card:T1:1:1", team="T1", destination=1, slack_id="C1", kind="card", state="due", story=1, after=None,
    payload={}, subscriptions=(1,), wanted_revision=1, shown_revision=0, epoch=0, attempts=0, empty_reads=0,
    created_at=AT, not_before=AT, first_try_at=None, last_try_at=None, sent_at=None, edited_at=None, ts=None,
    error=None,
)  # fmt: skip
SENT = replace(DUE, state="sent", sent_at=AT)
IN_ORDER: list[Delivery] = [
    SENT,
    replace(DUE, state="unknown"),
    replace(DUE, state="cancelled", error="rolled_up"),
    DUE,
    replace(DUE, state="held"),
    replace(DUE, state="waiting"),
    replace(DUE, state="cancelled", error="linked"),
    replace(DUE, state="dead"),
    replace(DUE, state="cancelled", error="same_channel"),
]


def test_without_a_card_none_stands() -> None:
    assert standing_card([]) is None


@pytest.mark.parametrize("first", range(len(IN_ORDER) - 1))
def test_the_card_stands_that_a_reader_has_or_gets_first(first: int) -> None:
    earlier, later = replace(IN_ORDER[first], id=2), replace(IN_ORDER[first + 1], id=1)
    assert standing_card([earlier, later]) == standing_card([later, earlier]) == earlier


@pytest.mark.parametrize("error", ["rolled_up", "message_gone", "may_have_been_sent"])
def test_a_cancelled_card_that_told_the_story_stands_before_a_pending_one(error: str) -> None:
    told = replace(DUE, id=2, state="cancelled", error=error)
    assert standing_card([DUE, told]) == told
    assert standing_card([DUE, told], severe=True) == DUE


def test_a_card_on_its_way_stands_before_one_that_was_rolled_up() -> None:
    rolled_up = replace(DUE, id=1, state="cancelled", error="rolled_up")
    sending = replace(DUE, id=2, state="sending")
    assert standing_card([rolled_up, sending]) == sending


def test_a_waiting_card_of_a_severe_story_stands_before_one_that_was_rolled_up_and_that_before_a_dead_one() -> None:
    rolled_up = replace(DUE, id=2, state="cancelled", error="rolled_up")
    waiting, dead = replace(DUE, id=3, state="waiting"), replace(DUE, id=1, state="dead")
    assert standing_card([rolled_up, waiting], severe=True) == waiting
    assert standing_card([rolled_up, dead], severe=True) == rolled_up


def test_a_card_whose_roll_up_was_never_sent_stands_behind_a_pending_one() -> None:
    rolled_up = replace(DUE, state="cancelled", error="rolled_up")
    dead = replace(DUE, id=2, state="dead")
    assert standing_card([rolled_up, dead], rolled_up_told=True) == rolled_up
    assert standing_card([rolled_up, dead], rolled_up_told=False) == dead


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"sent_at": AT, "id": 2}, {"sent_at": AT + timedelta(seconds=1), "id": 1}),
        ({"sent_at": AT, "id": 1}, {"sent_at": AT, "id": 2}),
    ],
)
def test_of_two_posted_cards_the_older_post_stands(older: dict[str, Any], newer: dict[str, Any]) -> None:
    cards = [replace(SENT, **newer), replace(SENT, **older)]
    assert standing_card(cards) == cards[1]


ROLLED_UP = replace(DUE, state="cancelled", error="rolled_up")
UNTOLD = Match("T1", 1, 1, 1, 1, "instant", AT, id=1, told_by=None, told_at=None)
TOLD_BY_CARD = replace(UNTOLD, told_by=DUE.id, told_at=AT)
TOLD_BY_DIGEST = replace(UNTOLD, told_by=9, told_at=AT)


@pytest.mark.parametrize(
    ("card", "met", "told_by"),
    [
        (SENT, [UNTOLD], SENT.id),
        (SENT, [TOLD_BY_DIGEST], SENT.id),
        (replace(DUE, state="dead"), [UNTOLD, TOLD_BY_DIGEST], None),
        (replace(DUE, state="cancelled", error="message_gone"), [UNTOLD], DUE.id),
        (ROLLED_UP, [UNTOLD, TOLD_BY_CARD, TOLD_BY_DIGEST], 9),
        (ROLLED_UP, [UNTOLD, TOLD_BY_CARD], None),
        (replace(DUE, error="rolled_up"), [TOLD_BY_DIGEST], DUE.id),
        (None, [UNTOLD, TOLD_BY_DIGEST], 9),
        (None, [UNTOLD], None),
    ],
)
def test_the_standing_card_tells_the_matches_or_the_digest_that_told_one(
    card: Delivery | None, met: list[Match], told_by: int | None
) -> None:
    assert teller(card, [DUE], met) == told_by
