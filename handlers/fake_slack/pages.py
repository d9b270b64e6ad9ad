"""Serves the page, its live stream, and what people do on it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib import resources

from aiohttp import web

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.guard import SECURITY_HEADERS
from handlers.fake_slack.interactions import Interactions
from handlers.fake_slack.models import Channel, Json, Message, User
from handlers.fake_slack.people import People
from handlers.fake_slack.sockets import SocketHub

MOST_MESSAGES = 200
SETTLE_SECONDS = 0.05
HEARTBEAT_SECONDS = 15.0
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
TYPES |= {".svg": "image/svg+xml"}
Deed = Callable[[Json], Awaitable[object]]


@dataclass(eq=False)
class Stream:
    """One open page: what changed since it was last told. However slow the page is, this stays small."""

    changes: set[str] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    async def line(self) -> bytes:
        """The next thing to tell; several changes within a moment are told once. Empty at the end."""
        try:
            await asyncio.wait_for(self.news.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            return b": still here\n\n"
        if not self.ended:
            await asyncio.sleep(SETTLE_SECONDS)
        if self.ended:
            return b""
        told, self.changes = sorted(self.changes), set()
        self.news.clear()
        return f"event: change\ndata: {json.dumps(told)}\n\n".encode()


class Pages:
    """The sandbox's page and the endpoints behind it."""

    def __init__(self, context: FakeSlackContext, people: People, presses: Interactions, hub: SocketHub) -> None:
        self.context, self.people, self.presses, self.hub = context, people, presses, hub
        self.http_mode: Callable[[], bool] = lambda: people.courier.postman.url is not None
        self._streams: set[Stream] = set()
        context.state.listen(self._tell)
        self.deeds: dict[str, Deed] = {
            "command": self._command,
            "say": lambda d: people.say(d["text"], d["channel"], d["user"], d.get("thread_ts")),
            "click": self._click,
            "submit": lambda d: presses.submit(d["user"], d.get("values") or {}),
            "close": lambda d: presses.close_modal(d["user"]),
            "home": lambda d: people.open_home(d["user"], d.get("tab", "home")),
            "invite": lambda d: people.invite(d["channel"], d["user"], d.get("guest")),
            "kick": lambda d: people.kick(d["channel"], d.get("guest")),
            "archive": lambda d: people.set_archived(d["channel"], d["user"], True),
            "unarchive": lambda d: people.set_archived(d["channel"], d["user"], False),
            "shortcut": lambda d: presses.shortcut(d["user"], d["channel"], d["ts"], d["callback_id"]),
        }

    def add_routes(self, app: web.Application) -> None:
        """The page at /, its files, its stream and its deeds."""
        app.router.add_get("/", self._file)
        app.router.add_get("/page/{name}", self._file)
        app.router.add_get("/archives/{channel}/{ts}", self._file)
        app.router.add_get("/sandbox/events", self._stream)
        app.router.add_get("/sandbox/state", self._state)
        app.router.add_post("/sandbox/{deed}", self._do)

    def close(self) -> None:
        """End every live stream."""
        for stream in self._streams:
            stream.ended = True
            stream.news.set()

    def _tell(self, what: str) -> None:
        for stream in self._streams:
            stream.changes.add(what)
            stream.news.set()

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "index.html")
        known = {entry.name: entry for entry in resources.files("handlers.fake_slack").joinpath("page").iterdir()}
        suffix = name[name.rfind(".") :] if "." in name else ""
        if name not in known or suffix not in TYPES:
            return web.Response(status=404, text="not found\n")
        headers = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
        return web.Response(body=known[name].read_bytes(), content_type=TYPES[suffix], charset="utf-8", headers=headers)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: a word whenever something changed; the page then asks for what it shows."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        stream = Stream()
        self._streams.add(stream)
        try:
            await response.write(b"event: hello\ndata: {}\n\n")
            while line := await stream.line():
                await response.write(line)
        except ConnectionError:
            return response
        finally:
            self._streams.discard(stream)
        return response

    async def _do(self, request: web.Request) -> web.Response:
        deed = self.deeds.get(request.match_info["deed"])
        if deed is None:
            return web.json_response({"ok": False, "error": "unknown deed"}, status=404)
        if request.content_type != "application/json":
            return web.json_response({"ok": False, "error": "JSON only"}, status=415)
        try:
            done = await deed(await request.json())
        except (KeyError, ValueError, LookupError, TypeError) as wrong:
            return web.json_response({"ok": False, "error": str(wrong)}, status=400)
        except ApiError as refusal:
            return web.json_response(refusal.body(), status=400)
        return web.json_response({"ok": True, "acked": getattr(done, "acked", None)})

    async def _command(self, told: Json) -> object:
        outcome, _ = await self.people.command(told["command"], told["text"], told["channel"], told["user"])
        return outcome

    async def _click(self, told: Json) -> object:
        value, block_id = told.get("value"), told.get("block_id")
        where = told.get("where", "message")
        if where in ("home", "modal"):
            return await self.presses.press_in_view(told["user"], where, told["action_id"], value, block_id)
        return await self.presses.press_in_message(
            told["user"], told["channel"], told["ts"], told["action_id"], value, block_id
        )

    async def _state(self, request: web.Request) -> web.Response:
        users = [u for u in self.context.state.users.values() if not u.is_bot and u.team_id == self.context.team().id]
        wanted = request.query.get("viewer", "")
        viewer = next((user for user in users if user.id == wanted), users[0])
        shown = self._frame(viewer, users) | self._places(viewer)
        channel = self.context.state.channels.get(request.query.get("channel", ""))
        if channel is not None and viewer.id in channel.members:
            shown |= self._conversation(channel, viewer, request.query.get("thread", ""))
        return web.json_response(shown, headers={"Cache-Control": "no-store"})

    def _frame(self, viewer: User, users: list[User]) -> Json:
        team, now = self.context.team(), self.context.clock()
        home, modal = self.context.state.homes.get(viewer.id), self.presses.top_modal(viewer)
        return {
            "team": {"id": team.id, "name": team.name},
            "viewer": viewer.id,
            "bot": {"id": team.bot_user_id, "name": "pactbot"},
            "users": [user.public(now, include_locale=True) for user in users],
            "connections": len(self.hub.connections),
            "http_mode": self.http_mode(),
            "home": home.public(self.context.state.app_id, team.bot_id) if home else None,
            "modal": modal.public(self.context.state.app_id, team.bot_id) if modal else None,
            "modal_errors": self.presses.modal_errors.get(viewer.id, {}),
        }

    def _places(self, viewer: User) -> Json:
        team = self.context.team()
        places = [
            {
                "id": channel.id,
                "name": channel.name,
                "direct": channel.is_direct,
                "private": channel.private,
                "archived": channel.archived,
                "has_bot": team.bot_user_id in channel.members,
                "people": len(channel.members),
                "latest": self.context.state.latest_seen(channel, viewer.id),
            }
            for channel in self.context.state.channels.values()
            if viewer.id in channel.members and channel.team_id == team.id
        ]
        return {"channels": places}

    def _conversation(self, channel: Channel, viewer: User, thread_ts: str) -> Json:
        state = self.context.state
        messages = list(state.top_level(channel, viewer.id))[-MOST_MESSAGES:]
        shown: Json = {"channel": channel.id, "messages": [_drawn(m, state.thread(channel, m.ts)) for m in messages]}
        parent = channel.by_ts.get(thread_ts)
        if parent is not None:
            below = state.thread(channel, parent.ts, viewer.id)
            shown["thread"] = {"parent": _drawn(parent, below), "replies": [_drawn(m) for m in below]}
        return shown


def _drawn(message: Message, replies: list[Message] | None = None) -> Json:
    return message.public(with_metadata=False, replies=replies)
