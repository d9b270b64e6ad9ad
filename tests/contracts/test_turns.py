"""Every store promises that rows wanted by several are given once: turns, slots, jobs, settings."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.errors import ClaimLost
from bot.model import Destination, Job
from bot.store import (
    changes,
    destinations,
    hosts,
    installations,
    jobs,
    mutes,
    once,
    robots,
    slots,
    sources,
    subscriptions,
)
from bot.store.engine import Store
from bot.store.hosts import HostRow, HostTurn, TurnEnded, TurnWanted
from bot.store.robots import RobotsRow
from bot.store.schema import firsts as firsts_table
from bot.store.sources import SourceRow
from tests.support.host_turns import end_turn, take_turn

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)


async def test_a_host_has_one_turn_at_a_time(store: Store, second_store: Store, now: datetime) -> None:
    async def take(which: Store, at: datetime) -> HostTurn | None:
        async with which.begin() as c:
            return await take_turn(c, "example.org", at, 10)

    turns = await asyncio.gather(*(take(which, now) for which in (store, second_store) * 5))
    (turn,) = [turn for turn in turns if turn is not None]
    async with store.begin() as c:
        assert await take_turn(c, "example.net", now, 10) is not None, "another host is free"
        await end_turn(c, turn, now + 30 * SECOND, 10)
    assert await take(second_store, now + 40 * SECOND - MICROSECOND) is None
    assert await take(second_store, now + 40 * SECOND) is not None


async def test_the_turn_of_a_killed_process_ends_with_its_lease(store: Store, now: datetime) -> None:
    over_at = now + hosts.LEASE + 10 * SECOND
    async with store.begin() as c:
        lost = await take_turn(c, "example.org", now, 10)
        assert lost is not None
        assert (await hosts.get(c, "example.org", 10)).is_held
        assert await take_turn(c, "example.org", over_at - MICROSECOND, 10) is None
        assert await take_turn(c, "example.org", over_at, 10) is not None
        await end_turn(c, lost, over_at + SECOND, 10)  # the process was only paused
        assert await take_turn(c, "example.org", over_at + 12 * SECOND, 10) is None, "another has the turn"
        await end_turn(c, lost, over_at + MINUTE, 10)
        assert await take_turn(c, "example.org", over_at + MINUTE + 9 * SECOND, 10) is None, "it asked late"


async def test_a_longer_pause_of_a_host_counts_from_its_last_answer(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        turn = await take_turn(c, "example.org", now, 10)
        assert turn is not None
        await end_turn(c, turn, now, 10)
        row = await hosts.get(c, "example.org", 10)
        assert (row.is_held, hosts.free_at(row, now)) == (False, now + 10 * SECOND)
        await hosts.set_pause(c, "example.org", 60, 10)
        assert hosts.free_at(await hosts.get(c, "example.org", 10), now) == now + MINUTE
        await hosts.set_pause(c, "example.org", 5, 10)
        turn = await take_turn(c, "example.org", now + MINUTE, 10)
        assert turn is not None
        await end_turn(c, turn, now + MINUTE, 10)
        await hosts.set_pause(c, "example.org", 0, 10)
        assert hosts.free_at(await hosts.get(c, "example.org", 10), now + MINUTE) == now + MINUTE + 10 * SECOND
        turn = await take_turn(c, "example.org", now + 2 * MINUTE, 10)
        assert turn is not None
        await hosts.set_pause(c, "example.org", 60, 10)  # while the turn is held
        await end_turn(c, turn, now + 2 * MINUTE, 10)
        assert hosts.free_at(await hosts.get(c, "example.org", 10), now + 2 * MINUTE) == now + 3 * MINUTE


async def test_turns_that_are_settled_together_are_as_those_one_by_one(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        first, second = [await take_turn(c, host, now, 10) for host in ("ended.example", "slow.example")]
        assert first is not None
        assert second is not None
        await hosts.set_pause(c, "slow.example", 60, 10)
        await hosts.put_off(c, "off.example", 60, now)
        later = now + 20 * SECOND
        asked: list[TurnWanted | TurnEnded] = [
            TurnWanted("ended.example", 10),
            TurnWanted("new.example", 10),
            TurnWanted("ended.example", 10),
            TurnEnded(first, now + 10 * SECOND, 10),
            TurnWanted("new.example", 10),
            TurnEnded(second, now + 10 * SECOND, 10),
            TurnWanted("slow.example", 10),
            TurnWanted("off.example", 10),
        ]
        ended, new, second_ended, _, second_new, _, slow, off = await hosts.settle_turns(c, asked, later)
        assert ended == HostTurn("ended.example", later, later + hosts.LEASE + 10 * SECOND)
        assert new == HostTurn("new.example", later, later + hosts.LEASE + 10 * SECOND)
        held = [row for row in (second_ended, second_new, slow, off) if isinstance(row, HostRow)]
        assert [hosts.free_at(row, later) - now for row in held] == [
            hosts.LEASE + 30 * SECOND,
            hosts.LEASE + 30 * SECOND,
            70 * SECOND,
            60 * SECOND,
        ]
        turn = await take_turn(c, "slow.example", now + 70 * SECOND, 10)
        assert turn == HostTurn("slow.example", now + 70 * SECOND, now + 130 * SECOND + hosts.LEASE)


async def test_a_host_that_is_put_off_is_left_alone(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await hosts.put_off(c, "example.org", 3600, now)
        await hosts.put_off(c, "example.org", 60, now)
        assert await take_turn(c, "example.org", now + 60 * MINUTE - MICROSECOND, 10) is None
        assert await take_turn(c, "example.org", now + 60 * MINUTE, 10) is not None


async def test_a_digest_slot_is_taken_once(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    async def take(which: Store, slot: str) -> bool:
        async with which.begin() as c:
            return await slots.take(c, "T1", channel.id, date(2026, 3, 2), slot, now)

    taken = await asyncio.gather(*(take(which, "08:30") for which in (store, second_store) * 4))
    assert sorted(taken) == [False] * 7 + [True]
    assert await take(store, "20:30")


@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)])
async def test_a_digest_that_was_made_is_found_whatever_day_it_is_in_the_channels_zone(
    store: Store, channel: Destination, now: datetime, on: date
) -> None:
    slot, other = "2026-03-02T08:30Z", "2026-03-03T08:30Z"
    async with store.begin() as c:
        assert await slots.take(c, "T1", channel.id, on, slot, now)
        known = await slots.taken(c, {("T1", channel.id): {slot, other}, ("T1", channel.id + 1): {other}})
        assert known == {(channel.id, slot)}
        assert await slots.taken(c, {("T1", channel.id + 1): {slot}, ("T2", channel.id): set()}) == set()
        assert await slots.taken(c, {("T2", channel.id): {slot}}) == set()
        assert await slots.taken(c, {("T1", channel.id): set()}) == set()


async def test_a_first_time_is_kept_for_each_workspace(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        assert await once.take(c, "T1", "setting:C1", now)
        assert not await once.take(c, "T1", "setting:C1", now)
        assert await once.take(c, "T2", "setting:C1", now)


async def test_an_instant_without_a_zone_is_refused(store: Store, now: datetime) -> None:
    naive = datetime(2026, 3, 2, 9, 0)
    with pytest.raises(ValueError, match="no instant"):
        async with store.begin() as c:
            await c.execute(insert(firsts_table).values(team="T1", key="naive", done_at=naive))
    seoul = datetime(2026, 3, 2, 18, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    async with store.begin() as c:
        await c.execute(insert(firsts_table).values(team="T1", key="seoul", done_at=seoul))
        assert await once.take(c, "T1", "utc", now)
        query = select(firsts_table.c.key).where(firsts_table.c.done_at >= seoul)
        done_at = (await c.execute(select(firsts_table.c.done_at).where(firsts_table.c.key == "seoul"))).scalar_one()
        assert list((await c.execute(query)).scalars()) == ["seoul"]
    assert done_at == seoul
    assert done_at.tzinfo is UTC


async def test_a_job_is_enqueued_once_and_again_while_it_runs(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await jobs.enqueue(c, [Job("scrape", "asiae", now + 5 * MINUTE), Job("scrape", "asiae")], now)
        await jobs.enqueue(c, [Job("scrape", "yonhap", now + MINUTE), Job("scrape", "asiae", now + MINUTE)], now)
        assert await jobs.next_due_at(c) == now
        (claimed,) = await jobs.claim(c, now, "w1", 30, 10)
        assert (claimed.job.name, claimed.job.key, claimed.tries) == ("scrape", "asiae", 1)
        await jobs.enqueue(c, [Job("scrape", "asiae")], now)
        assert await jobs.claim(c, now, "w2", 30, 10) == []
        await jobs.finish(c, claimed)
        assert [job.job.key for job in await jobs.claim(c, now, "w2", 30, 10)] == ["asiae"]


async def test_a_job_is_claimed_by_one_worker(store: Store, second_store: Store, now: datetime) -> None:
    async with store.begin() as c:
        for n in range(40):
            await jobs.enqueue(c, [Job("read", str(n))], now)

    async def work(which: Store, name: str) -> list[str]:
        keys: list[str] = []
        while True:
            async with which.begin() as c:
                claimed = await jobs.claim(c, now, name, 30, 3)
                for job in claimed:
                    await jobs.finish(c, job)
            if not claimed:
                return keys
            keys += [job.job.key for job in claimed]

    done = await asyncio.gather(work(store, "a"), work(second_store, "b"), work(store, "c"), work(second_store, "d"))
    assert sorted(key for keys in done for key in keys) == sorted(str(n) for n in range(40))


async def test_a_dead_workers_job_is_due_again_and_fenced(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await jobs.enqueue(c, [Job("read", "1")], now)
        (lost,) = await jobs.claim(c, now, "dead", 30, 1)
        assert await jobs.expire(c, now + timedelta(seconds=30)) == []
        assert len(await jobs.expire(c, now + timedelta(seconds=31))) == 1
        (again,) = await jobs.claim(c, now + MINUTE, "alive", 30, 1)
        assert again.tries == 2
    with pytest.raises(ClaimLost):
        async with store.begin() as c:
            await jobs.finish(c, lost)
    async with store.begin() as c:
        assert await jobs.renew(c, [lost, again], now + MINUTE, 30) == {again.id}
        await jobs.retry_at(c, again, now + 5 * MINUTE, now, again.tries)
        assert await jobs.next_due_at(c) == now + 5 * MINUTE


async def test_a_source_keeps_its_validators_byte_for_byte(store: Store, now: datetime) -> None:
    row = SourceRow("asiae", "https://example.org/rss", etag='W/"é"', last_modified="Mon, 02 Mar 2026 00:00:00 GMT")
    async with store.begin() as c:
        assert await sources.get(c, "asiae", row.url) is None
        await sources.save(c, row)
        assert await sources.get(c, "asiae", row.url) == row
        failing = SourceRow("asiae", row.url, failing_since=now, failures=3, error_code="timeout", latency_seconds=0.5)
        await sources.save(c, failing)
        assert await sources.all_of(c) == (failing,)
        robot = RobotsRow("https://example.org", 200, "User-agent: *\nDisallow:", now, now + MINUTE)
        await robots.put_all(c, [robot])
        assert await robots.of_origins(c, ["http://example.org", "https://example.org"]) == [None, robot]


async def test_a_subscription_keeps_its_number_when_it_is_reactivated(
    store: Store, channel: Destination, now: datetime
) -> None:
    values: dict[str, Any] = {
        "team": "T1",
        "destination": channel.id,
        "owner": "U1",
        "query": "quantum",
        "timezone": "Asia/Seoul",
    }
    async with store.begin() as c:
        rest: dict[str, Any] = {"at": "08:30", "weekday": "mon", "created_at": now}
        first = await subscriptions.add(c, **values, **rest, cadence="daily", ends_at=now + MINUTE)
        second = await subscriptions.add(c, **values, **rest, cadence="instant")
        assert second.id > first.id
        assert await subscriptions.count_active(c, channel.id) == 2
        assert await subscriptions.count_active(c, channel.id, "instant") == 1
        assert await subscriptions.past_end(c, now + MINUTE) == (first,)
        assert not await subscriptions.end(c, "T2", first.id, now)
        assert await subscriptions.some(c, "T2", (first.id,)) == ()
        assert await subscriptions.end(c, "T1", first.id, now)
        assert not await subscriptions.end(c, "T1", first.id, now)
        assert await subscriptions.active(c, "T1") == (second,)
        assert len(await subscriptions.of_destination(c, channel.id, ended=True)) == 2
        assert await subscriptions.reactivate(c, "T1", first.id)
        assert await subscriptions.active(c, "T1") == (first, second)
        assert await subscriptions.some(c, "T1", (first.id,)) == (first,)


async def test_a_destination_changes_state_once(store: Store, channel: Destination, now: datetime) -> None:
    async with store.begin() as c:
        again = await destinations.get_or_add(c, "T1", channel.slack_id, language="ko", timezone="UTC")
        assert again == channel
        assert await destinations.set_state(c, channel.id, "away", "is_archived", now)
        assert not await destinations.set_state(c, channel.id, "away", "is_archived", now)
        await destinations.set_digest(c, channel.id, "08:30")
        await destinations.get_or_add(c, "T2", channel.slack_id, language="ko", timezone="UTC")
        (mine,) = await destinations.all_of_team(c, "T1")
        assert (mine.state, mine.away_reason, mine.digest_at) == ("away", "is_archived", "08:30")
        assert len(await destinations.all_of_team(c, None)) == 2


async def test_a_change_is_undone_only_in_time_and_in_its_workspace(
    store: Store, channel: Destination, now: datetime
) -> None:
    until = now + 60 * MINUTE
    values: dict[str, Any] = {"team": "T1", "destination": channel.id, "who": "U1", "what": "subscribed", "before": {}}
    async with store.begin() as c:
        first_id = await changes.add(c, **values, after={"id": 12}, made_at=now, undo_until_at=until)
        second_id = await changes.add(c, **values, after={"id": 13}, made_at=now, undo_until_at=until)
        assert not await changes.undo(c, "T2", first_id, now)
        assert not await changes.undo(c, "T1", first_id, until + MINUTE)
        assert await changes.undo(c, "T1", first_id, until)
        assert not await changes.undo(c, "T1", first_id, until)
        both = [await changes.get(c, "T1", change_id) for change_id in (second_id, first_id)]
        assert [(change.id, change.after, change.undone_at) for change in both if change] == [
            (second_id, {"id": 13}, None),
            (first_id, {"id": 12}, until),
        ]


async def test_a_mute_ends(store: Store, channel: Destination, now: datetime) -> None:
    values: dict[str, Any] = {"team": "T1", "destination": channel.id, "kind": "story", "target": "91", "person": "U1"}
    async with store.begin() as c:
        await mutes.add(c, **values, now=now, until_at=now + MINUTE)
        await mutes.add(c, **values, now=now, until_at=now + 3 * MINUTE)
        assert await mutes.until(c, channel.id, "story", "91", now) == now + 3 * MINUTE
        assert len(await mutes.active(c, channel.id, now)) == 1
        assert await mutes.active(c, channel.id, now + 3 * MINUTE) == ()
        assert await mutes.end(c, channel.id, "story", "91", now)
        assert not await mutes.end(c, channel.id, "story", "91", now)


async def test_of_many_stopped_workspaces_some_are_asked_at_a_time_each_once(
    store: Store, second_store: Store, now: datetime
) -> None:
    teams = [f"T{number:02}" for number in range(10)]
    async with store.begin() as c:
        for number, team in enumerate(teams):
            await installations.put(c, team, now)
            await installations.stop(c, team, "token_revoked", now, now + (10 - number) * MINUTE)
    asked: list[tuple[str, ...]] = []
    for step in range(4):
        for which in (store, second_store):
            async with which.begin() as c:
                at = now + 10 * MINUTE + timedelta(seconds=step)
                asked.append(await installations.claim_to_ask(c, at, at + 10 * MINUTE, 3))
    assert asked == [("T07", "T08", "T09"), ("T04", "T05", "T06"), ("T01", "T02", "T03"), ("T00",), *[()] * 4]


async def test_a_stopped_workspace_is_checked_by_one_worker_and_resumes(
    store: Store, second_store: Store, now: datetime
) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", now, bot_user="U0BOT", scopes=("chat:write",))
        assert await installations.stop(c, "T1", "token_revoked", now, now + 10 * MINUTE)
        assert not await installations.stop(c, "T1", "token_revoked", now, now + 20 * MINUTE)
        assert await installations.claim_to_ask(c, now + MINUTE, now, 9) == ()
    later = now + 10 * MINUTE

    async def ask(which: Store) -> tuple[str, ...]:
        async with which.begin() as c:
            return await installations.claim_to_ask(c, later, later + 10 * MINUTE, 9)

    assert sorted(await asyncio.gather(ask(store), ask(second_store))) == [(), ("T1",)]
    async with store.begin() as c:
        assert await installations.resume(c, "T1")
        installation = await installations.get(c, "T1")
        assert installation is not None
        assert (installation.state, installation.scopes, installation.ask_again_at) == ("active", ("chat:write",), None)
