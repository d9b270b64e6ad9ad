"""Deliveries whose parent never comes are found by what triggers note, on every store."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update

from bot.clock_steps import note_missed_parents
from bot.model import DeliveryKind, Destination
from bot.store import migrate as migrations
from bot.store.deliveries import claims, dependents
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store
from bot.store.schema import deliveries as rows
from bot.store.schema import destinations, gone_parents, installations
from tests.support.outbox_harness import add_channel
from tests.support.statement_costs import StatementCosts


async def enqueue(c: Connection, channel: int, now: datetime, key: str, after: int | None = None) -> int:
    kind: DeliveryKind = "card" if after is None else "reply"
    new = await deliveries.enqueue(c, key, team="T1", destination=channel, kind=kind, now=now, after=after)
    assert new is not None
    return new


async def test_what_no_trigger_noted_is_found_by_the_check(store: Store, channel: Destination, now: datetime) -> None:
    async with store.begin() as c:
        parent = await enqueue(c, channel.id, now, "card")
        await enqueue(c, channel.id, now, "reply", after=parent)
        await deliveries.cancel(c, parent, "unsubscribed")
        await c.execute(delete(gone_parents))
        assert await dependents.cancel_dependents(c) == 0
    assert await note_missed_parents(store) == 1
    assert await note_missed_parents(store) == 0
    async with store.begin() as c:
        assert await dependents.cancel_dependents(c) == 1
        assert not (await claims.pending_work(c, now)).dependents


async def test_a_parent_that_became_due_again_keeps_what_waits_for_it(
    store: Store, channel: Destination, now: datetime
) -> None:
    async with store.begin() as c:
        parent = await enqueue(c, channel.id, now, "card")
        child = await enqueue(c, channel.id, now, "reply", after=parent)
        await deliveries.cancel(c, parent, "rolled_up")
        await c.execute(update(rows).where(rows.c.id == parent).values(state="due"))
        assert await dependents.cancel_dependents(c) == 0
        assert not (await claims.pending_work(c, now)).dependents
        kept = await deliveries.get(c, child)
        assert kept is not None
        assert kept.state == "due"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_reply_that_is_enqueued_while_its_parent_is_cancelled_is_found_later(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    async with store.begin() as c:
        parent = await enqueue(c, channel.id, now, "card")
    async with store.begin() as cancelling:
        await deliveries.cancel(cancelling, parent, "unsubscribed")
        async with second_store.begin() as c:
            await enqueue(c, channel.id, now, "reply", after=parent)
    assert await note_missed_parents(store) == 1
    async with store.begin() as c:
        assert await dependents.cancel_dependents(c) == 1


@pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)
async def test_what_waited_before_the_triggers_came_is_noted(empty_url: str, now: datetime) -> None:
    store, known = Store.open(empty_url), migrations.Migrations()
    revision: str | None = None
    while (following := known.next_after(revision)) != "0043":
        async with store.begin() as c:
            assert await c.run_sync(known.apply_next)
        revision = following
    values = {"team": "T1", "destination": 1, "created_at": now, "not_before": now}
    async with store.begin() as c:
        await c.execute(insert(installations).values(team="T1", installed_at=now))
        await c.execute(insert(destinations).values(id=1, team="T1", slack_id="C1", language="en", timezone="UTC"))
        await c.execute(insert(rows).values(id=1, key="card", kind="card", state="dead", **values))
        await c.execute(insert(rows).values(id=2, key="reply", kind="reply", state="due", after=1, **values))
    await store.migrate()
    async with store.begin() as c:
        assert await dependents.cancel_dependents(c) == 1
    await store.close()


async def test_a_look_does_not_read_the_replies_that_wait(tmp_path: Path, migrated_file: Path, now: datetime) -> None:
    steps: list[int] = []
    for replies in (20, 400):
        file = tmp_path / f"{replies}.db"
        shutil.copy(migrated_file, file)
        store = Store.open(f"sqlite:///{file}")
        costs = StatementCosts(store)
        async with store.begin() as c:
            channel = await add_channel(c, "C1")
            parent = await enqueue(c, channel.id, now, "card")
            for number in range(replies):
                await enqueue(c, channel.id, now, f"reply {number}", after=parent)
        costs.clear()
        async with store.read() as c:
            assert (await claims.pending_work(c, now + timedelta(minutes=1))).posts
        steps.append(sum(costs.most_steps.values()))
        await store.close()
    assert steps[0] == steps[1]
