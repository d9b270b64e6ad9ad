"""Channels that are away are asked about in order, and one message tries each of them; on every store."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model import Destination
from bot.store import absent_channels, destinations, installations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store

DAY = timedelta(days=1)


async def test_absent_channels_that_somebody_follows_are_listed_in_order(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", now)
        places: list[Destination] = []
        for number in range(4):
            place = await destinations.get_or_add(c, "T1", f"C{number}", language="en", timezone="UTC")
            await deliveries.enqueue(c, f"n{number}", team="T1", destination=place.id, kind="notice", now=now)
            places.append(place)
        for place, reason in zip(places[:3], ("left", "channel_deleted", "is_archived"), strict=True):
            await destinations.set_state(c, place.id, "away", reason, now)
        assert [one.destination.slack_id for one in await absent_channels.absent(c, 0, 9)] == ["C0", "C2"]
        assert [one.destination.slack_id for one in await absent_channels.absent(c, 0, 1)] == ["C0"]
        assert [one.destination.slack_id for one in await absent_channels.absent(c, places[0].id, 9)] == ["C2"]
        await installations.stop(c, "T1", "token_revoked", now, None)
        assert await absent_channels.absent(c, 0, 9) == ()


async def test_one_message_tries_and_the_rest_waits(store: Store, channel: Destination, now: datetime) -> None:
    async with store.begin() as c:
        await installations.put(c, "T1", now)
        owed: list[int] = []
        for key, kind, at in (("old", "card", now - 2 * DAY), ("new", "card", now), ("said", "notice", now)):
            number = await deliveries.enqueue(c, key, team="T1", destination=channel.id, kind=kind, now=at)  # type: ignore[arg-type]
            assert number is not None
            owed.append(number)
        after = await deliveries.enqueue(
            c, "reply", team="T1", destination=channel.id, kind="reply", now=now, after=owed[1]
        )
        assert await absent_channels.trial_of(c, channel.id, now - DAY) == owed[1]
        assert await absent_channels.trial_of(c, channel.id, now + DAY) == owed[2]
        await absent_channels.start_trial(c, channel.id, owed[1], now)
        states = {
            number: found.state for number in (*owed, after) if number and (found := await deliveries.get(c, number))
        }
        assert states == {owed[0]: "waiting", owed[1]: "due", owed[2]: "waiting", after: "waiting"}
        listed = [one.destination.id for one in await absent_channels.absent(c, 0, 9)]
        assert listed == [channel.id], "the channel is active, and a message waits there"
        assert await absent_channels.tried_at(c, channel.id) is None
        await destinations.note_return(c, channel.id)
        await absent_channels.note_tried(c, channel.id, now)
        await destinations.note_return(c, channel.id)
        assert await absent_channels.tried_at(c, channel.id) == now
        assert await destinations.returns(c, channel.id) == 2
        assert await absent_channels.has_waiting(c, channel.id)
        assert not await absent_channels.has_untold(c, channel.id)


async def test_questions_about_a_channel_are_counted_until_it_is_back(
    store: Store, channel: Destination, now: datetime
) -> None:
    async def asked() -> tuple[int, datetime | None]:
        (absent,) = await absent_channels.absent(c, 0, 9)
        return absent.asks, absent.since_at

    async with store.begin() as c:
        await installations.put(c, "T1", now)
        await deliveries.enqueue(c, "notice", team="T1", destination=channel.id, kind="notice", now=now)
        await destinations.note_return(c, channel.id)
        await destinations.set_state(c, channel.id, "away", "not_in_channel", now)
        assert await asked() == (0, now)
        await absent_channels.note_asked(c, channel.id, now + DAY)
        await absent_channels.note_asked(c, channel.id, now + 2 * DAY)
        assert await asked() == (2, now + 2 * DAY)
        await absent_channels.forget_asked(c, channel.id)
        assert await asked() == (0, now)
        assert await destinations.returns(c, channel.id) == 1
