"""Answers ``mute``, and holds back or releases the deliveries of what is muted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.outlet_names import nearest_outlet, outlet_named
from bot.answers.registry import answers, restores
from bot.answers.subscriptions.show_mutes import show_mutes
from bot.answers.subscriptions.subscription_mutes import mute_subscription
from bot.deliveries.linked_stories import groups_of, story_as_seen
from bot.deliveries.shown_mutes import show_mute
from bot.model import story_id
from bot.store import mutes, stories
from bot.store.changes import Change
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.mutes import MuteKind
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.grammar import parse_story_number, place_of
from handlers.verbs.mute import Mute, MuteTarget

OUTLETS_NAMED = 20
"""The most outlets that are named where the typed one is unknown."""


@dataclass(frozen=True, slots=True)
class KnownTarget:
    """A story or an outlet that exists."""

    kind: MuteKind
    key: str
    """The story's number or the outlet's key, as the mute is stored."""
    name: str
    """ST91 or the outlet's name, as people know it."""


@answers(Mute)
async def mute(context: AnswerContext, requester: Requester, ask: Mute) -> Shown:
    """Mutes a story or an outlet in this channel for a time; held deliveries are posted afterwards.

    What a muted subscription matches is not held: it waits for the first digest after the mute's end.
    """
    if ask.target is None:
        return await show_mutes(context, requester)
    if ask.target.kind == "subscription":
        return await mute_subscription(context, requester, int(ask.target.name[1:]), ask.for_seconds)
    target = await find_target(context, requester.asker.team, ask.target)
    if target is None:
        return no_such_target(context, requester, ask.target)
    now = context.now()
    until_at = now + timedelta(seconds=ask.for_seconds)
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        await _mute(c, destination.team, destination.id, target.kind, target.key, requester.asker.user, now, until_at)
        after = {"kind": target.kind, "mute": target.key, "target": target.name, "until_at": until_at.isoformat()}
        recorded = await record_change(c, context, requester, destination, "muted", {}, after)
    return await confirm_change(context, requester, recorded)


async def find_target(context: AnswerContext, team: str, target: MuteTarget) -> KnownTarget | None:
    """Finds the story or outlet of this name; None when there is none."""
    if target.kind == "outlet":
        typed = re.sub(r"^https?://", "", target.name.casefold()).rstrip("/")
        key = outlet_named(context.outlets, typed)
        return KnownTarget("outlet", key, context.outlets[key].name) if key is not None else None
    number = parse_story_number(target.name)
    if number is None:
        return None
    async with context.store.read() as c:
        seen = await story_as_seen(c, team, number)
    return KnownTarget("story", str(seen.story.id), story_id(seen.story.id)) if seen else None


def no_such_target(context: AnswerContext, requester: Requester, target: MuteTarget) -> Shown:
    """Says that there is no such story or outlet, with the line of the outlet that is most like it."""
    line, typed = requester.request.line, target.name
    position, _ = place_of(line, typed) or (-1, 0)
    nearest, known = None, ""
    if target.kind == "outlet":
        key = nearest_outlet(context.outlets, typed)
        nearest = line[:position] + key + line[position + len(typed) :] if key and position >= 0 else None
        known = ", ".join(sorted(context.outlets)[:OUTLETS_NAMED])
    code = "no_such_outlet_near" if nearest else f"no_such_{target.kind}"
    note = Note(code, {"target": typed[:80], "known": known})
    place = position if position >= 0 else None
    return requester.shown(ErrorCard(line, place, len(typed), note, nearest))


@restores("muted", "unmuted")
async def restore_mute(c: Connection, change: Change, made: bool, person: str, now: datetime) -> None:
    """Mutes again until the end that the mute had, or ends it. An end that has passed mutes nothing."""
    assert change.destination is not None
    kind: MuteKind = next((kind for kind in get_args(MuteKind) if kind == change.after["kind"]), "outlet")
    key = await _key_today(c, kind, str(change.after["mute"]))
    if made != (change.what == "muted"):
        await mutes.end(c, change.destination, kind, key, now)
        await deliveries.release_held_of(c, change.destination, now)
        if kind == "story":
            await show_mute(c, change.team, change.destination, int(key))
        return
    until_at = datetime.fromisoformat(str(change.after.get("until_at") or change.before["until_at"]))
    if until_at > now:
        await _mute(c, change.team, change.destination, kind, key, person, now, until_at)


async def _mute(
    c: Connection, team: str, destination: int, kind: MuteKind, key: str, person: str, now: datetime, until_at: datetime
) -> None:
    """Adds the mute. Open deliveries of a muted story are held here; those of an outlet are held when they are sent."""
    key = await _key_today(c, kind, key)
    await mutes.add(
        c, team=team, destination=destination, kind=kind, target=key, person=person, now=now, until_at=until_at
    )
    if kind == "story":
        for story_number in (await groups_of(c, team)).ids(int(key)):
            for delivery in await deliveries.of_story(c, story_number, team):
                if delivery.destination == destination and delivery.kind in ("card", "reply"):
                    await deliveries.hold(c, delivery.id, until_at)
        await show_mute(c, team, destination, int(key))


async def _key_today(c: Connection, kind: MuteKind, key: str) -> str:
    """Returns the key of what is muted; a story may have been merged since it was named."""
    story = await stories.get(c, int(key)) if kind == "story" else None
    return str(story.id) if story else key
