"""Answers ``digest``: shows the digest of now, or sets when the channel's own digest comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from bot.answers.channel.digest_now import digest_now
from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.registry import answers, restores
from bot.deliveries.digest import take_past_slot
from bot.deliveries.due_digests import comes_with_own, own_cadences
from bot.model import Destination, DigestCadence, Subscription, subscription_id
from bot.store import destinations, subscriptions
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.digest import DEFAULT_WEEKDAY, Digest

HOURLY_AT = "00:00"
"""An hourly digest comes at this minute of every hour."""
_KINDS: Mapping[DigestCadence, str] = {
    "daily": "digest_on", "hourly": "digest_hourly", "weekly": "digest_weekly", "shifts": "digest_shifts",
}  # fmt: skip
"""The kind of change of each schedule; a schedule of each day keeps its first name."""


_COVERAGE = ("digest_covers", "digest_own_times", "digest_at_once", "digest_leaves")


@answers(Digest)
async def digest(context: AnswerContext, requester: Requester, ask: Digest) -> Shown:
    """Shows the digest of now, or sets the channel's digest."""
    if ask.when == "now":
        return await digest_now(context, requester, ask)
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        before = _state(destination)
        destination = _scheduled(destination, ask)
        await _write(c, destination)
        await take_past_slot(c, destination, context.now())
        what = "digest_off" if ask.when == "off" else _KINDS[ask.when]
        after = _state(destination) | {key: value for key, value in (("at", ask.at), ("weekday", ask.weekday)) if value}
        notes = _coverage(destination, await subscriptions.of_destination(c, destination.id))
        if ask.when == "shifts":
            notes = (Note("digest_second_shift"), *notes)
        recorded = await record_change(c, context, requester, destination, what, before, after)
    return await confirm_change(context, requester, recorded, notes)


def _coverage(destination: Destination, subscribed: Sequence[Subscription]) -> tuple[Note, ...]:
    """Names the subscriptions that are sections of the channel's digest, are posted at once, or have their own time."""
    if destination.digest_at is None:
        return ()
    named: dict[str, list[str]] = {code: [] for code in _COVERAGE}
    for each in subscribed:
        is_covered = each.cadence in own_cadences(destination)
        code = "digest_leaves" if not is_covered else "digest_at_once" if each.cadence == "instant" else "digest_covers"
        named[code].append(subscription_id(each.id))
        if code == "digest_covers" and not comes_with_own(destination, each):
            named["digest_own_times"].append(f"{subscription_id(each.id)} {each.at}")
    return tuple(Note(code, {"subscriptions": ", ".join(ids)}) for code, ids in named.items() if ids)


def _scheduled(destination: Destination, ask: Digest) -> Destination:
    """Returns the channel with the schedule that the line asks for."""
    if ask.when in ("now", "off"):
        return replace(destination, digest_at=None, digest_cadence="daily", digest_weekday=DEFAULT_WEEKDAY)
    return replace(
        destination,
        digest_at=ask.at or HOURLY_AT,
        digest_cadence=cast(DigestCadence, ask.when),
        digest_weekday=ask.weekday or DEFAULT_WEEKDAY,
    )


def _state(destination: Destination) -> dict[str, object]:
    """Returns the channel's schedule, as changes keep it."""
    cadence, weekday = destination.digest_cadence, destination.digest_weekday
    return {"digest_at": destination.digest_at, "digest_cadence": cadence, "digest_weekday": weekday}


async def _write(c: Connection, destination: Destination) -> None:
    await destinations.set_digest(
        c, destination.id, destination.digest_at, destination.digest_cadence, destination.digest_weekday
    )


@restores("digest_off", *_KINDS.values())
async def restore_digest_time(c: Connection, change: Change, made: bool, _person: str, now: datetime) -> None:
    """Sets the digest as the change set it, or as it was before it."""
    assert change.destination is not None
    destination = await destinations.get(c, change.destination)
    assert destination is not None
    state = change.after if made else change.before
    at = state.get("digest_at") or state.get("at")  # changes of older versions have only ``at`` after a change
    cadence = cast(DigestCadence, state.get("digest_cadence") or "daily")
    weekday = str(state.get("digest_weekday") or DEFAULT_WEEKDAY)
    scheduled = replace(destination, digest_at=str(at) if at else None, digest_cadence=cadence, digest_weekday=weekday)
    await _write(c, scheduled)
    await take_past_slot(c, scheduled, now)
