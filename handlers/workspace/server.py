"""The pretend Slack as one object: start it, let a bot connect, do what people do, look at what became of it."""

from __future__ import annotations

import asyncio
import socket as sockets_of_the_system
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from aiohttp import web

from handlers.workspace.answers import Address, Answers
from handlers.workspace.api import FrontDesk
from handlers.workspace.api_files import FILE_MAX_BYTES, receive_upload
from handlers.workspace.courier import Courier, Outcome, Patience
from handlers.workspace.delivery import Postman
from handlers.workspace.faults import Faults
from handlers.workspace.furnish import furnish
from handlers.workspace.guard import guard
from handlers.workspace.limits import Pace
from handlers.workspace.nouns import Json, Message, User
from handlers.workspace.office import CallRecord, Office
from handlers.workspace.pages import Pages
from handlers.workspace.people import People
from handlers.workspace.presses import Presses, Where
from handlers.workspace.refusals import Refused
from handlers.workspace.sockets import Connection, SocketHub

Found = TypeVar("Found")


@dataclass
class CommandResult:
    """What became of a typed command: the acknowledgement at once, the answers when asked for."""

    workspace: Workspace
    outcome: Outcome
    address: Address
    since_ts: str

    @property
    def acked(self) -> bool:
        """Did the app acknowledge in time?"""
        return self.outcome.acked

    @property
    def ack_seconds(self) -> float:
        """How long the acknowledgement took."""
        return self.outcome.seconds

    @property
    def payload(self) -> Json:
        """What came with the acknowledgement."""
        return self.outcome.payload

    def messages(self) -> list[Json]:
        """What the person was shown through the answer address or only to them since the command."""
        shown = []
        for message in self.workspace.office.state.channels[self.address.channel].messages:
            mine = message.only_for == self.address.user and message.ts > self.since_ts
            if mine or message.origin == self.address.token:
                shown.append(message.public())
        return shown

    async def answers(self, timeout: float = 5.0, at_least: int = 1) -> list[Json]:  # noqa: ASYNC109
        """Wait until so many answers are there; TimeoutError otherwise."""
        await self.workspace.wait_for(lambda: len(self.messages()) >= at_least, timeout)
        return self.messages()


class Workspace:
    """A pretend Slack on 127.0.0.1. `async with Workspace() as slack:` or start() and close()."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        pace: Pace | None = None,
        patience: Patience | None = None,
        seed: int = 0,
        any_token: bool = False,
    ) -> None:
        self.office = Office(clock, pace or Pace(), seed)
        self.office.any_token = any_token
        self.team_id = furnish(self.office)
        self._hub = SocketHub(self.office)
        self._courier = Courier(self.office, self._hub, Postman(self.office), patience or Patience())
        self._answers = Answers(self.office)
        self.people = People(self.office, self._courier, self._answers)
        self.presses = Presses(self.office, self._courier, self._answers)
        self._desk = FrontDesk(self.office, self._hub)
        self._pages = Pages(self.office, self.people, self.presses, self._hub)
        self._runner: web.AppRunner | None = None
        self._news = asyncio.Event()
        self.office.state.listen(self._wake)

    # start and stop
    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one. OSError when the port is in use."""
        self.office.closing.clear()
        app = web.Application(middlewares=[guard], client_max_size=FILE_MAX_BYTES)
        app.router.add_route("*", "/api/{method}", self._desk.handle)
        app.router.add_get("/link/", self._hub.handle)
        app.router.add_post("/actions/{team}/{token}", self._receive_answer)
        app.router.add_post("/upload/{file_id}", self._receive_upload)
        self._pages.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = _port_of(self._runner)
        self.office.origin = f"http://127.0.0.1:{self.port}"

    async def close(self) -> None:
        """Stop: streams, sockets, retries, then the server."""
        self.office.closing.set()
        self._pages.close()
        await self._courier.close()
        await self._hub.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _receive_answer(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise Refused("invalid_payload")
            self._answers.receive(request.match_info["token"], body)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        except Refused as refusal:
            gone = refusal.code in ("used_url", "expired_url")
            return web.json_response(refusal.body(), status=404 if gone else 400)
        return web.Response(text="ok")

    async def _receive_upload(self, request: web.Request) -> web.Response:
        return await receive_upload(self.office, request)

    # what a bot needs to know
    @property
    def api_url(self) -> str:
        """Base of the Web API."""
        return f"{self.office.origin}/api/"

    @property
    def page_url(self) -> str:
        """The page to look at."""
        return f"{self.office.origin}/"

    @property
    def bot_token(self) -> str:
        """The installed app's bot token."""
        return self.office.team().bot_token

    @property
    def app_token(self) -> str:
        """The app-level token for Socket Mode."""
        return self.office.app_token

    @property
    def signing_secret(self) -> str:
        """The secret that signs requests in HTTP mode."""
        return self.office.signing_secret

    @property
    def bot_user_id(self) -> str:
        """The bot's own user."""
        return self.office.team().bot_user_id

    @property
    def faults(self) -> Faults:
        """Trouble on request."""
        return self.office.faults

    def deliver_to(self, url: str | None) -> None:
        """HTTP mode: events, commands and interactions go, signed, to this address (None: back to sockets)."""
        self._courier.postman.url = url

    async def verify_url(self) -> bool:
        """Do the url_verification handshake with the address of HTTP mode."""
        return await self._courier.verify_url()

    # furniture
    def add_channel(self, name: str, private: bool = False, bot_member: bool = True) -> str:
        """A new channel with every person of the workspace in it."""
        team = self.office.team()
        members = [u.id for u in self.office.state.users.values() if u.team_id == team.id and not u.is_bot]
        return self.office.state.add_channel(
            team.id, name, private, [*members, *([team.bot_user_id] if bot_member else [])]
        ).id

    def add_user(
        self, name: str, real_name: str, locale: str = "en-US", tz: str = "America/New_York", is_admin: bool = False
    ) -> str:
        """A new person, in every public channel."""
        team = self.office.team()
        user = User(self.office.state.new_id("U"), team.id, name, real_name, locale, tz, is_admin=is_admin)
        self.office.state.add_user(user)
        for channel in self.office.state.channels.values():
            if channel.team_id == team.id and not channel.private and not channel.is_direct:
                channel.members.append(user.id)
        return user.id

    def channel(self, name: str) -> str:
        """The id of a channel by its name."""
        return self.office.state.channel_named(name).id

    def user(self, name: str) -> str:
        """The id of a person by handle or full name."""
        return self.office.person(name).id

    def direct(self, user: str) -> str:
        """The id of a person's direct conversation with the app."""
        return self.office.state.direct(self.office.person(user).id).id

    # looking
    def messages(self, channel: str, viewer: str | None = None) -> list[Json]:
        """What stands in a channel, oldest first; a viewer also sees their own ephemeral messages."""
        place = self.office.place(channel)
        seer = self.office.person(viewer).id if viewer else None
        state = self.office.state
        return [_with_metadata(m, state.thread(place, m.ts)) for m in state.top_level(place, seer)]

    def replies(self, channel: str, ts: str, viewer: str | None = None) -> list[Json]:
        """The replies under a message, oldest first, without the parent."""
        seer = self.office.person(viewer).id if viewer else None
        return [_with_metadata(m) for m in self.office.state.thread(self.office.place(channel), ts, seer)]

    def home(self, user: str) -> Json | None:
        """The published home tab of a person."""
        view = self.office.state.homes.get(self.office.person(user).id)
        return view.public(self.office.state.app_id, self.office.team().bot_id) if view else None

    def modal(self, user: str) -> Json | None:
        """The modal in front of a person."""
        view = self.presses.top_modal(self.office.person(user))
        return view.public(self.office.state.app_id, self.office.team().bot_id) if view else None

    @property
    def calls(self) -> list[CallRecord]:
        """The Web API calls that were carried out, in order, with their time."""
        return [call for call in self.office.calls if call.error is None]

    @property
    def refused_calls(self) -> list[CallRecord]:
        """The Web API calls that were refused."""
        return [call for call in self.office.calls if call.error is not None]

    @property
    def socket_connections(self) -> list[Connection]:
        """The open sockets of the app."""
        return list(self._hub.connections)

    @property
    def acked(self) -> int:
        """How many deliveries the app acknowledged."""
        return sum(1 for _, outcome in self._courier.outcomes if outcome.acked)

    @property
    def deliveries(self) -> list[tuple[str, Outcome]]:
        """Every attempt to hand something to the app, and how it went."""
        return list(self._courier.outcomes)

    def _wake(self, what: str) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def wait_for(self, predicate: Callable[[], Found], timeout: float = 5.0) -> Found:  # noqa: ASYNC109
        """Wait, without polling, until the predicate is true; its value. TimeoutError otherwise."""
        async with asyncio.timeout(timeout):
            while not (value := predicate()):
                await self._news.wait()
            return value

    # doing what people do
    async def command(self, text: str, channel: str, user: str, command: str = "/pact") -> CommandResult:
        """Type a slash command and wait for its acknowledgement."""
        since = self.office.state.new_ts()
        outcome, address = await self.people.command(command, text, channel, user)
        return CommandResult(self, outcome, address, since)

    async def click(
        self,
        action_id: str,
        user: str,
        channel: str | None = None,
        ts: str | None = None,
        value: Any = None,
        block_id: str | None = None,
        where: Where = "message",
    ) -> Outcome:
        """Press a button or choose an option in a message, the home tab or the modal in front."""
        if where == "message":
            if channel is None:
                raise ValueError("a press in a message needs its channel")
            return await self.presses.press_in_message(user, channel, ts, action_id, value, block_id)
        return await self.presses.press_in_view(user, where, action_id, value, block_id)

    async def submit(self, user: str, values: Json | None = None) -> Outcome:
        """Fill in and send off the modal in front."""
        return await self.presses.submit(user, values or {})

    async def say(self, text: str, channel: str, user: str, thread_ts: str | None = None) -> Message:
        """Say something; `@pactbot` becomes a mention."""
        return await self.people.say(text, channel, user, thread_ts)

    async def mention(self, text: str, channel: str, user: str, thread_ts: str | None = None) -> Message:
        """Say something to the app in a channel or thread."""
        return await self.people.say(f"@pactbot {text}", channel, user, thread_ts)

    async def open_home(self, user: str) -> Outcome | None:
        """Look at the app's home tab."""
        return await self.people.open_home(user)

    async def invite(self, channel: str, by: str = "seoyeon", guest: str | None = None) -> Outcome | None:
        """Bring the app (or a person) into a channel."""
        return await self.people.invite(channel, by, guest)

    async def kick(self, channel: str, guest: str | None = None) -> Outcome | None:
        """Remove the app (or a person) from a channel."""
        return await self.people.kick(channel, guest)

    async def archive(self, channel: str, by: str = "seoyeon") -> Outcome | None:
        """Archive a channel."""
        return await self.people.set_archived(channel, by, True)

    async def unarchive(self, channel: str, by: str = "seoyeon") -> Outcome | None:
        """Bring an archived channel back."""
        return await self.people.set_archived(channel, by, False)

    async def uninstall(self, events_first: bool = True) -> None:
        """Remove the app from the workspace."""
        await self.people.uninstall(events_first)

    async def revoke(self, code: str = "token_revoked") -> Outcome | None:
        """Take the bot token away."""
        return await self.people.revoke(code)

    # trouble with the line
    async def disconnect_sockets(self, reason: str = "refresh_requested") -> int:
        """Tell the app's sockets that they will be closed or must be renewed."""
        return await self._hub.disconnect(reason)

    def reset_sockets(self) -> None:
        """Cut the app's sockets without a word."""
        self._hub.reset()

    async def redeliver(self) -> Json:
        """Hand over the last socket envelope once more."""
        return await self._courier.redeliver()

    async def replay(self) -> Json:
        """Send the last signed request once more, byte for byte."""
        return await self._courier.replay()


def _with_metadata(message: Message, replies: list[Message] | None = None) -> Json:
    return message.public(with_metadata=True, replies=replies)


def _port_of(runner: web.AppRunner) -> int:
    for site in runner.sites:
        server = getattr(site, "_server", None)
        for listening in getattr(server, "sockets", ()):
            if listening.family == sockets_of_the_system.AF_INET:
                return int(listening.getsockname()[1])
    raise OSError("the server is not listening")
