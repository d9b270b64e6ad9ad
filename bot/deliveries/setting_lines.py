"""Makes the lines of the settings card from a channel's and a person's rows (pure)."""

from __future__ import annotations

from bot.model import Destination
from bot.store.changes import Change
from bot.store.people import Person
from handlers.cards.settings import SettingLine
from handlers.cards.texts import Note
from handlers.text.times import WASHINGTON, other_capital

_SETTING_OF_FIELD = {
    "language": "language", "timezone": "zone", "threads": "threads", "broadcast": "broadcast",
    "mention_group": "mention", "empty_digest": "empty", "configured_by": "who", "configurers": "who",
    "digest_at": "digest", "digest_cadence": "digest", "digest_weekday": "digest",
    "quiet_from": "quiet", "quiet_to": "quiet",
}  # fmt: skip
"""The setting that a field of a channel belongs to."""


def setting_lines(
    channel: Destination | None, person: Person, language: str, timezone: str, *, direct: bool
) -> tuple[SettingLine, ...]:
    """Returns every setting; ``language`` and ``timezone`` are the workspace's, for a channel without a row."""
    zone, spoken = (channel.timezone, channel.language) if channel else (timezone, language)
    times = (_digest(channel), _quiet(channel), _empty(channel))
    if direct:
        return (*_own(person, channel), *times, _threads(channel))
    return (
        SettingLine("language", Note(f"language.{spoken}"), f"settings language {_other(spoken, 'en', 'ko')}"),
        SettingLine("zone", Note("setting.value", {"value": zone}), f"settings zone {other_capital(zone)}"),
        *times,
        _threads(channel),
        _broadcast(channel),
        _mention(channel),
        _who(channel),
        *_own(person, None),
    )


def settings_of_change(channel: Destination, change: Change) -> tuple[SettingLine, ...]:
    """Returns the settings, as they are now, that a change of a channel's settings was about."""
    person, direct = Person(channel.team, channel.person or ""), channel.person is not None
    every = setting_lines(channel, person, channel.language, channel.timezone, direct=direct)
    fields = change.after.get("values")
    named = {_SETTING_OF_FIELD.get(field) for field in fields} if isinstance(fields, dict) else set()
    named |= {name for name in ("digest", "quiet") if change.what.startswith(f"{name}_")}
    return tuple(line for line in every if line.name in named)


def _own(person: Person, direct: Destination | None) -> tuple[SettingLine, SettingLine]:
    """Returns the person's own language and zone."""
    language = person.language or (direct.language if direct else None)
    zone = person.timezone or (direct.timezone if direct else None)
    language_value = Note(f"language.{language}") if language else Note("setting.not_chosen")
    zone_value = Note("setting.value", {"value": zone}) if zone else Note("setting.not_chosen")
    return (
        SettingLine("own_language", language_value, f"lang {_other(language or 'en', 'en', 'ko')}"),
        SettingLine("own_zone", zone_value, f"settings zone {other_capital(zone or WASHINGTON)} for me"),
    )


def _digest(channel: Destination | None) -> SettingLine:
    if channel is None or channel.digest_at is None:
        return SettingLine("digest", Note("setting.off"), "digest daily 08:30")
    code = "setting.daily" if channel.digest_cadence == "daily" else f"list.digest_{channel.digest_cadence}"
    when = {"at": channel.digest_at, "weekday": channel.digest_weekday}
    return SettingLine("digest", Note(code, when), "digest off")


def _quiet(channel: Destination | None) -> SettingLine:
    if channel is None or not (channel.quiet_from and channel.quiet_to):
        return SettingLine("quiet", Note("setting.off"), "quiet 22:00-07:00")
    hours = {"start": channel.quiet_from, "end": channel.quiet_to}
    return SettingLine("quiet", Note("setting.hours", hours), "quiet off")


def _empty(channel: Destination | None) -> SettingLine:
    value = (channel.empty_digest if channel else None) or "usual"
    return SettingLine("empty", Note(f"setting.empty_{value}"), f"settings empty {_other(value, 'clear', 'skip')}")


def _threads(channel: Destination | None) -> SettingLine:
    is_on = channel is None or channel.threads
    return SettingLine("threads", _on_off(is_on), f"settings threads {'off' if is_on else 'on'}")


def _broadcast(channel: Destination | None) -> SettingLine:
    is_on = channel is not None and channel.broadcast
    return SettingLine("broadcast", _on_off(is_on), f"settings broadcast {'off' if is_on else 'on'}")


def _mention(channel: Destination | None) -> SettingLine:
    if channel is None or channel.mention_group is None:
        return SettingLine("mention", Note("setting.off"), "settings mention @group")
    return SettingLine("mention", Note("setting.major"), "settings mention off", group=channel.mention_group)


def _who(channel: Destination | None) -> SettingLine:
    who = channel.configured_by if channel else "everyone"
    people = channel.configurers if channel and who == "list" else ()
    return SettingLine("who", Note(f"setting.who_{who}"), f"settings who {_other(who, 'everyone', 'admins')}", people)


def _on_off(is_on: bool) -> Note:
    return Note("setting.on" if is_on else "setting.off")


def _other(value: str, first: str, second: str) -> str:
    """Returns the one of two values that a line can change to."""
    return second if value == first else first
