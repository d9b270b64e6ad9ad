"""Speaks to channels: posts once, edits, finds what was posted; every failure is one of our errors."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.message import render, render_home
from handlers.blocks.message_builder import RenderedMessage
from handlers.cards.shown import Shown
from handlers.client import DEADLINE_SECONDS, close_client
from handlers.error_mapping import as_post_error
from handlers.errors import MissingScope, OutcomeUnknown, TokenRevoked
from handlers.text.words import NO_NAMES, Names

EVENT_TYPE = "pact_delivery"
PAGE_MESSAGES = 200
PAGES_MAX = 50
"""Of one reading back: ten thousand messages."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands."""

    ts: str
    channel: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token belongs to."""

    team: str
    bot_user: str
    bot_id: str | None
    team_name: str = ""
    url: str = ""
    enterprise: str | None = None
    scopes: tuple[str, ...] = ()
    """What the token may do, where Slack says so."""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What Slack tells of a channel."""

    id: str
    name: str
    archived: bool
    member: bool
    private: bool
    direct: bool


@dataclass(frozen=True, slots=True)
class UserFacts:
    """What Slack tells of a person."""

    id: str
    locale: str | None
    timezone: str | None
    name: str = ""
    admin: bool = False


class Poster:
    """All that the bot says to Slack's Web API. Every method raises PostError's kinds and nothing else."""

    def __init__(
        self,
        client: AsyncWebClient,
        names: Names = NO_NAMES,
        command: str = "/pact",
        deadline_seconds: float = DEADLINE_SECONDS,
        pages_max: int = PAGES_MAX,
    ) -> None:
        self.client = client
        self.names = names
        self.command = command
        self._deadline_seconds = deadline_seconds
        self._pages_max = pages_max

    async def close(self) -> None:
        """Ends the connections."""
        await close_client(self.client)

    # ── what is written ──────────────────────────────────────────────────────────────────────────────────────

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Posted:
        """Posts a card once, marked with its delivery's key; ``plain`` sends text where blocks were refused."""
        message = self.message(shown)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        body = _body(message, plain) | {"channel": channel, "metadata": metadata}
        answer = await self._call("chat.postMessage", channel, body | ({"thread_ts": thread_ts} if thread_ts else {}))
        return Posted(str(answer["ts"]), str(answer.get("channel") or channel))

    async def edit(self, channel: str, ts: str, shown: Shown, *, plain: bool = False) -> None:
        """Shows another state of a posted card. Its metadata stay as they are; doing it twice does no harm."""
        message = self.message(shown)
        body = _body(message, plain) | {"channel": channel, "ts": ts}
        await self._call("chat.update", channel, body)

    async def say(self, channel: str, message: RenderedMessage, *, thread_ts: str | None = None) -> Posted:
        """Posts an answer where no ephemeral one is possible: in a direct message, or in a thread."""
        body = _body(message) | {"channel": channel}
        answer = await self._call("chat.postMessage", channel, body | ({"thread_ts": thread_ts} if thread_ts else {}))
        return Posted(str(answer["ts"]), str(answer.get("channel") or channel))

    async def whisper(self, channel: str, user: str, message: RenderedMessage, *, thread_ts: str | None = None) -> None:
        """Shows an answer to one person alone."""
        body = _body(message) | {"channel": channel, "user": user}
        await self._call("chat.postEphemeral", channel, body | ({"thread_ts": thread_ts} if thread_ts else {}))

    async def publish_home(self, user: str, shown: Shown) -> None:
        """Shows the home tab."""
        view = render_home(shown, self.names, self.command)
        await self._call("views.publish", user, {"user_id": user, "view": view})

    async def open_direct(self, user: str) -> str:
        """The channel id of the direct message with a person."""
        answer = await self._call("conversations.open", user, {"users": user})
        return str(answer["channel"]["id"])

    # ── what is read ─────────────────────────────────────────────────────────────────────────────────────────

    async def find(
        self, channel: str, key: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None
    ) -> str | None:
        """The ts of the message that carries a delivery's key, or None when it is on no page of that time."""
        async for message in self._between(channel, since_at, until_at, thread_ts):
            if _key_of(message) == key:
                return str(message["ts"])
        return None

    async def keys_between(
        self, channel: str, since_at: datetime, until_at: datetime, *, thread_ts: str | None = None
    ) -> Counter[str]:
        """How often each delivery's key stands in a channel (or a thread) in that time."""
        found: Counter[str] = Counter()
        async for message in self._between(channel, since_at, until_at, thread_ts):
            if (key := _key_of(message)) is not None:
                found[key] += 1
        return found

    async def _between(
        self, channel: str, since_at: datetime, until_at: datetime, thread_ts: str | None
    ) -> AsyncGenerator[Mapping[str, Any], None]:
        """Every message of that time, page by page; raises OutcomeUnknown when there are more pages than are read."""
        method = "conversations.replies" if thread_ts else "conversations.history"
        query: dict[str, Any] = {
            "channel": channel,
            "include_all_metadata": True,
            "inclusive": True,
            "oldest": f"{since_at.timestamp():.6f}",
            "latest": f"{until_at.timestamp():.6f}",
            "limit": PAGE_MESSAGES,
        }
        if thread_ts:
            query["ts"] = thread_ts
        for _ in range(self._pages_max):
            answer = await self._call(method, channel, query)
            for message in answer.get("messages") or []:
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            query["cursor"] = cursor
        raise OutcomeUnknown("too_many_pages", channel)

    async def confirm(self) -> bool:
        """Whether the token is good: False only when Slack says definitely that it is not."""
        try:
            await self.identity()
        except TokenRevoked:
            return False
        return True

    async def confirm_app(self, app_token: str) -> bool:
        """Whether an app token opens sockets: False only when Slack says definitely that it does not."""
        try:
            with as_post_error():
                async with asyncio.timeout(self._deadline_seconds):
                    await self.client.apps_connections_open(app_token=app_token)
        except TokenRevoked:
            return False
        return True

    async def identity(self) -> Identity:
        """Whom the token belongs to."""
        with as_post_error():
            async with asyncio.timeout(self._deadline_seconds):
                answer = await self.client.api_call("auth.test")
        scopes = next((value for key, value in answer.headers.items() if key.lower() == "x-oauth-scopes"), "")
        return Identity(
            team=str(answer.get("team_id") or ""),
            bot_user=str(answer.get("user_id") or ""),
            bot_id=answer.get("bot_id"),
            team_name=str(answer.get("team") or ""),
            url=str(answer.get("url") or ""),
            enterprise=answer.get("enterprise_id"),
            scopes=tuple(each.strip() for each in scopes.split(",") if each.strip()),
        )

    async def channel_facts(self, channel: str) -> ChannelFacts | None:
        """What a channel is; None without the scope to ask."""
        try:
            answer = await self._call("conversations.info", channel, {"channel": channel})
        except MissingScope:
            return None
        found = answer.get("channel") or {}
        return ChannelFacts(
            id=channel,
            name=str(found.get("name") or ""),
            archived=bool(found.get("is_archived")),
            member=bool(found.get("is_member") or found.get("is_im")),
            private=bool(found.get("is_private")),
            direct=bool(found.get("is_im")),
        )

    async def user_facts(self, user: str) -> UserFacts | None:
        """A person's language and zone; None without the scope to ask."""
        try:
            answer = await self._call("users.info", user, {"user": user, "include_locale": True})
        except MissingScope:
            return None
        found = answer.get("user") or {}
        return UserFacts(
            id=user,
            locale=found.get("locale"),
            timezone=found.get("tz"),
            name=str((found.get("profile") or {}).get("display_name") or found.get("name") or ""),
            admin=bool(found.get("is_admin") or found.get("is_owner")),
        )

    def message(self, shown: Shown) -> RenderedMessage:
        """A card in this workspace's words."""
        return render(shown, self.names, self.command)

    async def _call(self, method: str, where: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """One call, once, inside the deadline. Reading methods want form fields, JSON values written as text."""
        fields = {key: _field(value) for key, value in body.items()}
        with as_post_error(where):
            async with asyncio.timeout(self._deadline_seconds):
                answer = await self.client.api_call(method, data=fields)
        data = answer.data
        if not isinstance(data, dict):
            raise OutcomeUnknown("no_json", where)
        return data


def _field(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _body(message: RenderedMessage, plain: bool = False) -> dict[str, Any]:
    """What every message carries: nothing unfolds, no name becomes a ping."""
    body: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "link_names": False}
    if plain:
        return body | {"text": message.plain}
    return body | {"text": message.text, "blocks": message.blocks}


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return (metadata.get("event_payload") or {}).get("key")
