"""The rows of the watchdog, the audit and rollups, on every store."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bot.store import destinations, installations
from bot.store.deliveries import audits, rollups, watchdog
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.audits import Audit
from bot.store.engine import Store


async def test_the_newest_delivery_with_a_key_prefix_is_found(store: Store, now: datetime) -> None:
    wanted = "notice:T1:silent:read:2026-03-02"
    keys = ("notice:T1:silent:read:2026-03-01", wanted, "notice:T1:silent:readers", "notice:T1:silenu")
    async with store.begin() as c:
        destination = await destinations.get_or_add(c, "T1", "C1", language="en", timezone="Asia/Seoul")
        for key in keys:
            await deliveries.enqueue(c, key, team="T1", destination=destination.id, kind="notice", now=now)
        for team in ("T1", "T2"):
            await installations.put(c, team, now)
        newest = await watchdog.newest_notices(c, ["silent:read:", "silent:post:"])
        assert newest == {("T1", "silent:read:"): wanted}
        assert await watchdog.with_keys(c, [wanted, "notice:T1:silent:read:2026-03-03"]) == {wanted}


async def test_an_audit_is_written_once_a_day_and_the_newest_is_read(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        assert await audits.last_of(c, "T1") is None
        for day in (9, 10):
            assert await audits.save(c, "T1", Audit(date(2026, 3, day), 3, 0, 1, day), now)
        assert not await audits.save(c, "T1", Audit(date(2026, 3, 10), 4, 0, 0, 0), now)
        assert await audits.last_of(c, "T1") == Audit(date(2026, 3, 10), 3, 0, 1, 10)
        assert await audits.last_of(c, "T2") is None


async def test_held_cards_are_rolled_up_once(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        destination = await destinations.get_or_add(c, "T1", "C1", language="en", timezone="Asia/Seoul")
        facts: dict[str, Any] = {
            "team": "T1",
            "destination": destination.id,
            "now": now,
            "not_before": now + timedelta(hours=1),
        }
        for key in ("card:1", "card:2"):
            await deliveries.enqueue(c, key, kind="card", held=True, **facts)
        assert await rollups.destinations_with_held(c, now + timedelta(hours=1)) == (destination.id,)
        assert await installations.stop(c, "T1", "token_revoked", now, None)
        assert await rollups.destinations_with_held(c, now + timedelta(hours=1)) == (), "it waits for the workspace"
        assert await installations.resume(c, "T1")
        assert await rollups.destinations_with_held(c, now + timedelta(hours=1)) == (destination.id,)
        held = await rollups.held_for(c, destination.id)
        assert [card.key for card in await rollups.roll_up(c, held)] == ["card:1", "card:2"]
        assert await rollups.roll_up(c, held) == []
        assert await rollups.destinations_with_held(c, now + timedelta(hours=1)) == ()
        assert await rollups.restore_card(c, held[0].id, now)
        assert not await rollups.restore_card(c, held[0].id, now)
