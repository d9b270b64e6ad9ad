"""A settlement changes exactly its delivery, in its states and under its epoch; on every store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import ClaimLost
from bot.store.deliveries import settlements as s
from bot.store.deliveries.claims import Lease, claim
from bot.store.engine import Connection, Store
from bot.store.schema import deliveries
from tests.support.delivery_rows import add_row

EPOCH = 5
STATES = ("due", "sending", "unknown", "sent", "held", "waiting", "cancelled", "dead")
CLAIMED: dict[str, Any] = {
    "epoch": EPOCH, "worker": "w", "lease_until_at": 9, "attempts": 3, "empty_reads": 0, "trying_revision": 4,
    "wanted_revision": 6, "shown_revision": 2, "error": "before", "not_before": -7, "last_try_at": -8,
}  # fmt: skip
ENDED: dict[str, Any] = {"worker": None, "lease_until_at": None}
Settle = Callable[[Connection, int, int, datetime], Awaitable[object]]


def _at(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Case:
    """A settlement, the states in which it is made, and the columns that it changes (numbers are seconds from now)."""

    name: str
    settle: Settle
    states: tuple[str, ...]
    changes: Mapping[str, Any]


POST = ("sending", "unknown")
CASES = [
    Case("renew", lambda c, d, e, now: s.renew(c, d, e, now, 15), (*POST, "sent"), {"lease_until_at": 15}),
    Case(
        "begin_call", lambda c, d, e, now: s.begin_call(c, d, e, now, 15), ("sending",),
        {"lease_until_at": 15, "last_try_at": 0},
    ),
    Case(
        "begin_edit", lambda c, d, e, now: s.begin_edit(c, d, e, now, 15, 45), ("sent",),
        {"lease_until_at": 15, "not_before": 45},
    ),
    Case(
        "sent", lambda c, d, e, now: s.settle_sent(c, d, e, "1.5", now), POST,
        {**ENDED, "state": "sent", "ts": "1.5", "sent_at": 0, "shown_revision": 4, "not_before": 0, "error": None},
    ),
    Case(
        "unknown", lambda c, d, e, now: s.settle_unknown(c, d, e, _at(now, 45), "timeout"), POST,
        {**ENDED, "state": "unknown", "not_before": 45, "error": "timeout"},
    ),
    Case(
        "due", lambda c, d, e, now: s.settle_due(c, d, e, _at(now, 3)), POST,
        {**ENDED, "state": "due", "not_before": 3, "error": None},
    ),
    Case(
        "due, no charge", lambda c, d, e, now: s.settle_due(c, d, e, _at(now, 3), "limited", charge=False), POST,
        {**ENDED, "state": "due", "not_before": 3, "error": "limited", "attempts": 2},
    ),
    Case(
        "due, plain", lambda c, d, e, now: s.settle_due(c, d, e, _at(now, 3), "blocks", plain=True), POST,
        {**ENDED, "state": "due", "not_before": 3, "error": "blocks", "plain": True},
    ),
    Case(
        "due, repeat", lambda c, d, e, now: s.settle_due(c, d, e, _at(now, 3), "scope", repeat=True), POST,
        {**ENDED, "state": "due", "not_before": 3, "error": "scope", "repeat": True},
    ),
    Case(
        "waiting", lambda c, d, e, now: s.settle_waiting(c, d, e, "archived"), ("sending",),
        {**ENDED, "state": "waiting", "error": "archived", "attempts": 2},
    ),
    Case(
        "held", lambda c, d, e, now: s.settle_held(c, d, e, _at(now, 60)), ("sending",),
        {**ENDED, "state": "held", "not_before": 60, "attempts": 2},
    ),
    Case(
        "cancelled", lambda c, d, e, now: s.settle_cancelled(c, d, e, "gone"), POST,
        {**ENDED, "state": "cancelled", "error": "gone"},
    ),
    Case(
        "dead", lambda c, d, e, now: s.settle_dead(c, d, e, "too_long"), POST,
        {**ENDED, "state": "dead", "error": "too_long"},
    ),
    Case(
        "empty read", lambda c, d, e, now: s.note_empty_read(c, d, e, now), ("unknown",),
        {**ENDED, "empty_reads": 1, "not_before": 20},
    ),
    Case(
        "last empty read", lambda c, d, e, now: s.note_empty_read(c, d, e, now, reads=1), ("unknown",),
        {**ENDED, "state": "due", "empty_reads": 1, "not_before": 0},
    ),
    Case(
        "put off", lambda c, d, e, now: s.put_off(c, d, e, _at(now, 30), "limited", {"cursor": "x"}),
        ("unknown", "sent"), {**ENDED, "not_before": 30, "error": "limited", "payload": {"cursor": "x"}},
    ),
    Case(
        "edit", lambda c, d, e, now: s.settle_edit(c, d, e, now), ("sent",),
        {**ENDED, "shown_revision": 4, "edited_at": 0, "not_before": 0, "error": None},
    ),
    Case(
        "as shown", lambda c, d, e, now: s.settle_as_shown(c, d, e, now, "closed"), ("sent",),
        {**ENDED, "wanted_revision": 2, "not_before": 0, "error": "closed"},
    ),
    Case(
        "gone", lambda c, d, e, now: s.settle_gone(c, d, e), ("sent",),
        {**ENDED, "state": "cancelled", "error": "message_gone"},
    ),
]  # fmt: skip


async def rows(c: Connection) -> dict[int, dict[str, Any]]:
    return {row.id: dict(row._mapping) for row in await c.execute(select(deliveries))}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_settlement_changes_its_delivery_alone_and_only_a_claimed_one(
    store: Store, now: datetime, case: Case
) -> None:
    async with store.begin() as c:
        ids = {state: await add_row(c, now, {**CLAIMED, "state": state}) for state in STATES}
        before = await rows(c)
        for state, delivery in ids.items():
            for epoch in (EPOCH - 1, EPOCH + 1, *([] if state in case.states else [EPOCH])):
                with pytest.raises(ClaimLost):
                    await case.settle(c, delivery, epoch, now)
        assert await rows(c) == before
        for state in case.states:
            delivery = ids[state]
            await case.settle(c, delivery, EPOCH, now)
            instants = ("lease_until_at", "last_try_at", "not_before", "sent_at", "edited_at")
            before[delivery] |= {
                name: _at(now, value) if name in instants and value is not None else value
                for name, value in case.changes.items()
            }
            assert await rows(c) == before


@pytest.mark.parametrize(
    "case", [case for case in CASES if ENDED.items() <= case.changes.items()], ids=lambda case: case.name
)
async def test_a_claim_is_settled_once(store: Store, now: datetime, case: Case) -> None:
    """A commit may count although it failed: the settlement that is tried again finds its claim ended."""
    async with store.begin() as c:
        for state in case.states:
            delivery = await add_row(c, now, {**CLAIMED, "state": state})
            await case.settle(c, delivery, EPOCH, now)
            settled = await rows(c)
            with pytest.raises(ClaimLost):
                await case.settle(c, delivery, EPOCH, now)
            assert await rows(c) == settled


@pytest.mark.parametrize(("empty_reads", "reads", "last"), [(0, 2, False), (1, 2, True), (2, 2, True), (1, 3, False)])
async def test_the_last_empty_read_makes_the_delivery_due(
    store: Store, now: datetime, empty_reads: int, reads: int, last: bool
) -> None:
    async with store.begin() as c:
        delivery = await add_row(c, now, {**CLAIMED, "state": "unknown", "empty_reads": empty_reads})
        assert await s.note_empty_read(c, delivery, EPOCH, now, 20, reads) == last


async def test_a_claim_notes_the_try_and_leases_the_delivery(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        first = await add_row(c, now, {"wanted_revision": 3, "empty_reads": 2})
        again = await add_row(
            c, now, {"wanted_revision": 3, "epoch": 5, "attempts": 4, "first_try_at": -60, "last_try_at": -30}
        )
        before = await rows(c)
        await claim(c, now, Lease("w2", 15), 2)
        claimed: dict[str, Any] = {
            "state": "sending", "worker": "w2", "lease_until_at": _at(now, 15), "trying_revision": 3, "empty_reads": 0,
            "last_try_at": now,
        }  # fmt: skip
        before[first] |= {**claimed, "first_try_at": now, "epoch": 1, "attempts": 1}
        before[again] |= {**claimed, "first_try_at": _at(now, -60), "epoch": 6, "attempts": 5}
        assert await rows(c) == before
