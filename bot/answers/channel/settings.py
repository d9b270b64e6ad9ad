"""Answers ``settings``: shows the settings of this channel, or changes one of them, or a person's language and zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.answers.channel.filled_form import form_of
from bot.answers.channel.own_settings import change_own
from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.permission import READERS, channel_refusal
from bot.answers.registry import answers, restores
from bot.deliveries.change_settings import save_settings
from bot.deliveries.setting_lines import setting_lines
from bot.matching.query.zones import zone_meant, zone_named
from bot.store import destinations, people
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.settings import SettingsCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Asker
from handlers.slack_facts import UserGroup
from handlers.verbs.settings import SettingChange, Settings

_CHANNELS_ONLY = frozenset({"who", "broadcast", "mention"})
KINDS = (
    *("set_threads_on", "set_threads_off", "set_broadcast_on", "set_broadcast_off", "set_mention", "set_mention_off"),
    *("set_empty_skip", "set_empty_clear", "set_empty_usual", "set_language_ko", "set_language_en", "set_zone"),
    *("set_who_everyone", "set_who_admins", "set_who_list"),
)


@answers(Settings)
async def settings(context: AnswerContext, requester: Requester, ask: Settings) -> Shown:
    """Shows the settings, in a modal as a form to whoever may change them; or changes one."""
    if ask.change is None:
        return await _show(context, requester)
    change = ask.change
    if change.name == "zone" and change.value != "auto":
        zone = zone_named(change.value)
        if zone is None:
            return requester.shown(_no_zone(requester, change))
        change = replace(change, value=zone)
    if change.for_me or (requester.asker.direct and change.name in ("language", "zone")):
        return await change_own(context, requester, change.name, change.value)
    return await change_setting(context, requester, change)


async def change_setting(context: AnswerContext, requester: Requester, change: SettingChange) -> Shown:
    """Changes a setting of the channel, whose value was checked, and posts that there."""
    if requester.asker.direct and change.name in _CHANNELS_ONLY:
        return requester.error("settings_of_channels")
    if (change.name, change.value, requester.asker.standing) == ("who", "admins", None):
        return requester.error("admins_unknown")
    shown = change.value
    if change.name == "mention" and change.value != "off":
        groups = await context.user_groups(requester.asker.team)
        if groups is not None and not is_listed(groups, change.value):
            return requester.error("group_unknown")
        shown = group_shown(groups, change.value)
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        values = new_values(change, requester.asker)
        if all(getattr(destination, name) == value for name, value in values.items()):
            return requester.shown(NoticeCard((Note("setting_is_so"),)))
        before = {"values": {name: getattr(destination, name) for name in values}}
        changed = await save_settings(c, destination, values, context.now())
        people_named = {"n": len(changed.configurers)} if change.name == "who" else {}
        after = {"values": values, "value": shown, **people_named}
        recorded = await record_change(c, context, requester, destination, _kind(change), before, after)
    notes = (Note("zone_of_subscriptions"),) if change.name == "zone" else ()
    return await confirm_change(context, requester, recorded, notes)


def group_shown(groups: Sequence[UserGroup] | None, group: str) -> str:
    """Returns a user group's handle as text, which notifies nobody; its id where Slack does not list the groups."""
    return next((f"@{each.handle}" for each in groups or () if each.id == group and each.handle), group)


def is_listed(groups: Sequence[UserGroup], group: str) -> bool:
    """Returns whether Slack lists a user group as the workspace's."""
    return any(each.id == group for each in groups)


def new_values(change: SettingChange, asker: Asker) -> Mapping[str, object]:
    """Returns the fields of the destination that a change writes.

    Whoever names the people that may change a channel is one of them, so that nobody locks himself out; an admin may
    anyway.
    """
    value = change.value
    if change.name in ("threads", "broadcast"):
        return {change.name: value == "on"}
    if change.name == "mention":
        return {"mention_group": None if value == "off" else value}
    if change.name == "empty":
        return {"empty_digest": None if value == "usual" else value}
    if change.name == "language":
        return {"language": value}
    if change.name == "zone":
        return {"timezone": value}
    if value in ("everyone", "admins"):
        return {"configured_by": value, "configurers": ()}
    own = () if asker.standing == "admin" else (asker.user,)
    return {"configured_by": "list", "configurers": tuple(dict.fromkeys((*value.split(), *own)))}


def _kind(change: SettingChange) -> str:
    """Returns the kind of the change, which names its sentence."""
    if change.name == "zone" or (change.name == "mention" and change.value != "off"):
        return f"set_{change.name}"
    value = "list" if change.name == "who" and change.value not in ("everyone", "admins") else change.value
    return f"set_{change.name}_{value}"


@restores(*KINDS)
async def restore_setting(c: Connection, change: Change, made: bool, _person: str, now: datetime) -> None:
    """Sets the setting as the change set it, or as it was before it."""
    assert change.destination is not None
    destination = await destinations.get(c, change.destination)
    assert destination is not None
    values: Any = (change.after if made else change.before)["values"]
    await save_settings(c, destination, values, now)


async def _show(context: AnswerContext, requester: Requester) -> Shown:
    asker, channel = requester.asker, requester.destination
    async with context.store.read() as c:
        person = await people.get(c, asker.team, asker.user)
    may_change = channel_refusal(channel, asker) is None and asker.standing not in READERS
    view = requester.request.view
    if view is not None and not view.is_home and may_change:
        groups = None if asker.direct else await context.user_groups(asker.team)
        return requester.shown(form_of(channel, requester, context.language, context.timezone, groups))
    lines = setting_lines(channel, person, context.language, context.timezone, direct=asker.direct)
    return requester.shown(SettingsCard(lines, requester.zone, asker.direct, may_change), share=True)


def _no_zone(requester: Requester, change: SettingChange) -> ErrorCard:
    """Says that this is no zone, with the line that may have been meant."""
    line, meant = requester.request.line, zone_meant(change.value)
    end = change.position + change.length
    zone, length = meant or ("Asia/Seoul", change.length)
    nearest = line[: change.position] + zone + line[change.position + length : end] + line[end:]
    note = Note("settings_no_zone", {"token": change.value})
    return ErrorCard(line, change.position, max(1, change.length), note, nearest.strip(), example=meant is None)
