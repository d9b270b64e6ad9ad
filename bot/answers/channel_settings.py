"""Digest times, mutes and undo: the other things that change what a channel gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.answers.confirm_change import said
from bot.answers.context import AnswerContext, Requester, place_for
from bot.deliveries import changes as making
from bot.deliveries.change_quiet_hours import change_quiet_hours
from bot.deliveries.digest import take_past_slot
from bot.model import story_id
from bot.store import changes, destinations, mutes, stories, subscriptions
from bot.store.changes import Change
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.mutes import MuteKind
from handlers.cards.shown import Shown
from handlers.requests import Digest, Mute, Quiet, Undo, Unmute


async def set_digest(rooms: AnswerContext, here: Requester, ask: Digest) -> Shown:
    """A digest of everything the channel follows, each day at a time of its zone; or none."""
    now = rooms.now()
    at = ask.at if ask.when == "daily" else None
    async with rooms.store.begin() as c:
        place = await place_for(c, rooms, here)
        before = {"digest_at": place.digest_at}
        await destinations.set_digest(c, place.id, at)
        place = replace(place, digest_at=at)
        await take_past_slot(c, place, now)
        what, after = ("digest_on", {"at": at}) if at else ("digest_off", {})
        number, delivery = await making.record_change(
            c, place, here.asker.user, what, before, after, now, heard=here.request.id
        )
    return await said(rooms, here, number, delivery, ())


async def set_quiet(rooms: AnswerContext, here: Requester, ask: Quiet) -> Shown:
    """The hours in which the channel is left in peace, in its zone; or none."""
    now = rooms.now()
    async with rooms.store.begin() as c:
        place = await place_for(c, rooms, here)
        before = {"start": place.quiet_from, "end": place.quiet_to}
        place = await change_quiet_hours(c, place, ask.start, ask.end, now)
        after = {"start": ask.start, "end": ask.end, "zone": place.timezone} if ask.start else {}
        what = "quiet_on" if ask.start else "quiet_off"
        number, delivery = await making.record_change(
            c, place, here.asker.user, what, before, after, now, heard=here.request.id
        )
    return await said(rooms, here, number, delivery, ())


async def mute(rooms: AnswerContext, here: Requester, ask: Mute) -> Shown:
    """Holds a story or an outlet back for a while, in this channel; held is not lost."""
    now = rooms.now()
    until = now + timedelta(seconds=ask.for_seconds)
    found = await _target(rooms, here, ask.what, ask.target)
    if found is None:
        return _unknown(rooms, here, ask.what, ask.target)
    target, name = found
    async with rooms.store.begin() as c:
        place = await place_for(c, rooms, here)
        await mutes.add(
            c, team=place.team, destination=place.id, kind=ask.what, target=target,
            person=here.asker.user, now=now, until_at=until,
        )  # fmt: skip
        if ask.what == "story":
            await _hold_open(c, place.id, int(target), until)
        after = {"kind": ask.what, "mute": target, "target": name, "until_at": until.isoformat()}
        number, delivery = await making.record_change(
            c, place, here.asker.user, "muted", {}, after, now, heard=here.request.id
        )
    return await said(rooms, here, number, delivery, ())


async def _hold_open(c: Connection, place: int, story: int, until: datetime) -> None:
    for one in await deliveries.of_story(c, story):
        if one.destination == place and one.kind in ("card", "reply"):
            await deliveries.hold(c, one.id, until)


async def unmute(rooms: AnswerContext, here: Requester, ask: Unmute) -> Shown:
    """Lets a story or an outlet through again; what was held comes now."""
    now = rooms.now()
    found = await _target(rooms, here, ask.what, ask.target)
    if found is None:
        return _unknown(rooms, here, ask.what, ask.target)
    target, name = found
    async with rooms.store.begin() as c:
        place = await place_for(c, rooms, here)
        until = await mutes.until(c, place.id, ask.what, target, now)
        if until is None or not await mutes.end(c, place.id, ask.what, target, now):
            return here.error("not_muted", {"target": name})
        await _release(c, place.id, now)
        before, after = {"until_at": until.isoformat()}, {"kind": ask.what, "mute": target, "target": name}
        number, delivery = await making.record_change(
            c, place, here.asker.user, "unmuted", before, after, now, heard=here.request.id
        )
    return await said(rooms, here, number, delivery, ())


async def _release(c: Connection, place: int, now: datetime) -> None:
    """What was held is due now; a mute that still holds it takes it back at the next look."""
    await deliveries.release_held_of(c, place, now)


async def _target(rooms: AnswerContext, here: Requester, what: str, target: str) -> tuple[str, str] | None:
    """What is stored of a muted thing, and what it is called."""
    if what == "outlet":
        key = next(
            (k for k, o in rooms.outlets.items() if target.casefold() in (k.casefold(), o.name.casefold(), *o.hosts)),
            None,
        )
        return (key, rooms.outlets[key].name) if key else None
    digits = target.upper().removeprefix("ST")
    if not digits.isdigit():
        return None
    async with rooms.store.read() as c:
        story = await stories.get(c, int(digits))
    return (str(story.id), story_id(story.id)) if story else None


def _unknown(rooms: AnswerContext, here: Requester, what: str, target: str) -> Shown:
    known = ", ".join(sorted(rooms.outlets)[:20]) if what == "outlet" else ""
    return here.error(f"no_such_{what}", {"target": target[:80], "known": known})


async def undo(rooms: AnswerContext, here: Requester, ask: Undo) -> Shown:
    """Takes a change of this channel back."""
    now = rooms.now()
    async with rooms.store.begin() as c:
        change = await changes.get(c, here.asker.team, ask.change)
        if change is None or here.place is None or change.destination != here.place.id:
            return here.error("no_such_change", {"n": str(ask.change)})
        if not await changes.undo(c, here.asker.team, ask.change, now):
            return here.error("undone_already", {"n": str(ask.change)})
        await _set(c, change, False, here.asker.user, now)
        place = await destinations.get(c, here.place.id)
        assert place is not None
        after = {"undone": change.id}
        number, delivery = await making.record_change(
            c, place, here.asker.user, "undone", {}, after, now, heard=here.request.id
        )
    return await said(rooms, here, number, delivery, ())


async def _set(c: Connection, change: Change, made: bool, person: str, now: datetime) -> None:
    """Lets things be as after a change (``made``), or as before it; an undoing is a change like any other."""
    assert change.destination is not None
    if change.what == "undone":
        original = await changes.get(c, change.team, int(str(change.after["undone"])))
        assert original is not None
        await _set(c, original, not made, person, now)
    elif change.what in ("subscribed", "unsubscribed", "unsubscribed_all"):
        numbers: Any = change.before.get("subscriptions") or [change.after["subscription"]]
        wanted = made == (change.what == "subscribed")
        for number in numbers:
            if wanted:
                await subscriptions.reactivate(c, change.team, int(number))
            else:
                await subscriptions.end(c, change.team, int(number), now)
    elif change.what in ("digest_on", "digest_off"):
        at = change.after.get("at") if made else change.before.get("digest_at")
        await destinations.set_digest(c, change.destination, str(at) if at else None)
        place = await destinations.get(c, change.destination)
        assert place is not None
        await take_past_slot(c, place, now)
    elif change.what in ("quiet_on", "quiet_off"):
        hours: Any = change.after if made else change.before
        place = await destinations.get(c, change.destination)
        assert place is not None
        await change_quiet_hours(c, place, hours.get("start"), hours.get("end"), now)
    elif change.what in ("muted", "unmuted"):
        await _set_mute(c, change, made == (change.what == "muted"), person, now)


async def _set_mute(c: Connection, change: Change, muted: bool, person: str, now: datetime) -> None:
    """Mutes again until the end it had, or ends it; an end that has passed mutes nothing."""
    assert change.destination is not None
    kind: MuteKind = "story" if change.after["kind"] == "story" else "outlet"
    target = str(change.after["mute"])
    if not muted:
        await mutes.end(c, change.destination, kind, target, now)
        await _release(c, change.destination, now)
        return
    until = datetime.fromisoformat(str(change.after.get("until_at") or change.before["until_at"]))
    if until <= now:
        return
    await mutes.add(
        c, team=change.team, destination=change.destination, kind=kind, target=target,
        person=person, now=now, until_at=until,
    )  # fmt: skip
    if kind == "story":
        await _hold_open(c, change.destination, int(target), until)
