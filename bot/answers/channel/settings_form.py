"""Answers the form of the settings: its values, its wrong fields, and one change of all that is different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from bot.answers.channel.digest import HOURLY_AT
from bot.answers.channel.settings import group_shown, is_listed
from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.registry import answers, checks, restores
from bot.deliveries.change_quiet_hours import change_quiet_hours
from bot.deliveries.change_settings import save_settings
from bot.deliveries.digest import take_past_slot
from bot.matching.query.zones import zone_named
from bot.model import Destination
from bot.store import destinations
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.answers import NoticeCard
from handlers.cards.modals import FieldErrorsCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Asker
from handlers.slack_facts import UserGroup
from handlers.text.words import LANGUAGES, localized
from handlers.verbs.grammar import clock_time
from handlers.views.asks import SaveSettings
from handlers.views.settings_modal import DIGESTS, EMPTY, MENTION_OFF, WHO

_DIGEST = ("digest_at", "digest_cadence", "digest_weekday")
_QUIET = ("quiet_from", "quiet_to")
_PLAIN = (
    *("language", "timezone", "threads", "broadcast", "mention_group", "empty_digest", "configured_by", "configurers"),
)


@checks(SaveSettings)
async def check(_context: AnswerContext, requester: Requester, ask: SaveSettings) -> Shown | None:
    """Names the fields that are wrong, whoever asks: the person's standing is not known before the answer."""
    errors: dict[str, Note] = {}
    if bool(ask.quiet_from) != bool(ask.quiet_to):
        errors["quiet_to" if ask.quiet_from else "quiet_from"] = Note("quiet_needs_both")
    elif ask.quiet_from and ask.quiet_from == ask.quiet_to:
        errors["quiet_to"] = Note("quiet_hours_same")
    if ask.digest in ("daily", "weekly", "shifts") and not ask.digest_at:
        errors["at"] = Note("digest_needs_time")
    return requester.shown(FieldErrorsCard(errors)) if errors else None


@answers(SaveSettings)
async def save(context: AnswerContext, requester: Requester, ask: SaveSettings) -> Shown:
    """Writes all that is different as one change, and posts it."""
    wrong = await check(context, requester, ask)
    if wrong is not None and isinstance(wrong.card, FieldErrorsCard):
        note = next(iter(wrong.card.errors.values()))
        return requester.error(note.code, note.args)
    if ask.who == "list" and not ask.people and requester.asker.standing == "admin":
        return requester.error("people_needed")
    if ask.who == "admins" and requester.asker.standing is None:
        return requester.error("admins_unknown")
    groups = await context.user_groups(requester.asker.team) if ask.mention not in ("", MENTION_OFF) else None
    if _is_wrong_group(requester, ask.mention, groups or ()):
        return requester.error("group_unknown")
    group = group_shown(groups, ask.mention)
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        changed = with_fields(destination, ask, requester.asker)
        names = [name for name in (*_PLAIN, *_DIGEST, *_QUIET) if getattr(changed, name) != getattr(destination, name)]
        if not names:
            return requester.shown(NoticeCard((Note("setting_is_so"),)))
        before = {name: getattr(destination, name) for name in names}
        after = {name: getattr(changed, name) for name in names}
        await _write(c, destination, after, context.now())
        said = {f"changes_{language}": _sentences(changed, names, language, group) for language in LANGUAGES}
        states = {"values": before}, {"values": after, **said}
        recorded = await record_change(c, context, requester, destination, "set_several", *states)
    return await confirm_change(context, requester, recorded)


def _is_wrong_group(requester: Requester, mention: str, groups: Sequence[UserGroup]) -> bool:
    """Returns whether the form names a group that its menu cannot have offered."""
    channel = requester.destination
    if mention in ("", MENTION_OFF) or (channel is not None and mention == channel.mention_group):
        return False
    return not is_listed(groups, mention)


def with_fields(destination: Destination, ask: SaveSettings, asker: Asker) -> Destination:
    """Returns the channel as the form says; a value that no field of ours has changes nothing."""
    changed = destination
    if destination.person is None:
        changed = _of_channel(changed, ask, asker)
    if ask.digest == "off":
        changed = replace(changed, digest_at=None, digest_cadence="daily", digest_weekday="mon")
    elif ask.digest in DIGESTS:
        at = HOURLY_AT if ask.digest == "hourly" else clock_time(ask.digest_at) or destination.digest_at
        weekday = ask.weekday or destination.digest_weekday
        changed = replace(changed, digest_at=at, digest_cadence=cast(Any, ask.digest), digest_weekday=weekday)
    if ask.empty in EMPTY:
        changed = replace(changed, empty_digest=None if ask.empty == "usual" else cast(Any, ask.empty))
    quiet_from, quiet_to = clock_time(ask.quiet_from), clock_time(ask.quiet_to)
    both = quiet_from and quiet_to
    changed = replace(changed, quiet_from=quiet_from if both else None, quiet_to=quiet_to if both else None)
    return replace(changed, threads=ask.threads)


def _of_channel(destination: Destination, ask: SaveSettings, asker: Asker) -> Destination:
    """Returns the channel with what only a channel has; who names the people is one of them, or an admin."""
    changed = replace(destination, broadcast=ask.broadcast, timezone=zone_named(ask.timezone) or destination.timezone)
    if ask.language in LANGUAGES:
        changed = replace(changed, language=ask.language)
    if ask.mention:
        changed = replace(changed, mention_group=None if ask.mention == MENTION_OFF else ask.mention)
    if ask.who == "list":
        own = () if asker.standing == "admin" else (asker.user,)
        named = [person for person in ask.people.split(",") if person][:20]
        return replace(changed, configured_by="list", configurers=tuple(dict.fromkeys((*named, *own))))
    if ask.who in WHO:
        return replace(changed, configured_by=cast(Any, ask.who), configurers=())
    return changed


async def _write(c: Connection, destination: Destination, values: Mapping[str, Any], now: datetime) -> None:
    """Writes the values of some fields."""
    if plain := {name: value for name, value in values.items() if name in _PLAIN}:
        destination = await save_settings(c, destination, plain, now)
    if any(name in values for name in _QUIET):
        hours = [values.get(name, getattr(destination, name)) for name in _QUIET]
        destination = await change_quiet_hours(c, destination, hours[0], hours[1], now)
    if any(name in values for name in _DIGEST):
        fields: Any = {name: values[name] for name in _DIGEST if name in values}
        destination = replace(destination, **fields)
        await destinations.set_digest(
            c, destination.id, destination.digest_at, destination.digest_cadence, destination.digest_weekday
        )
        await take_past_slot(c, destination, now)


@restores("set_several")
async def restore_several(c: Connection, change: Change, made: bool, _person: str, now: datetime) -> None:
    """Sets every field of the change as it set it, or as it was before it."""
    assert change.destination is not None
    destination = await destinations.get(c, change.destination)
    assert destination is not None
    values: Any = (change.after if made else change.before)["values"]
    await _write(c, destination, values, now)


def _sentences(changed: Destination, names: list[str], language: str, group: str) -> str:
    """Returns what changed, in one language: the sentence of each setting; ``group`` is the group as it is shown."""
    said: list[str] = []
    for name in names:
        sentence = _sentence(changed, name, language, group)
        if sentence and sentence not in said:
            said.append(sentence)
    return "; ".join(said)


def _sentence(changed: Destination, name: str, language: str, group: str) -> str:
    if name in _DIGEST:
        if changed.digest_at is None:
            return localized(language, "change.digest_off")
        kind = {"daily": "digest_on"}.get(changed.digest_cadence, f"digest_{changed.digest_cadence}")
        weekday = localized(language, f"weekday.{changed.digest_weekday}")
        return localized(language, f"change.{kind}", at=changed.digest_at, weekday=weekday)
    if name in _QUIET:
        hours = {"start": changed.quiet_from, "end": changed.quiet_to, "zone": changed.timezone}
        return localized(language, "change.quiet_on" if changed.quiet_from else "change.quiet_off", **hours)
    if name == "timezone":
        return localized(language, "change.set_zone", value=changed.timezone)
    values: dict[str, str] = {
        "language": f"set_language_{changed.language}",
        "threads": f"set_threads_{'on' if changed.threads else 'off'}",
        "broadcast": f"set_broadcast_{'on' if changed.broadcast else 'off'}",
        "mention_group": "set_mention" if changed.mention_group else "set_mention_off",
        "empty_digest": f"set_empty_{changed.empty_digest or 'usual'}",
    }
    kind = values.get(name, f"set_who_{changed.configured_by}")
    return localized(language, f"change.{kind}", n=len(changed.configurers), value=group)
