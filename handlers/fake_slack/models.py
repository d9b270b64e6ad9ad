"""Models teams, people, channels, messages and views."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Guest = Literal["", "channels", "channel"]
"""Whether a person is a guest of several channels, or of one."""


@dataclass
class Team:
    """One workspace with our app in it."""

    id: str
    name: str
    domain: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    enterprise_id: str | None = None
    installed: bool = True


@dataclass
class User:
    """A person, or the bot's own user."""

    id: str
    team_id: str
    name: str
    real_name: str
    locale: str = "en-US"
    tz: str = "America/New_York"
    is_bot: bool = False
    is_admin: bool = False
    guest: Guest = ""

    def public(self, now: float, include_locale: bool = False) -> Json:
        """The user object of users.info and users.list."""
        moment = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(self.tz))
        offset = moment.utcoffset()
        fields: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": False,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": moment.tzname(),
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": {"real_name": self.real_name, "display_name": self.real_name, "team": self.team_id},
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_restricted": bool(self.guest),
            "is_ultra_restricted": self.guest == "channel",
            "is_bot": self.is_bot,
            "is_app_user": False,
        }
        if include_locale:
            fields["locale"] = self.locale
        return fields


@dataclass
class Message:
    """One message; an ephemeral one is visible to `only_for` alone and appears in no history."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    bot_id: str | None = None
    app_id: str | None = None
    team_id: str = ""
    subtype: str | None = None
    edited_ts: str | None = None
    only_for: str | None = None
    origin: str | None = None  # token of the response_url that it came through
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)

    @property
    def at(self) -> float:
        """The time of posting, in seconds since 1970."""
        return float(self.ts)

    def all_blocks(self) -> list[Json]:
        """The blocks of the message and of its attachments."""
        return [*self.blocks, *(block for each in self.attachments for block in each.get("blocks", []))]

    def is_in_thread(self) -> bool:
        """Returns whether it is posted under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def is_reply(self) -> bool:
        """Returns whether it is a thread reply that was not also sent to the channel."""
        return self.is_in_thread() and self.subtype != "thread_broadcast"

    def public(self, with_metadata: bool = False, replies: list[Message] | None = None) -> Json:
        """The message object of history, events and answers."""
        fields: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": self.team_id}
        if self.subtype:
            fields["subtype"] = self.subtype
        if self.bot_id:
            fields |= {"bot_id": self.bot_id, "app_id": self.app_id}
        if self.blocks:
            fields["blocks"] = self.blocks
        if self.attachments:
            fields["attachments"] = self.attachments
        if self.files:
            fields["files"] = self.files
        if self.edited_ts:
            fields["edited"] = {"user": self.user, "ts": self.edited_ts}
        if with_metadata and self.metadata:
            fields["metadata"] = self.metadata
        if self.thread_ts:
            fields["thread_ts"] = self.thread_ts
        if self.only_for:
            fields["is_ephemeral"] = True
        if replies:
            fields |= {
                "thread_ts": self.ts,
                "reply_count": len(replies),
                "reply_users": sorted({reply.user for reply in replies}),
                "latest_reply": replies[-1].ts,
            }
        return fields


@dataclass
class Channel:
    """A public (C…) or private (G…) channel, or a direct conversation (D…), with the app or between people."""

    id: str
    team_id: str
    name: str
    private: bool = False
    person: str | None = None  # the human side of a direct conversation
    archived: bool = False
    created_at: float = 0.0
    creator: str = ""
    members: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)  # in the order of their ts
    by_ts: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[Message]] = field(default_factory=dict)  # replies by their parent's ts

    @property
    def is_direct(self) -> bool:
        """True for a direct conversation between a person and the app."""
        return self.person is not None

    def public(self, viewer: str) -> Json:
        """The conversation object of conversations.info and .list."""
        fields: Json = {
            "id": self.id,
            "created": int(self.created_at),
            "is_archived": self.archived,
            "is_im": self.is_direct,
            "is_mpim": False,
            "is_private": self.private or self.is_direct,
            "context_team_id": self.team_id,
        }
        if self.is_direct:
            return fields | {"user": self.person, "is_user_deleted": False}
        return fields | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_general": self.name == "general",
            "is_member": viewer in self.members,
            "num_members": len(self.members),
            "creator": self.creator,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


@dataclass
class View:
    """A modal on someone's stack, or someone's published home tab."""

    id: str
    team_id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)

    def public(self, app_id: str, bot_id: str) -> Json:
        """The view object of views.* answers and interaction payloads."""
        fields: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "type": self.body["type"],
            "blocks": self.body["blocks"],
            "private_metadata": self.body.get("private_metadata", ""),
            "callback_id": self.body.get("callback_id", ""),
            "external_id": self.body.get("external_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": self.body.get("title"),
            "submit": self.body.get("submit"),
            "close": self.body.get("close"),
            "clear_on_close": bool(self.body.get("clear_on_close", False)),
            "notify_on_close": bool(self.body.get("notify_on_close", False)),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": app_id,
            "app_installed_team_id": self.team_id,
            "bot_id": bot_id,
        }
        return fields
