"""An outbox takes up each kind of work, and no delivery that differs from it in one field; on every store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.store import destinations, installations
from bot.store.deliveries import claims, dependents
from bot.store.deliveries.claims import Lease, PendingWork
from bot.store.engine import Connection, Store
from tests.support.delivery_rows import Columns, add_row, add_workspaces, changed_by, with_changes

LEASE = Lease("w", 15)
NO_WORK = PendingWork(*[False] * 8)
UNLEASED: list[Columns] = [{"lease_until_at": -1}]
LEASED: list[Columns] = [{"lease_until_at": 0}, {"lease_until_at": 1}]
REACHABLE: list[Columns] = [{}, {"team": "T3"}, {"team": "T4"}]
UNREACHABLE: list[Columns] = [{"team": "T2"}, {"channel_state": "away"}, {"channel_state": "waiting"}]
AHEAD = {"not_before": 2, "first_try_at": -5}
"""A delivery that was tried, and is due again by a clock that is ahead of this worker's."""


def other_states(*states: str) -> list[Columns]:
    known = ("due", "sending", "unknown", "sent", "held", "waiting", "cancelled", "dead")
    return [{"state": state} for state in known if state not in states]


POSTS: Columns = {"state": "due"}
READS: Columns = {"state": "unknown"}
EDITS: Columns = {"state": "sent", "sent_at": -10, "wanted_revision": 2, "shown_revision": 1}
EXPIRED: Columns = {"state": "sending", "lease_until_at": -1, "last_try_at": -60}
HELD: Columns = {"state": "held"}
DEPENDENT: Columns = {"state": "due", "parent": {"state": "dead"}}

CASES: dict[str, tuple[Columns, list[Columns], list[Columns]]] = {
    "posts": (
        POSTS,
        [
            *REACHABLE, {"not_before": -1}, {"not_before": 9},
            {"channel_next_post_at": -1}, {"channel_next_post_at": 0},
            {"parent": {"state": "sent"}}, {"earlier": {"state": "sent"}}, {"earlier": {"state": "held"}},
            {"later": AHEAD}, {"earlier": {**AHEAD, "state": "held"}},
        ],
        [
            *other_states("due"), *UNREACHABLE, {"channel_next_post_at": 1},
            *({"parent": parent} for parent in (*other_states("sent"),)),
            *({which: {"state": state}} for which in ("earlier", "later") for state in ("sending", "unknown")),
        ],
    ),
    "reads": (
        READS,
        [*REACHABLE, *UNLEASED, {"not_before": -1}],
        [*other_states("unknown"), *UNREACHABLE, *LEASED, {"not_before": 1}],
    ),
    "edits": (
        EDITS,
        [
            *REACHABLE, *UNLEASED, {"not_before": -1}, {"sent_at": -11}, {"sent_at": 0, "edited_at": -10},
            {"wanted_revision": 5},
        ],
        [
            *other_states("sent"), *UNREACHABLE, *LEASED, {"not_before": 1}, {"sent_at": -9}, {"edited_at": -9},
            {"wanted_revision": 1}, {"shown_revision": 3},
        ],
    ),
    "expired_leases": (
        EXPIRED,
        [*REACHABLE, *UNREACHABLE, {"not_before": 9}],
        [*other_states("sending"), {"lease_until_at": 0}, {"lease_until_at": 1}, {"lease_until_at": None}],
    ),
    "ended_holds": (
        HELD,
        [*REACHABLE, *UNREACHABLE, {"not_before": -1}],
        [*other_states("held"), {"not_before": 1}],
    ),
    "dependents": (
        DEPENDENT,
        [
            *REACHABLE, *UNREACHABLE, {"parent": {"state": "cancelled"}}, {"state": "held"}, {"state": "waiting"},
            {"not_before": 9},
        ],
        [
            *other_states("due", "held", "waiting"), {"parent": None},
            *({"parent": parent} for parent in (*other_states("dead", "cancelled"),)),
        ],
    ),
}  # fmt: skip


async def work_on(c: Connection, kind: str, now: datetime) -> list[int]:
    """The deliveries that an outbox takes up for this kind of work."""
    if kind == "posts":
        return [claimed.id for claimed in await claims.claim(c, now, LEASE, 100)]
    if kind == "reads":
        return [claimed.id for claimed in await claims.claim_unknown(c, now, LEASE, 100)]
    if kind == "edits":
        return [claimed.id for claimed in await claims.claim_edits(c, now, LEASE, 100)]
    act: dict[str, Callable[[], Awaitable[int]]] = {
        "expired_leases": lambda: claims.expire_leases(c, now, 45),
        "ended_holds": lambda: claims.release_held(c, now),
        "dependents": lambda: dependents.cancel_dependents(c),
    }
    changed, count = await changed_by(c, act[kind])
    assert count == len(changed)
    return changed


@pytest.mark.parametrize("kind", CASES)
async def test_an_outbox_takes_up_what_is_due_and_nothing_else(store: Store, now: datetime, kind: str) -> None:
    base, found, not_found = CASES[kind]
    async with store.begin() as c:
        await add_workspaces(c, now)
        for columns in with_changes(base, not_found):
            await add_row(c, now, columns)
        if kind == "posts":
            assert await work_on(c, kind, now) == []
        others = replace(await claims.pending_work(c, now), **{kind: False})
        assert await claims.pending_work(c, now) == others, "none of these is this kind of work"
        wanted = [await add_row(c, now, columns) for columns in with_changes(base, found)]
        assert getattr(await claims.pending_work(c, now), kind)
        assert await work_on(c, kind, now) == wanted


@pytest.mark.parametrize(("kind", "change"), [(kind, change) for kind in CASES for change in CASES[kind][1]])
async def test_a_single_delivery_is_pending_work(store: Store, now: datetime, kind: str, change: Columns) -> None:
    async with store.begin() as c:
        await add_workspaces(c, now)
        await add_row(c, now, {**CASES[kind][0], **change})
        assert getattr(await claims.pending_work(c, now), kind)


@pytest.mark.parametrize("kind", [field.name for field in fields(PendingWork) if field.name != "waits"])
def test_each_kind_of_work_alone_is_work(kind: str) -> None:
    assert not NO_WORK
    work: dict[str, Any] = {kind: True}
    assert replace(NO_WORK, **work)


@pytest.mark.parametrize(("columns", "waits"), [
    *(
        ({"state": state, "not_before": 9, "lease_until_at": 9}, True)
        for state in ("held", "sending", "unknown")
    ),
    *(
        ({"state": state, "not_before": 9, "shown_revision": 1}, False)
        for state in ("sent", "waiting", "cancelled", "dead")
    ),
    ({**EDITS, "not_before": 9}, True),
    ({"state": "due", "not_before": 9, "channel_state": "away"}, True),
])  # fmt: skip
async def test_what_time_alone_makes_due_waits_and_is_no_work_yet(
    store: Store, now: datetime, columns: Columns, waits: bool
) -> None:
    async with store.begin() as c:
        await add_row(c, now, columns)
        await claims.claim(c, now, LEASE, 100)  # it finds nothing, and remembers that
        pending = await claims.pending_work(c, now)
        assert pending == replace(NO_WORK, waits=waits)
        assert not pending


async def test_a_stopped_workspace_waits(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", now)
        assert not (await claims.pending_work(c, now)).waits
        await installations.stop(c, "T1", "token_revoked", now, now + timedelta(hours=1))
        assert (await claims.pending_work(c, now)).waits


@pytest.mark.parametrize(("ask_again_in", "state", "pending"), [
    (-1, "stopped", True), (0, "stopped", True), (1, "stopped", False), (None, "stopped", False),
    (-1, "active", False),
])  # fmt: skip
async def test_a_stopped_workspace_is_asked_about_when_its_time_has_come(
    store: Store, now: datetime, ask_again_in: int | None, state: str, pending: bool
) -> None:
    ask_again_at = None if ask_again_in is None else now + timedelta(seconds=ask_again_in)
    async with store.begin() as c:
        await installations.stop(c, "T1", "token_revoked", now, ask_again_at)
        if state == "active":
            await installations.resume(c, "T1")
        assert (await claims.pending_work(c, now)).stopped_teams == pending


@pytest.mark.parametrize("kind", ["posts", "reads", "edits"])
async def test_a_claim_takes_no_more_than_its_limit_and_what_waits_longest(
    store: Store, now: datetime, kind: str
) -> None:
    base = CASES[kind][0]
    claim: Any = {"posts": claims.claim, "reads": claims.claim_unknown, "edits": claims.claim_edits}[kind]
    async with store.begin() as c:
        for waited in (2, 3, 1):
            await add_row(c, now, {**base, "not_before": -waited, "channel_next_post_at": -waited})
        claimed = await claim(c, now, LEASE, 2)
        left = await claim(c, now, LEASE, 3)
    assert [(now - each.not_before).total_seconds() for each in claimed] == [2, 3]
    assert [(now - each.not_before).total_seconds() for each in left] == [1]


@pytest.mark.parametrize("earlier", [AHEAD, {"not_before": 2}])
async def test_nothing_overtakes_a_delivery_of_its_channel_that_is_due_by_a_clock_that_is_ahead(
    store: Store, now: datetime, earlier: Columns
) -> None:
    async with store.begin() as c:
        later = await add_row(c, now, {**POSTS, "earlier": earlier})
        first = await add_row(c, now, {**POSTS, "later": AHEAD})
        assert await work_on(c, "posts", now) == [later - 1, first]


async def test_a_channel_that_is_paused_in_memory_is_not_claimed(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        for _ in range(3):
            await add_row(c, now, POSTS)
        first, second, third = await destinations.all_of_team(c, "T1")
        claimed = await claims.claim(c, now, LEASE, 3, [second.id])
        assert [each.destination for each in claimed] == [first.id, third.id]
