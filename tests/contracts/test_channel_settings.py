"""Settings of channels and people, and specs of outlets, are stored alike on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.store import channel_ids, channel_settings, destinations, outlet_specs, people
from bot.store.engine import Store
from bot.store.outlet_specs import OutletSpec
from bot.store.people import Person

CHANGED: dict[str, Any] = {
    "language": "ko",
    "timezone": "America/New_York",
    "configured_by": "list",
    "configurers": ("U1", "U2"),
    "threads": False,
    "broadcast": True,
    "mention_group": "S0GROUP",
    "empty_digest": "skip",
}


async def test_a_channel_begins_with_the_defaults_and_keeps_each_setting(store: Store) -> None:
    async with store.begin() as c:
        channel = await destinations.get_or_add(c, "T1", "C1", language="en", timezone="Asia/Seoul")
    assert (channel.configured_by, channel.configurers, channel.threads, channel.broadcast) == (
        "everyone",
        (),
        True,
        False,
    )
    assert (channel.mention_group, channel.empty_digest) == (None, None)
    assert set(CHANGED) == set(channel_settings.SETTINGS)
    for name, value in CHANGED.items():
        async with store.begin() as c:
            await channel_settings.save(c, channel, replace(channel, **{name: value}))
    async with store.read() as c:
        stored = await destinations.get(c, channel.id)
        assert stored == replace(channel, **CHANGED)


async def test_only_what_differs_is_written(store: Store) -> None:
    async with store.begin() as c:
        channel = await destinations.get_or_add(c, "T1", "C1", language="en", timezone="Asia/Seoul")
        await channel_settings.save(c, channel, replace(channel, threads=False))
        await channel_settings.save(c, channel, replace(channel, broadcast=True))
        await channel_settings.save(c, channel, channel)
        stored = await destinations.get(c, channel.id)
    assert stored == replace(channel, threads=False, broadcast=True)


async def test_settings_follow_a_channel_to_its_new_id(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        channel = await destinations.get_or_add(c, "T1", "G1", language="en", timezone="Asia/Seoul")
        later = await destinations.get_or_add(c, "T1", "C1", language="ko", timezone="UTC")
        await channel_settings.save(c, channel, replace(channel, broadcast=True, configured_by="admins"))
        await channel_settings.save(
            c, later, replace(later, threads=False, configured_by="list", configurers=("U1",), empty_digest="clear")
        )
        moved = await channel_ids.move(c, "T1", "G1", "C1", now)
    assert moved is not None
    assert (moved.language, moved.broadcast, moved.configured_by) == ("en", True, "admins")
    assert (moved.threads, moved.empty_digest) == (False, "clear")


async def test_a_persons_choice_and_own_direct_messages_are_found(store: Store) -> None:
    async with store.begin() as c:
        own = await destinations.get_or_add(c, "T1", "D1", language="en", timezone="UTC", person="U1")
        for team, slack_id, owner in (("T1", "D2", "U2"), ("T2", "D1", "U1"), ("T1", "C1", None)):
            await destinations.get_or_add(c, team, slack_id, language="en", timezone="UTC", person=owner)
        assert await destinations.of_person(c, "T1", "U1") == (own,)
        assert await people.get(c, "T1", "U1") == Person("T1", "U1")
        for person in (Person("T1", "U1", "ko", None), Person("T1", "U1", None, "Asia/Seoul")):
            await people.save(c, person)
            assert await people.get(c, "T1", "U1") == person
        assert await people.get(c, "T2", "U1") == Person("T2", "U1")


async def test_a_spec_is_kept_until_it_is_taken_back_and_may_come_again(store: Store, now: datetime) -> None:
    spec = OutletSpec("example", 'name = "예"', "U1", now)
    async with store.begin() as c:
        await outlet_specs.save(c, spec)
        assert await outlet_specs.present(c) == (spec,)
        await outlet_specs.remove(c, "example", now)
        assert await outlet_specs.present(c) == ()
        again = replace(spec, spec='name = "other"')
        await outlet_specs.save(c, again)
        assert await outlet_specs.present(c) == (again,)
