"""Calls Slack's Web API: posts once, edits, reads back; every failure is a PostError."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.blocks.message import render
from handlers.blocks.message_builder import RenderedMessage
from handlers.cards.file import FileToSend
from handlers.cards.shown import Shown
from handlers.client import DEADLINE_SECONDS, close_client
from handlers.error_mapping import as_post_error
from handlers.errors import MissingScope, NotUnderstood, OutcomeUnknown, TokenRevoked
from handlers.history import EVENT_TYPE, HistoryPage, page_from, ts_of
from handlers.requests import ViewRef
from handlers.slack_facts import (
    ChannelFacts,
    Identity,
    Posted,
    UserFacts,
    UserGroup,
    channel_facts_from,
    identity_from,
    user_facts_from,
    user_groups_from,
)
from handlers.text.words import NO_NAMES, Names
from handlers.upload import upload
from handlers.views.home_tab import home_view
from handlers.views.modal import modal_view
from handlers.views.unfurls import unfurls

PAGE_MESSAGES = 200
LIMITED_PAGE_MESSAGES = 15
"""The most that Slack gives an app which is distributed outside its Marketplace."""
PAGE_CHANNELS = 500
CHANNEL_PAGES_MAX = 8
"""Four thousand channels; a channel behind them counts as one that the person is not in."""


APPLIED_PAUSES_SECONDS = (0.05, 0.2, 0.5, 1.0)
"""Pauses between the tries to update a view that Slack has not shown yet; a person may have closed it by then."""
EXPIRED = "token_expired"
"""Slack's code for a token that has to be refreshed."""
NO_UNFURLS = {"unfurl_links": False, "unfurl_media": False}
"""No link of a new message unfurls; edits and ephemeral messages have no such field."""


class TokenSource(Protocol):
    """Knows the token of one workspace, which may change at any time."""

    async def token(self) -> str:
        """Returns the token of the moment. Raises PostError where there is none; nothing was called then."""

    async def renewed(self, refused: str) -> str:
        """Returns the token that replaces one which Slack called expired. Raises PostError."""


class Poster:
    """Makes every Web API call to a workspace. Every method raises the kinds of PostError and nothing else."""

    def __init__(
        self,
        client: AsyncWebClient,
        names: Names = NO_NAMES,
        command: str = "/pact",
        deadline_seconds: float = DEADLINE_SECONDS,
        page_channels: int = PAGE_CHANNELS,
        *,
        team: str = "",
        tokens: TokenSource | None = None,
    ) -> None:
        """``tokens``: without them the client has the one token. ``team``: named where an organization's token acts."""
        self.client = client
        self.names = names
        self.command = command
        self._deadline_seconds = deadline_seconds
        self._page_messages = PAGE_MESSAGES
        self._page_channels = page_channels
        self._team = team
        self._tokens = tokens

    async def close(self) -> None:
        """Closes the connections."""
        await close_client(self.client)

    def message(self, shown: Shown) -> RenderedMessage:
        """Renders a card with this workspace's command and topic names."""
        return render(shown, self.names, self.command)

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Posted:
        """Posts a card once, with its delivery's key as metadata; ``plain`` sends text after blocks were rejected."""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        body = _body(self.message(shown), plain) | {"channel": channel, "metadata": metadata}
        if thread_ts and shown.broadcast:
            body["reply_broadcast"] = True
        return await self._post(channel, body, thread_ts)

    async def post_answer(self, channel: str, message: RenderedMessage, *, thread_ts: str | None = None) -> Posted:
        """Posts an answer in a direct message, where no ephemeral message is possible."""
        return await self._post(channel, _body(message) | {"channel": channel}, thread_ts)

    async def _post(self, channel: str, body: dict[str, Any], thread_ts: str | None) -> Posted:
        answer = await self._call("chat.postMessage", channel, _in_thread(body | NO_UNFURLS, thread_ts))
        ts = ts_of(answer)
        if ts is None:
            raise OutcomeUnknown("no_ts", channel)
        return Posted(ts, str(answer.get("channel") or channel))

    async def edit(self, channel: str, ts: str, shown: Shown, *, plain: bool = False) -> None:
        """Replaces a posted card by its next state. Its metadata stay; a repeated edit does no harm.

        Plain text names empty blocks, because Slack's documentation has said both of blocks that are not named: that
        they stay, and that they go.
        """
        body = {"blocks": []} | _body(self.message(shown), plain) | {"channel": channel, "ts": ts}
        await self._call("chat.update", channel, body)

    async def post_ephemeral(
        self, channel: str, user: str, message: RenderedMessage, *, thread_ts: str | None = None
    ) -> None:
        """Shows an answer to one person alone."""
        body = _body(message) | {"channel": channel, "user": user}
        await self._call("chat.postEphemeral", channel, _in_thread(body, thread_ts))

    async def publish_home(self, user: str, shown: Shown) -> None:
        """Publishes a person's home tab."""
        view = home_view(shown, self.names, self.command)
        await self._call("views.publish", user, {"user_id": user, "view": view})

    async def open_modal(self, trigger_id: str, view: Mapping[str, Any], *, on_top: bool = False) -> ViewRef:
        """Opens a modal, or another one on top of the open one; returns the view as it stands."""
        method = "views.push" if on_top else "views.open"
        answer = await self._call(method, "", {"trigger_id": trigger_id, "view": view})
        opened = answer.get("view") or {}
        return ViewRef(str(opened.get("id") or ""), opened.get("hash"))

    async def update_modal(self, view: ViewRef, shown: Shown, channel: str) -> None:
        """Replaces a modal by a card, unless it changed since ``view.hash``; it remembers where it was opened.

        The view that an acknowledgement shows is named by our own id, which Slack knows once it has applied the
        acknowledgement: an update that comes sooner would be lost behind it, so it is tried again.
        """
        body: dict[str, Any] = {"view": modal_view(shown, self.names, self.command, channel)}
        if view.external_id is None:
            named = {"view_id": view.id} | ({"hash": view.hash} if view.hash else {})
            await self._call("views.update", "", body | named)
            return
        for pause_seconds in APPLIED_PAUSES_SECONDS:
            try:
                await self._call("views.update", "", body | {"external_id": view.external_id})
            except NotUnderstood as error:
                if error.code != "not_found":
                    raise
                await asyncio.sleep(pause_seconds)
            else:
                return
        raise NotUnderstood("not_found")

    async def unfurl(self, unfurl_id: str, source: str, shown: Shown) -> None:
        """Shows what is known of the links of a message below it; without the scope for it Slack refuses."""
        found = unfurls(shown, self.names, self.command)
        if found:
            await self._call("chat.unfurl", "", {"unfurl_id": unfurl_id, "source": source, "unfurls": found})

    async def open_direct(self, user: str) -> str:
        """Returns the channel id of the direct message with a person."""
        answer = await self._call("conversations.open", user, {"users": user})
        return str(answer["channel"]["id"])

    async def send_file(self, user: str, file: FileToSend) -> None:
        """Sends a file to a person's direct message, at most once: an unknown outcome is not looked for."""
        channel = await self.open_direct(user)
        fields = {"filename": file.name, "length": len(file.content)} | (
            {"alt_txt": file.alt_text} if file.alt_text else {}
        )
        slot = await self._call("files.getUploadURLExternal", channel, fields)
        await upload(self.client, str(slot.get("upload_url") or ""), file.content)
        uploaded = [{"id": str(slot.get("file_id") or ""), "title": file.title}]
        await self._call("files.completeUploadExternal", channel, {"files": uploaded, "channel_id": channel})

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

    async def read_page(
        self, channel: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None, cursor: str = ""
    ) -> HistoryPage:
        """Reads one page of a channel or thread between two instants, the first or the one of a cursor.

        Slack may give an app 15 messages a page, however many it asks for: then it asks for no more.
        """
        method = "conversations.replies" if thread_ts else "conversations.history"
        query: dict[str, Any] = {
            "channel": channel,
            "include_all_metadata": True,
            "inclusive": True,
            "oldest": f"{since_at.timestamp():.6f}",
            "latest": f"{until_at.timestamp():.6f}",
            "limit": self._page_messages,
        }
        query |= {"ts": thread_ts} if thread_ts else {}
        page = page_from(await self._call(method, channel, query | ({"cursor": cursor} if cursor else {})), channel)
        if page.next_cursor and page.messages <= LIMITED_PAGE_MESSAGES + 1:  # replies bring their parent too
            self._page_messages = LIMITED_PAGE_MESSAGES
        return page

    async def confirm(self) -> bool:
        """Returns whether the token works; False only when Slack definitely says that it does not."""
        try:
            await self.identity()
        except TokenRevoked:
            return False
        return True

    async def confirm_app(self, app_token: str) -> bool:
        """Returns whether an app token opens sockets; False only when Slack definitely says that it does not."""
        try:
            with as_post_error():
                async with asyncio.timeout(self._deadline_seconds):
                    await self.client.apps_connections_open(app_token=app_token)
        except TokenRevoked:
            return False
        return True

    async def identity(self) -> Identity:
        """Returns the installation that the token belongs to."""
        answer = await self._answer("auth.test", "", {})
        return identity_from(_json_of(answer.data), answer.headers)

    async def channel_facts(self, channel: str) -> ChannelFacts | None:
        """Returns a channel's facts; None without the scope for it."""
        try:
            answer = await self._call("conversations.info", channel, {"channel": channel})
        except MissingScope:
            return None
        return channel_facts_from(channel, answer.get("channel") or {})

    async def user_facts(self, user: str) -> UserFacts | None:
        """Returns a person's facts; None without the scope for it."""
        try:
            answer = await self._call("users.info", user, {"user": user, "include_locale": True})
        except MissingScope:
            return None
        return user_facts_from(user, answer.get("user") or {})

    async def user_groups(self) -> tuple[UserGroup, ...] | None:
        """Returns the workspace's user groups; None without the scope for it."""
        try:
            return user_groups_from(await self._call("usergroups.list", "", {}))
        except MissingScope:
            return None

    async def channels_of(self, user: str | None, *, private: bool) -> frozenset[str]:
        """Returns ids of the public or private channels of a person, as far as the bot sees them; None is the bot.

        More than ``CHANNEL_PAGES_MAX`` pages are left unread. Raises MissingScope without the scope for the kind.
        """
        kind = "private_channel" if private else "public_channel"
        query: dict[str, Any] = {"types": kind, "limit": self._page_channels}
        query |= ({"user": user} if user is not None else {}) | ({"team_id": self._team} if self._team else {})
        channels: set[str] = set()
        for _ in range(CHANNEL_PAGES_MAX):
            answer = await self._call("users.conversations", user or "", query)
            channels.update(str(channel["id"]) for channel in answer.get("channels") or ())
            query["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not query["cursor"]:
                break
        return frozenset(channels)

    async def _call(self, method: str, channel: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Calls a method once, inside the deadline. Reading methods want form fields, so JSON is written as text."""
        fields = {key: _field(value) for key, value in body.items()}
        answer = await self._answer(method, channel, fields)
        return _json_of(answer.data, channel)

    async def _answer(self, method: str, channel: str, fields: Mapping[str, str]) -> AsyncSlackResponse:
        """Calls with the token of the moment. One that Slack calls expired did nothing, so a new one calls again."""
        if self._tokens is None:
            return await self._answer_to(None, method, channel, fields)
        token = await self._tokens.token()
        try:
            return await self._answer_to(token, method, channel, fields)
        except TokenRevoked as refusal:
            if refusal.code != EXPIRED:
                raise
        return await self._answer_to(await self._tokens.renewed(token), method, channel, fields)

    async def _answer_to(
        self, token: str | None, method: str, channel: str, fields: Mapping[str, str]
    ) -> AsyncSlackResponse:
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        with as_post_error(channel):
            async with asyncio.timeout(self._deadline_seconds):
                return await self.client.api_call(method, data=dict(fields), headers=headers)


def _json_of(data: dict[str, Any] | bytes, channel: str = "") -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise OutcomeUnknown("no_json", channel)
    return data


def _field(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _body(message: RenderedMessage, plain: bool = False) -> dict[str, Any]:
    """Returns the fields of every message: no name becomes a mention."""
    body: dict[str, Any] = {"link_names": False}
    if plain:
        return body | {"text": message.plain}
    return body | {"text": message.text, "blocks": message.blocks}


def _in_thread(body: dict[str, Any], thread_ts: str | None) -> dict[str, Any]:
    return body | {"thread_ts": thread_ts} if thread_ts else body
