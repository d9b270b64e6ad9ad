"""What every store promises about deliveries: one claim a channel, leases, fences, settlements, order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import ClaimLost
from bot.model import Delivery, Destination
from bot.store import destinations, installations, matches, stories, subscriptions
from bot.store.articles import NewArticle, add
from bot.store.deliveries import claims, settlements
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease
from bot.store.engine import Store

LEASE = Lease("w1", 15)


def _after(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


async def _channels(store: Store, number: int) -> list[Destination]:
    async with store.begin() as c:
        return [
            await destinations.get_or_add(c, "T1", f"C{n}", language="en", timezone="Asia/Seoul") for n in range(number)
        ]


async def _owe(store: Store, where: Destination, now: datetime, *keys: str) -> list[int]:
    found: list[int] = []
    async with store.begin() as c:
        for key in keys:
            number = await deliveries.enqueue(c, key, team="T1", destination=where.id, kind="card", now=now)
            assert number is not None
            found.append(number)
    return found


async def _claim(store: Store, at: datetime, lease: Lease = LEASE, limit: int = 10) -> list[Delivery]:
    async with store.begin() as c:
        return await claims.claim(c, at, lease, limit)


async def _sent(store: Store, claimed: Sequence[Delivery], at: datetime) -> None:
    async with store.begin() as c:
        for one in claimed:
            await settlements.settle_sent(c, one.id, one.epoch, f"{one.id}.0", at)


async def _get(store: Store, number: int) -> Delivery:
    async with store.read() as c:
        found = await deliveries.get(c, number)
    assert found is not None
    return found


async def test_a_key_is_owed_once(store: Store, rival: Store, channel: Destination, now: datetime) -> None:
    async def owe(which: Store) -> int | None:
        async with which.begin() as c:
            return await deliveries.enqueue(c, "card:1", team="T1", destination=channel.id, kind="card", now=now)

    owed = await asyncio.gather(*(owe(which) for which in (store, rival) * 3))
    assert len([number for number in owed if number is not None]) == 1


async def test_a_claim_takes_one_a_channel_in_order(store: Store, now: datetime) -> None:
    one, two = await _channels(store, 2)
    first, second = await _owe(store, one, now, "a", "b")
    third, _ = await _owe(store, two, now, "c", "d")
    claimed = await _claim(store, now)
    assert [(it.id, it.state, it.epoch, it.attempts, it.slack_id) for it in claimed] == [
        (first, "sending", 1, 1, "C0"),
        (third, "sending", 1, 1, "C1"),
    ]
    assert await _claim(store, now) == []
    await _sent(store, claimed, now)
    assert second in [it.id for it in await _claim(store, now)]


async def test_workers_racing_for_claims_never_share_one_nor_a_channel(
    store: Store, rival: Store, now: datetime
) -> None:
    channels = await _channels(store, 4)
    for where in channels:
        await _owe(store, where, now, *(f"{where.id}:{n}" for n in range(6)))
    order: list[tuple[int, int]] = []
    flying: set[int] = set()

    async def work(which: Store, name: str) -> None:
        idle = 0
        while idle < 3:
            claimed = await _claim(which, now, Lease(name, 15), 2)
            idle = 0 if claimed else idle + 1
            for it in claimed:
                assert it.destination not in flying
                flying.add(it.destination)
                order.append((it.destination, it.id))
            await asyncio.sleep(0)
            flying.difference_update({it.destination for it in claimed})
            await _sent(which, claimed, now)

    await asyncio.gather(*(work(which, f"w{n}") for n, which in enumerate((store, rival, store, rival))))
    assert len(order) == len(set(order)) == 24
    for where in channels:
        mine = [number for destination, number in order if destination == where.id]
        assert mine == sorted(mine)


async def test_a_channel_in_doubt_or_paused_or_away_is_left_alone(store: Store, now: datetime) -> None:
    doubt, paused, away = await _channels(store, 3)
    first, _ = await _owe(store, doubt, now, "a", "b")
    await _owe(store, paused, now, "c")
    await _owe(store, away, now, "d")
    async with store.begin() as c:
        await destinations.pause(c, paused.id, _after(now, 30))
        await destinations.pause(c, paused.id, _after(now, 5))
        await destinations.set_state(c, away.id, "waiting", "not_in_channel", now)
    (claimed,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.settle_unknown(c, first, claimed.epoch, _after(now, 45), "timeout")
    assert await _claim(store, _after(now, 29)) == []
    assert [it.slack_id for it in await _claim(store, _after(now, 30))] == [paused.slack_id]


async def test_a_stopped_workspace_gets_nothing(store: Store, channel: Destination, now: datetime) -> None:
    await _owe(store, channel, now, "a")
    async with store.begin() as c:
        await installations.stop(c, "T1", "token_revoked", now, None)
    assert await _claim(store, now) == []
    async with store.begin() as c:
        await installations.resume(c, "T1")
    assert len(await _claim(store, now)) == 1


async def test_the_channel_that_waited_longest_is_next(store: Store, now: datetime) -> None:
    busy, quiet = await _channels(store, 2)
    await _owe(store, busy, now, "a", "b")
    (first,) = await _claim(store, now, limit=1)
    await _sent(store, [first], now)
    await _owe(store, quiet, now, "c")
    async with store.begin() as c:
        await destinations.pause(c, busy.id, _after(now, 1))
    assert [it.slack_id for it in await _claim(store, _after(now, 1), limit=1)] == [quiet.slack_id]


async def test_what_follows_waits_for_what_it_follows(store: Store, channel: Destination, now: datetime) -> None:
    (parent,) = await _owe(store, channel, now, "card")
    async with store.begin() as c:
        child = await deliveries.enqueue(
            c, "reply", team="T1", destination=channel.id, kind="reply", now=now, after=parent
        )
        assert child is not None
        await deliveries.hold(c, parent, _after(now, 60))
    (free,) = await _owe(store, channel, now, "other")
    assert [it.id for it in await _claim(store, now)] == [free]
    async with store.begin() as c:
        await settlements.settle_sent(c, free, 1, "1.0", now)
        assert await claims.release_held(c, _after(now, 59)) == 0
        assert await claims.release_held(c, _after(now, 60)) == 1
    await _sent(store, await _claim(store, _after(now, 60)), _after(now, 60))
    (reply,) = await _claim(store, _after(now, 61))
    assert (reply.id, reply.thread_ts) == (child, f"{parent}.0")


async def test_what_follows_the_cancelled_is_cancelled(store: Store, channel: Destination, now: datetime) -> None:
    (parent,) = await _owe(store, channel, now, "card")
    async with store.begin() as c:
        child = await deliveries.enqueue(
            c, "reply", team="T1", destination=channel.id, kind="reply", now=now, after=parent
        )
        assert child is not None
        assert await deliveries.cancel(c, parent, "unsubscribed")
        assert not await deliveries.cancel(c, parent, "unsubscribed")
        assert await claims.cancel_dependents(c) == 1
    assert (await _get(store, child)).state == "cancelled"
    assert await _claim(store, now) == []


async def test_a_lease_that_ran_out_leaves_doubt_and_voids_the_claim(
    store: Store, channel: Destination, now: datetime
) -> None:
    (number,) = await _owe(store, channel, now, "a")
    (lost,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.renew(c, number, lost.epoch, _after(now, 10), 15)
        assert await claims.expire_leases(c, _after(now, 25), 45) == 0
        assert await claims.expire_leases(c, _after(now, 26), 45) == 1
    async with store.begin() as c:
        with pytest.raises(ClaimLost):
            await settlements.settle_sent(c, number, lost.epoch, "1.0", now)
        with pytest.raises(ClaimLost):
            await settlements.renew(c, number, lost.epoch, now, 15)
        with pytest.raises(ClaimLost):
            await settlements.settle_due(c, number, lost.epoch, now)
    found = await _get(store, number)
    assert (found.state, found.not_before) == ("unknown", _after(now, 45))


async def test_doubt_is_resolved_by_one_reader_after_two_empty_reads(
    store: Store, rival: Store, channel: Destination, now: datetime
) -> None:
    (number,) = await _owe(store, channel, now, "a")
    (sending,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.settle_unknown(c, number, sending.epoch, _after(now, 45), "timeout")
        assert await claims.claim_unknown(c, _after(now, 44), LEASE, 10) == []

    async def ask(which: Store, at: float) -> list[Delivery]:
        async with which.begin() as c:
            return await claims.claim_unknown(c, _after(now, at), LEASE, 10)

    ((reading,),) = [found for found in await asyncio.gather(ask(store, 45), ask(rival, 45)) if found]
    assert (reading.state, reading.epoch, reading.first_try_at) == ("unknown", 2, now)
    async with store.begin() as c:
        assert not await settlements.note_empty_read(c, number, reading.epoch, _after(now, 46))
    assert await ask(store, 65) == []
    (again,) = await ask(store, 66)
    with pytest.raises(ClaimLost):
        async with store.begin() as c:
            await settlements.note_empty_read(c, number, reading.epoch, _after(now, 66))
    async with store.begin() as c:
        assert await settlements.note_empty_read(c, number, again.epoch, _after(now, 66))
    (resent,) = await _claim(store, _after(now, 66))
    assert (resent.attempts, resent.empty_reads, resent.first_try_at) == (2, 0, now)


async def test_a_wait_for_a_channel_costs_no_attempt(store: Store, channel: Destination, now: datetime) -> None:
    (number,) = await _owe(store, channel, now, "a")
    for settled in ("due", "held", "waiting"):
        (sending,) = await _claim(store, now)
        async with store.begin() as c:
            if settled == "due":
                await settlements.settle_due(c, number, sending.epoch, now, "ratelimited", charge=False)
            elif settled == "held":
                await settlements.settle_held(c, number, sending.epoch, now)
                assert await claims.release_held(c, now) == 1
            else:
                await settlements.settle_waiting(c, number, sending.epoch, "not_in_channel")
        assert (await _get(store, number)).attempts == 0


async def test_what_waited_a_day_is_handed_back_to_be_rolled_up(
    store: Store, channel: Destination, now: datetime
) -> None:
    old, new = (await _owe(store, channel, now, "old"))[0], _after(now, 80_000)
    (sending,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.settle_waiting(c, old, sending.epoch, "not_in_channel")
        await destinations.set_state(c, channel.id, "waiting", "not_in_channel", now)
    (fresh,) = await _owe(store, channel, new, "fresh")
    async with store.begin() as c:
        await destinations.set_state(c, channel.id, "active", None, now)
        released = await deliveries.release_waiting(c, channel.id, _after(now, 86_401))
    assert [it.key for it in released.old] == ["old"]
    assert (await _get(store, old)).error == "rolled_up"
    assert [it.id for it in await _claim(store, _after(now, 86_401))] == [fresh]


async def test_edits_are_claimed_once_and_ten_seconds_apart(store: Store, channel: Destination, now: datetime) -> None:
    (number,) = await _owe(store, channel, now, "a")
    await _sent(store, await _claim(store, now), now)

    async def edits(at: float) -> list[Delivery]:
        async with store.begin() as c:
            return await claims.claim_edits(c, _after(now, at), LEASE, 10)

    assert await edits(60) == []
    async with store.begin() as c:
        assert await deliveries.want_revision(c, number, 2)
        assert await deliveries.want_revision(c, number, 4)
        assert not await deliveries.want_revision(c, number, 3)
    assert await edits(9) == []
    (editing,) = await edits(10)
    assert await edits(10) == []
    async with store.begin() as c:
        await deliveries.want_revision(c, number, 5)
        await settlements.settle_edit(c, number, editing.epoch, _after(now, 11))
    found = await _get(store, number)
    assert (found.shown_revision, found.wanted_revision, found.edited_at) == (4, 5, _after(now, 11))
    assert await edits(20) == []
    (again,) = await edits(21)
    async with store.begin() as c:
        await settlements.settle_gone(c, number, again.epoch)
    assert await edits(60) == []


async def test_a_card_sent_while_its_story_grew_is_edited(store: Store, channel: Destination, now: datetime) -> None:
    (number,) = await _owe(store, channel, now, "a")
    claimed = await _claim(store, now)
    async with store.begin() as c:
        await deliveries.want_revision(c, number, 2)
    await _sent(store, claimed, now)
    found = await _get(store, number)
    assert (found.shown_revision, found.wanted_revision) == (1, 2)


async def test_depth_and_looking_up(store: Store, channel: Destination, now: datetime) -> None:
    first, _, _ = await _owe(store, channel, now, "a", "b", "c")
    async with store.begin() as c:
        await deliveries.enqueue(
            c, "later", team="T1", destination=channel.id, kind="card", now=now, not_before=_after(now, 60)
        )
        assert await deliveries.depth(c, now) == deliveries.Depth(3, now, 0)
        assert await deliveries.depth(c, now, "T2") == deliveries.Depth(0, None, 0)
    (sending,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.settle_unknown(c, first, sending.epoch, now, "timeout")
        assert await deliveries.depth(c, now) == deliveries.Depth(3, now, 1)
        (reading,) = await claims.claim_unknown(c, now, LEASE, 1)
        await settlements.settle_sent(c, first, reading.epoch, "170.5", _after(now, 50))
        assert await deliveries.last_post_at(c, team="T1") == _after(now, 50)
        assert await deliveries.last_post_at(c, team="T2") is None
        found = await deliveries.by_ts(c, "T1", channel.slack_id, "170.5")
        assert found is not None
        assert found.key == "a"
        assert await deliveries.by_ts(c, "T2", channel.slack_id, "170.5") is None


async def test_an_outbox_is_told_whether_it_has_work(store: Store, channel: Destination, now: datetime) -> None:
    async def waits(at: float) -> bool:
        async with store.read() as c:
            return bool(await claims.pending_work(c, _after(now, at)))

    assert not await waits(0)
    (number,) = await _owe(store, channel, now, "a")
    assert await waits(0)
    (sending,) = await _claim(store, now)
    assert not await waits(15)
    assert await waits(16)
    await _sent(store, [sending], now)
    assert not await waits(16)
    async with store.begin() as c:
        await deliveries.want_revision(c, number, 2)
    assert not await waits(9)
    assert await waits(10)


async def _asked_and_matching(store: Store, where: Destination, now: datetime) -> tuple[int, dict[str, Any]]:
    """A daily subscription, and what a match of one story with it would be."""
    daily: dict[str, Any] = {"cadence": "daily", "at": "08:30", "weekday": "mon", "timezone": "Asia/Seoul"}
    common: dict[str, Any] = {"headline": "h", "url": "u", "outlet": "o", "language": "ko"}
    async with store.begin() as c:
        story = await stories.add(c, **common, first_seen_at=now, last_article_at=now)
        article = await add(c, NewArticle("o", "u", "u", "h", "ko", "media", None, now, ("x",), story=story))
        asked = await subscriptions.add(
            c, team="T1", destination=where.id, owner="U1", query="quantum", created_at=now, **daily
        )
    met = {"team": "T1", "subscription": asked.id, "destination": where.id, "story": story, "article": article}
    return asked.id, met | {"cadence": "daily", "matched_at": now}


async def test_a_match_is_told_once_and_a_dead_message_told_nothing(
    store: Store, channel: Destination, now: datetime
) -> None:
    asked, met = await _asked_and_matching(store, channel, now)
    async with store.begin() as c:
        assert await matches.add(c, **met)
        assert not await matches.add(c, **met)
        assert await matches.untold(c, channel.id, ["daily"], _after(now, -1)) == ()
        assert await matches.untold(c, channel.id, ["instant"], now) == ()
        (match,) = await matches.untold(c, channel.id, ["daily"], now)
        digest = await deliveries.enqueue(
            c, "d", team="T1", destination=channel.id, kind="digest", now=now, subscriptions=[asked]
        )
        assert digest is not None
        await matches.mark_told(c, [match.id], digest, now)
        assert await matches.untold(c, channel.id, ["daily"], now) == ()
        assert [it.told_by for it in await matches.of_story(c, "T1", match.story)] == [digest]
        assert await matches.count_since(c, asked, now) == 1
    (sending,) = await _claim(store, now)
    assert sending.subscriptions == (asked,)
    async with store.begin() as c:
        await settlements.settle_dead(c, digest, sending.epoch, "invalid_blocks")
        assert len(await matches.untold(c, channel.id, ["daily"], now)) == 1


async def test_what_a_page_without_its_parent_was_to_tell_is_untold(
    store: Store, channel: Destination, now: datetime
) -> None:
    asked, met = await _asked_and_matching(store, channel, now)
    (parent,) = await _owe(store, channel, now, "page 1")
    async with store.begin() as c:
        assert await matches.add(c, **met)
        (match,) = await matches.untold(c, channel.id, ["daily"], now)
        page = await deliveries.enqueue(
            c, "page 2", team="T1", destination=channel.id, kind="digest", now=now, after=parent, subscriptions=[asked]
        )
        assert page is not None
        await matches.mark_told(c, [match.id], page, now)
        assert await deliveries.cancel(c, parent, "dead")
        assert await claims.cancel_dependents(c) == 1
        assert [one.id for one in await matches.untold(c, channel.id, ["daily"], now)] == [match.id]
