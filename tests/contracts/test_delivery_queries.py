"""Queries find, and actions change, their deliveries and none that differ in one field; on every store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.store import destinations, installations, stories
from bot.store.deliveries import audits, bursts, rollups, unconfirmed, watchdog
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.audits import Audit
from bot.store.engine import Connection, Store
from bot.store.schema import deliveries as rows
from tests.support.delivery_rows import Columns, add_row, add_workspaces, changed_by, with_changes

STATES = ("due", "sending", "unknown", "sent", "held", "waiting", "cancelled", "dead")
Query = Callable[[Connection, datetime], Awaitable[list[int]]]


def states(*names: str) -> list[Columns]:
    return [{"state": name} for name in names]


def other_states(*names: str) -> list[Columns]:
    return states(*(name for name in STATES if name not in names))


def _at(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


async def _in_each_channel(c: Connection, find: Callable[[int], Awaitable[list[Any]]]) -> list[int]:
    """What a query of one channel finds in every channel, each delivery as often as it is found."""
    return [each.id for channel in await destinations.all_of_team(c, None) for each in await find(channel.id)]


async def sent_between(c: Connection, now: datetime) -> list[int]:
    return [each.id for each in await audits.sent_between(c, "T1", _at(now, -9), now)]


async def given_up(c: Connection, now: datetime) -> list[int]:
    return [each.id for each in await audits.given_up(c, "T1", _at(now, -9), now)]


async def overdue(c: Connection, now: datetime) -> list[int]:
    return [each.id for each in await audits.overdue(c, "T1", now)]


async def unreported_before(c: Connection, now: datetime) -> list[int]:
    return [each.id for each in await unconfirmed.unreported_before(c, "T1", now)]


async def unreported(c: Connection, now: datetime) -> list[int]:
    return await _in_each_channel(c, lambda channel: unconfirmed.unreported(c, channel))


async def cards_of_bursts(c: Connection, now: datetime) -> list[int]:
    """The cards that are not held; those that are have no id, and are counted by their channels."""
    channels = [channel.id for channel in await destinations.all_of_team(c, None)]
    cards = await bursts.cards_of_bursts(c, channels, _at(now, -9))
    held = [channel for channel, of_it in cards.items() for card in of_it if card.state == "held"]
    of_channels = select(rows.c.id).where(rows.c.state == "held", rows.c.destination.in_(held))
    single = [card.id for of_it in cards.values() for card in of_it if card.state != "held"]
    return sorted((*single, *(await c.execute(of_channels)).scalars()))


async def held_for(c: Connection, now: datetime) -> list[int]:
    return await _in_each_channel(c, lambda channel: rollups.held_for(c, channel))


async def with_held(c: Connection, now: datetime) -> list[int]:
    channels = sorted(await rollups.destinations_with_held(c, now))
    return list((await c.execute(select(rows.c.id).where(rows.c.destination.in_(channels)))).scalars())


async def due_since(c: Connection, now: datetime) -> list[int]:
    """The deliveries that are due, found one by one: each is the only one of its workspace in its turn."""
    found = []
    ids = list((await c.execute(select(rows.c.id).where(rows.c.team == "T1").order_by(rows.c.id))).scalars())
    await c.execute(update(rows).where(rows.c.id.in_(ids)).values(team="hidden"))
    for delivery in ids:
        await c.execute(update(rows).where(rows.c.id == delivery).values(team="T1"))
        found += [delivery] if "T1" in await watchdog.due_since(c, now) else []
        await c.execute(update(rows).where(rows.c.id == delivery).values(team="hidden"))
    return found


DUE: Columns = {"not_before": -1}
UNSENT: Columns = {"state": "cancelled", "error": "may_have_been_sent", "created_at": -1}
CARD: Columns = {"created_at": -8}
ELSEWHERE: list[Columns] = [{"team": "T0"}, {"team": "T4"}]

QUERIES: list[tuple[Query, Columns, list[Columns], list[Columns]]] = [
    (
        sent_between, {"state": "sent", "sent_at": -5},
        [{}, {"sent_at": -9}, {"sent_at": -1}, {"state": "cancelled"}],
        [*ELSEWHERE, {"sent_at": -10}, {"sent_at": 0}, {"sent_at": None}],
    ),
    (
        given_up, {"state": "dead", "last_try_at": -5, "created_at": -60},
        [
            {}, {"last_try_at": -9}, {"last_try_at": -1}, {"last_try_at": None, "created_at": -9},
            {"state": "cancelled", "error": "may_have_been_sent"}, {"error": "zzz"},
        ],
        [
            *ELSEWHERE, *other_states("dead"), *({**state, "error": "may_have_been_sent"}
            for state in other_states("dead", "cancelled")), {"last_try_at": -10}, {"last_try_at": 0},
            {"last_try_at": 5}, {"last_try_at": None}, {"state": "cancelled", "error": "rolled_up"},
            {"state": "cancelled", "error": "aaa"},
        ],
    ),
    (
        overdue, {"not_before": -1, "created_at": -1},
        [{}, *states("sending", "unknown")],
        [
            *ELSEWHERE, *other_states("due", "sending", "unknown"), {"created_at": 0}, {"created_at": 1},
            {"not_before": 0}, {"not_before": 1}, {"channel_state": "away"}, {"channel_state": "waiting"},
        ],
    ),
    (
        unreported_before, UNSENT, [{}, {"kind": "digest"}, {"payload": {"said_by": None}}],
        [
            *ELSEWHERE, *other_states("cancelled"), {"error": "rolled_up"}, {"error": "aaa"}, {"error": None},
            {"kind": "merged"}, {"created_at": 0}, {"created_at": 1},
        ],
    ),
    (
        unreported, UNSENT, [{}, {"kind": "digest"}, {"kind": "notice"}, {"created_at": 9}, {"team": "T4"}],
        [*other_states("cancelled"), {"error": "rolled_up"}, {"error": "aaa"}, {"kind": "merged"}],
    ),
    (
        cards_of_bursts, CARD,
        [
            {}, *states("sending", "unknown", "held"), {"state": "held", "created_at": -10},
            {"state": "sent", "sent_at": -9}, {"created_at": 3},
        ],
        [
            *other_states("due", "sending", "unknown", "held"), {"created_at": -9}, {"created_at": -10},
            {"kind": "reply"}, {"kind": "change"}, {"state": "held", "kind": "reply"},
            {"state": "sent", "sent_at": -10},
            {"state": "cancelled", "sent_at": -1}, {"state": "sent", "sent_at": -1, "kind": "digest"},
        ],
    ),
    (held_for, {"state": "held"}, [{}, {"kind": "reply"}, {"not_before": 9}], other_states("held")),
    (
        with_held, {"state": "held", "not_before": -1}, [{}, {"not_before": 0}],
        [*other_states("held"), {"not_before": 1}, {"kind": "reply"}],
    ),
    (
        due_since, DUE,
        [
            {}, {"not_before": 0}, {"state": "sending", "not_before": 9}, {"state": "unknown", "not_before": 9},
            {"parent": {"state": "sent"}}, {"attempts": 1, "first_try_at": -60},
        ],
        [
            *other_states("due", "sending", "unknown"), {"not_before": 1}, {"channel_state": "away"},
            {"channel_state": "waiting"}, *({"parent": {**parent, "team": "T4"}} for parent in other_states("sent")),
            {"channel_team": "T2"}, {"channel_team": "T3"},
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "base", "found", "not_found"), QUERIES, ids=lambda value: getattr(value, "__name__", "")
)
async def test_a_query_finds_its_deliveries_and_no_others(
    store: Store, now: datetime, query: Query, base: Columns, found: list[Columns], not_found: list[Columns]
) -> None:
    async with store.begin() as c:
        await add_workspaces(c, now)
        for columns in with_changes(base, not_found):
            await add_row(c, now, columns)
        assert await query(c, now) == []
        wanted = [await add_row(c, now, columns) for columns in with_changes(base, found)]
        assert await query(c, now) == wanted


Act = Callable[[Connection, int, int, datetime], Awaitable[object]]
"""An action on a delivery, given by its own id and its channel's."""

ACTIONS: dict[str, tuple[Act, str, Columns, list[Columns], list[Columns]]] = {
    "cancel": (
        lambda c, d, _, now: deliveries.cancel(c, d, "unsubscribed"), "error", {},
        [{}, *states("held", "waiting")], other_states("due", "held", "waiting"),
    ),
    "hold": (
        lambda c, d, _, now: deliveries.hold(c, d, _at(now, 60)), "not_before", {},
        [{}, *states("held", "waiting")], other_states("due", "held", "waiting"),
    ),
    "release": (
        lambda c, d, _, now: deliveries.release(c, d, now), "state", {"state": "held", "not_before": 60}, [{}],
        other_states("held"),
    ),
    "release_held_of": (
        lambda c, _, channel, now: deliveries.release_held_of(c, channel, now), "state", {"state": "held"},
        [{}, {"not_before": 60}], other_states("held"),
    ),
    "want_revision": (
        lambda c, d, _, now: deliveries.want_revision(c, d, 3), "wanted_revision", {"wanted_revision": 2},
        [{}, {"wanted_revision": 1}], [{"wanted_revision": 3}, {"wanted_revision": 4}],
    ),
    "release_waiting": (
        lambda c, _, channel, now: deliveries.release_waiting(c, channel, now, 60), "state", {"state": "waiting"},
        [
            {}, {"created_at": -60}, {"created_at": -61}, {"created_at": -61, "kind": "notice"},
            *({"state": "due", "created_at": -61, "kind": kind} for kind in ("card", "reply", "digest")),
        ],
        [
            *other_states("waiting"), {"state": "due", "created_at": -60},
            *({"state": "due", "created_at": -61, "kind": kind} for kind in ("change", "merged", "notice", "share")),
            *({**state, "created_at": -61} for state in other_states("waiting", "due")),
        ],
    ),
    "restore_card": (
        lambda c, d, _, now: rollups.restore_card(c, d, now), "state", {"state": "cancelled", "error": "rolled_up"},
        [{}],
        [*other_states("cancelled", "due"), {"error": "may_have_been_sent"}, {"error": "zzz"}, {"error": None}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIONS)
async def test_an_action_changes_its_delivery_and_no_other(store: Store, now: datetime, name: str) -> None:
    act, column, base, found, not_found = ACTIONS[name]
    async with store.begin() as c:
        ids = [await add_row(c, now, columns) for columns in with_changes(base, [*found, *not_found])]
        for number, delivery in enumerate(ids):
            known = await deliveries.get(c, delivery)
            assert known is not None
            changed, answer = await changed_by(c, partial(act, c, delivery, known.destination, now), column)
            assert changed == ([delivery] if number < len(found) else [])
            if name != "release_waiting":
                assert bool(answer) == (number < len(found))


# ── single queries ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_roll_up_cancels_the_cards_that_are_not_sent_yet(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await add_row(c, now, {})
        ids = [await add_row(c, now, columns) for columns in states(*STATES)]
        cards = [card for delivery in ids if (card := await deliveries.get(c, delivery)) is not None]
        assert [card.state for card in await rollups.roll_up(c, cards)] == ["due", "held", "waiting"]
        errors = [card.key for card in await deliveries.find_all(c, rows.c.error == "rolled_up")]
        assert errors == [card.key for card in cards if card.state in ("due", "held", "waiting")]


@pytest.mark.parametrize(
    ("columns", "seconds"),
    [
        ({"not_before": -5}, -5),
        ({"not_before": -5, "first_try_at": -60, "attempts": 0}, -5),
        ({"not_before": -5, "first_try_at": -60, "attempts": 1}, -60),
    ],
)
async def test_a_delivery_is_due_since_its_first_try_that_counts(
    store: Store, now: datetime, columns: Columns, seconds: float
) -> None:
    async with store.begin() as c:
        await add_workspaces(c, now)
        await add_row(c, now, {"not_before": -4})
        for team in ("T0", "T4"):
            await add_row(c, now, {"team": team, "not_before": -99})
        await add_row(c, now, columns)
        assert (await watchdog.due_since(c, now))["T1"] == _at(now, seconds)


async def test_the_depth_counts_what_is_due_left_by_a_dead_worker_or_unknown(store: Store, now: datetime) -> None:
    counted: list[Columns] = [
        {"created_at": -5}, {"not_before": -1}, {"state": "sending", "lease_until_at": -1, "not_before": 9},
        {"state": "unknown", "not_before": 9}, {"state": "unknown"},
    ]  # fmt: skip
    others: list[Columns] = [
        {"not_before": 1}, {"channel_state": "away"}, {"channel_state": "waiting"},
        {"state": "sending", "lease_until_at": 0}, *other_states("due", "sending", "unknown"),
    ]  # fmt: skip
    async with store.begin() as c:
        for columns in with_changes({}, [*counted, *({**other, "created_at": -9} for other in others)]):
            await add_row(c, now, columns)
        assert await deliveries.depth(c, now) == deliveries.Depth(5, _at(now, -5), 2)
        for team in ("T0", "T4"):
            await add_row(c, now, {"team": team, "created_at": -7})
        assert await deliveries.depth(c, now, "T1") == deliveries.Depth(5, _at(now, -5), 2)
        assert await deliveries.depth(c, now) == deliveries.Depth(7, _at(now, -7), 2)


async def test_the_last_post_is_found_anywhere_in_a_workspace_and_in_a_channel(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        assert await deliveries.last_post_at(c) is None
        for team, seconds in (("T1", -5), ("T1", -3), ("T1", -7), ("T0", -1), ("T4", -2)):
            await add_row(c, now, {"team": team, "state": "sent", "sent_at": seconds})
        assert await deliveries.last_post_at(c) == _at(now, -1)
        assert await deliveries.last_post_at(c, team="T1") == _at(now, -3)
        channels = await destinations.all_of_team(c, "T1")
        posts = [await deliveries.last_post_at(c, destination=channel.id) for channel in channels]
        assert posts == [_at(now, seconds) for seconds in (-5, -3, -7)]
        for team in ("T1", "T4", "T5"):
            await installations.put(c, team, now)
        assert await watchdog.last_posts(c, ["T1", "T4", "T5"]) == {"T1": _at(now, -3), "T4": _at(now, -2)}


async def test_a_delivery_is_found_by_id_key_and_message(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        ids = [
            await add_row(c, now, {"key": f"k{n}", "channel_slack_id": f"D{n}", "ts": f"1.{n}", "team": f"T{n}"})
            for n in range(3)
        ]
        for n, delivery in enumerate(ids):
            found = [
                await deliveries.get(c, delivery), await deliveries.by_key(c, f"k{n}"),
                await deliveries.by_ts(c, f"T{n}", f"D{n}", f"1.{n}"),
            ]  # fmt: skip
            assert [each.id if each else None for each in found] == [delivery] * 3
        missing = [("T0", "D1", "1.1"), ("T1", "D0", "1.1"), ("T1", "D1", "1.0"), ("T2", "D1", "1.1")]
        missing += [("T1", "D2", "1.1"), ("T1", "D1", "1.2")]
        assert [await deliveries.by_ts(c, *names) for names in missing] == [None] * 6
        assert (await deliveries.get(c, ids[-1] + 1), await deliveries.by_key(c, "k")) == (None, None)


async def test_the_deliveries_of_a_story_are_found_in_one_workspace_or_in_all(store: Store, now: datetime) -> None:
    common: dict[str, Any] = {"headline": "h", "url": "u", "outlet": "o", "language": "ko"}
    async with store.begin() as c:
        told = [await stories.add(c, **common, first_seen_at=now, last_article_at=now) for _ in range(3)]
        ids = {
            (team, story): await add_row(c, now, {"team": team, "story": story})
            for story in told
            for team in ("T0", "T1", "T4")
        }
        of_story = [each.id for each in await deliveries.of_story(c, told[1])]
        assert of_story == [ids[team, told[1]] for team in ("T0", "T1", "T4")]
        assert [each.id for each in await deliveries.of_story(c, told[1], "T1")] == [ids["T1", told[1]]]


async def test_a_delivery_knows_the_message_that_it_follows(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await add_row(c, now, {"ts": "0.5"})
        reply = await add_row(c, now, {"parent": {"state": "sent", "ts": "1.5"}})
        await add_row(c, now, {"ts": "2.5"})
        (found,) = await deliveries.find_all(c, rows.c.id == reply)
        assert found.thread_ts == "1.5"
        assert len(await deliveries.find_all(c)) == 4
        assert [each.id for each in await deliveries.find_all(c, limit=2)] == [1, 2]


@pytest.mark.parametrize(
    ("saved_on", "saved"), [(date(2026, 3, 9), False), (date(2026, 3, 10), False), (date(2026, 3, 11), True)]
)
async def test_an_audit_is_saved_after_the_newest_of_its_workspace(
    store: Store, now: datetime, saved_on: date, saved: bool
) -> None:
    newest = Audit(date(2026, 3, 10), posted=1, doubled=2, lost=3, unread=4, missing=5, unsent=6)
    async with store.begin() as c:
        for team, day in (("T0", 20), ("T1", 10), ("T4", 30)):
            assert await audits.save(c, team, Audit(date(2026, 3, day), 1, 2, 3, 4, 5, 6), _at(now, day))
        assert await audits.last_of(c, "T1") == newest
        for team in ("T1", "T4", "T5"):
            await installations.put(c, team, now)
        assert await audits.last_of_all(c) == {"T1": newest, "T4": Audit(date(2026, 3, 30), 1, 2, 3, 4, 5, 6)}
        assert await audits.last_at(c, "T1") == _at(now, 10)
        assert await audits.save(c, "T1", Audit(saved_on, 0, 0, 0, 0), _at(now, 60)) == saved
        last = await audits.last_of(c, "T1")
        assert last == (Audit(saved_on, 0, 0, 0, 0, missing=0, unsent=0) if saved else newest)


@pytest.mark.parametrize(
    ("key", "found"), [("a:b:", True), ("a:b:c", True), ("a:b", False), ("a:a:z", False), ("a:c:", False)]
)
async def test_a_key_has_a_prefix(store: Store, now: datetime, key: str, found: bool) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", now)
        await add_row(c, now, {"key": f"notice:T1:{key}"})
        assert await watchdog.newest_notices(c, ["a:b:"]) == ({("T1", "a:b:"): f"notice:T1:{key}"} if found else {})


@pytest.mark.parametrize(
    ("digest", "reported"),
    [(state, state not in ("cancelled", "dead")) for state in STATES],
)
async def test_an_unconfirmed_delivery_is_reported_by_a_digest_that_was_not_given_up(
    store: Store, now: datetime, digest: str, reported: bool
) -> None:
    async with store.begin() as c:
        other = await add_row(c, now, {"state": "dead" if reported else "sent"})
        reporting = await add_row(c, now, {"state": digest, "kind": "digest"})
        delivery = await add_row(c, now, {**UNSENT, "payload": {"page": 1}})
        (unsent,) = await unconfirmed.unreported_before(c, "T1", now)
        await unconfirmed.mark_reported(c, [unsent], reporting)
        payloads = {each.id: each.payload for each in await deliveries.find_all(c)}
        assert payloads == {other: {}, reporting: {}, delivery: {"page": 1, "said_by": reporting}}
        assert (await unconfirmed.unreported_before(c, "T1", now) == []) == reported
