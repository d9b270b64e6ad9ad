"""Fills the form of the settings with a channel's row (pure)."""

from __future__ import annotations

from bot.answers.context import Requester
from bot.model import Destination
from handlers.cards.settings import SettingsForm
from handlers.slack_facts import UserGroup


def form_of(
    channel: Destination | None,
    requester: Requester,
    language: str,
    timezone: str,
    groups: tuple[UserGroup, ...] | None,
) -> SettingsForm:
    """Returns the settings as a form; a channel without a row has the workspace's."""
    asker = requester.asker
    has_digest = channel is not None and channel.digest_at is not None
    return SettingsForm(
        language=channel.language if channel else language,
        timezone=channel.timezone if channel else timezone,
        digest=channel.digest_cadence if channel and has_digest else "off",
        digest_at=(channel.digest_at if channel else None) or "",
        weekday=channel.digest_weekday if channel else "mon",
        empty=(channel.empty_digest if channel else None) or "usual",
        quiet_from=(channel.quiet_from if channel else None) or "",
        quiet_to=(channel.quiet_to if channel else None) or "",
        threads=channel is None or channel.threads,
        broadcast=channel is not None and channel.broadcast,
        who=channel.configured_by if channel else "everyone",
        people=channel.configurers if channel else (),
        opened_in=asker.channel,
        zone=requester.zone,
        direct=asker.direct,
        mention=(channel.mention_group if channel else None) or "",
        groups=None if groups is None else tuple((_label(group), group.id) for group in groups),
    )


def _label(group: UserGroup) -> str:
    return f"@{group.handle} · {group.name}" if group.name else f"@{group.handle}"
