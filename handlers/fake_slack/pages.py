"""Serves the page, its live stream, and the actions that people take on it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib import resources

from aiohttp import web

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.field_checks import InvalidBlock
from handlers.fake_slack.guard import SECURITY_HEADERS
from handlers.fake_slack.interactions import Interactions
from handlers.fake_slack.models import Channel, Json, Message, User
from handlers.fake_slack.people import People
from handlers.fake_slack.sockets import SocketHub

MESSAGES_MAX = 200
MERGE_SECONDS = 0.05
HEARTBEAT_SECONDS = 15.0
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
TYPES |= {".svg": "image/svg+xml"}
INPUTS = frozenset({"value", "values"})
"""The fields of an action that hold any JSON."""
PageAction = Callable[[Json], Awaitable[object]]


@dataclass(eq=False)
class Stream:
    """One open page with the changes that it has not received yet; a slow page merges its changes."""

    changes: set[str] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    async def line(self) -> bytes:
        """Returns the next server-sent event, several changes merged; empty at the end."""
        try:
            await asyncio.wait_for(self.changed.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            return b": still here\n\n"
        if not self.ended:
            await asyncio.sleep(MERGE_SECONDS)
        if self.ended:
            return b""
        changes, self.changes = sorted(self.changes), set()
        self.changed.clear()
        return f"event: change\ndata: {json.dumps(changes)}\n\n".encode()


class Pages:
    """The sandbox's page and its endpoints."""

    def __init__(self, context: FakeSlackContext, people: People, interactions: Interactions, hub: SocketHub) -> None:
        self.context, self.people, self.interactions, self.hub = context, people, interactions, hub
        self.http_mode: Callable[[], bool] = lambda: people.dispatch.signed_http.url is not None
        self.tools: Callable[[], Json] | None = None
        """What the page shows of the sandbox around this Slack; None where nothing is around it."""
        self.gallery: Callable[[], Json] | None = None
        """Every message and view in both languages; None where nothing renders them."""
        self.hints: list[Json] = []
        """What can be typed after the app's command, in both languages."""
        self._streams: set[Stream] = set()
        context.state.listen(self._notify)
        self.actions: dict[str, PageAction] = {
            "command": self._command,
            "say": lambda form: people.say(form["text"], form["channel"], form["user"], form.get("thread_ts")),
            "click": self._click,
            "submit": lambda form: interactions.submit(form["user"], form.get("values") or {}),
            "close": lambda form: interactions.close_modal(form["user"], everything=form.get("all") == "true"),
            "home": lambda form: people.open_home(form["user"], form.get("tab", "home")),
            "invite": lambda form: people.invite(form["channel"], form["user"], form.get("guest")),
            "kick": lambda form: people.kick(form["channel"], form.get("guest")),
            "archive": lambda form: people.set_archived(form["channel"], form["user"], True),
            "unarchive": lambda form: people.set_archived(form["channel"], form["user"], False),
            "shortcut": self._shortcut,
            "suggest": self._suggest,
        }

    def add_routes(self, app: web.Application) -> None:
        """Adds the page at /, its files, its stream and its actions."""
        app.router.add_get("/", self._file)
        app.router.add_get("/page/{name}", self._file)
        app.router.add_get("/archives/{channel}/{ts}", self._file)
        app.router.add_get("/sandbox/events", self._stream)
        app.router.add_get("/sandbox/state", self._state)
        app.router.add_get("/sandbox/hints", self._send_hints)
        app.router.add_get("/gallery", self._file)
        app.router.add_get("/sandbox/gallery", self._send_gallery)
        app.router.add_post("/sandbox/{action}", self._run_action)

    def close(self) -> None:
        """End every live stream."""
        for stream in self._streams:
            stream.ended = True
            stream.changed.set()

    def _notify(self, change: str) -> None:
        for stream in self._streams:
            stream.changes.add(change)
            stream.changed.set()

    async def _file(self, request: web.Request) -> web.Response:
        page = "gallery.html" if request.path == "/gallery" else "index.html"
        name = request.match_info.get("name", page)
        known = {entry.name: entry for entry in resources.files("handlers.fake_slack").joinpath("page").iterdir()}
        suffix = name[name.rfind(".") :] if "." in name else ""
        if name not in known or suffix not in TYPES:
            return web.Response(status=404, text="not found\n")
        headers = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
        return web.Response(body=known[name].read_bytes(), content_type=TYPES[suffix], charset="utf-8", headers=headers)

    async def _send_hints(self, _request: web.Request) -> web.Response:
        return web.json_response({"hints": self.hints})

    async def _send_gallery(self, _request: web.Request) -> web.Response:
        if self.gallery is None:
            return web.Response(status=404, text="not found\n")
        return web.json_response(self.gallery())

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Sends an event for every change; the page then requests the state that it shows."""
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

    async def _run_action(self, request: web.Request) -> web.Response:
        action = self.actions.get(request.match_info["action"])
        if action is None:
            return web.json_response({"ok": False, "error": "unknown action"}, status=404)
        if request.content_type != "application/json":
            return web.json_response({"ok": False, "error": "JSON only"}, status=415)
        try:
            outcome = await action(_form(await request.json()))
        except (KeyError, ValueError, LookupError, TypeError, InvalidBlock) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        except ApiError as refusal:
            return web.json_response(refusal.body(), status=400)
        options = {"options": outcome} if isinstance(outcome, list) else {}
        return web.json_response({"ok": True, "acked": getattr(outcome, "acked", None), **options})

    async def _command(self, form: Json) -> object:
        outcome, _ = await self.people.command(form["command"], form["text"], form["channel"], form["user"])
        return outcome

    async def _click(self, form: Json) -> object:
        value, block_id = form.get("value"), form.get("block_id")
        where = form.get("where", "message")
        if where in ("home", "modal"):
            values = form.get("values") or {}
            return await self.interactions.press_in_view(
                form["user"], where, form["action_id"], value, block_id, values
            )
        return await self.interactions.press_in_message(
            form["user"], form["channel"], form["ts"], form["action_id"], value, block_id
        )

    async def _shortcut(self, form: Json) -> object:
        if not form.get("ts"):
            return await self.interactions.global_shortcut(form["user"], form["callback_id"])
        return await self.interactions.shortcut(form["user"], form["channel"], form["ts"], form["callback_id"])

    async def _suggest(self, form: Json) -> object:
        """Asks the app for the options of an external select."""
        where, channel, ts = form.get("where", "modal"), form.get("channel", ""), form.get("ts", "")
        return await self.interactions.suggestions(form["user"], where, form["action_id"], form["typed"], channel, ts)

    async def _state(self, request: web.Request) -> web.Response:
        team, known = self.context.team(), self.context.state.users.values()
        users = [user for user in known if not user.is_bot and self.context.state.knows(team, user)]
        viewer_id = request.query.get("viewer", "")
        viewer = next((user for user in users if user.id == viewer_id), users[0])
        page_state = self._frame(viewer, users) | self._channels(viewer)
        channel = self.context.state.channels.get(request.query.get("channel", ""))
        if channel is not None and viewer.id in channel.members:
            page_state |= self._conversation(channel, viewer, request.query.get("thread", ""))
        return web.json_response(page_state, headers={"Cache-Control": "no-store"})

    def _frame(self, viewer: User, users: list[User]) -> Json:
        team, now = self.context.team(), self.context.clock()
        home, modal = self.context.state.homes.get(viewer.id), self.interactions.top_modal(viewer)
        groups = self.context.state.user_groups.values()
        return {
            "team": {"id": team.id, "name": team.name},
            "viewer": viewer.id,
            "bot": {"id": team.bot_user_id, "name": "pactbot"},
            "users": [
                user.public(now, include_locale=True) | {"team": self.context.team_of(user).name} for user in users
            ],
            "user_groups": [{"id": each["id"], "handle": each["handle"]} for each in groups],
            "now": now,
            "shortcuts": self.context.shortcuts,
            "tools": self.tools() if self.tools is not None else None,
            "modal_depth": len(self.context.state.modals.get(viewer.id, [])),
            "connections": len(self.hub.connections),
            "http_mode": self.http_mode(),
            "home": home.public(self.context.state.app_id, team.bot_id) if home else None,
            "modal": modal.public(self.context.state.app_id, team.bot_id) if modal else None,
            "modal_errors": self.interactions.modal_errors.get(viewer.id, {}),
        }

    def _channels(self, viewer: User) -> Json:
        team = self.context.team()
        channels = [
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
        return {"channels": channels}

    def _conversation(self, channel: Channel, viewer: User, thread_ts: str) -> Json:
        state = self.context.state
        messages = list(state.top_level(channel, viewer.id))[-MESSAGES_MAX:]
        page_state: Json = {
            "channel": channel.id,
            "messages": [_public(message, state.thread(channel, message.ts)) for message in messages],
        }
        parent = channel.by_ts.get(thread_ts)
        if parent is not None:
            replies = state.thread(channel, parent.ts, viewer.id)
            page_state["thread"] = {
                "parent": _public(parent, replies),
                "replies": [_public(reply) for reply in replies],
            }
        return page_state


def _form(body: object) -> Json:
    """Returns the fields of an action; raises ValueError unless they are an object, and all but the inputs are text."""
    if not isinstance(body, dict):
        raise ValueError("a JSON object only")
    for name, value in body.items():
        if name not in INPUTS and not isinstance(value, str | None):
            raise ValueError(f"not a text: {name}")
    return body


def _public(message: Message, replies: list[Message] | None = None) -> Json:
    return message.public(with_metadata=False, replies=replies)
