"""The pretend Slack as one object: start it, let a bot connect, do what people do, look at what became of it."""

from __future__ import annotations

import secrets
import socket as sockets_of_the_system
import time
from collections.abc import Callable
from typing import Self

from aiohttp import web

from handlers.fake_slack.api import FrontDesk
from handlers.fake_slack.api_files import FILE_MAX_BYTES, receive_upload
from handlers.fake_slack.context import CallRecord, Office
from handlers.fake_slack.driver import CommandResult, Doings, News
from handlers.fake_slack.event_dispatch import Courier, Outcome, Patience
from handlers.fake_slack.faults import Faults
from handlers.fake_slack.fixtures import furnish
from handlers.fake_slack.guard import guard
from handlers.fake_slack.interactions import Presses
from handlers.fake_slack.limits import Pace
from handlers.fake_slack.models import Json, Message, User
from handlers.fake_slack.pages import Pages
from handlers.fake_slack.people import People
from handlers.fake_slack.response_endpoint import receive_answer
from handlers.fake_slack.response_urls import Answers
from handlers.fake_slack.signed_http import Postman
from handlers.fake_slack.sockets import Connection, SocketHub

__all__ = ["CommandResult", "Workspace"]


class Workspace(Doings):
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
        self.hub = SocketHub(self.office)
        self.courier = Courier(self.office, self.hub, Postman(self.office), patience or Patience())
        self._answers = Answers(self.office)
        self.office.tell = self.courier.tell
        self.people = People(self.office, self.courier, self._answers)
        self.presses = Presses(self.office, self.courier, self._answers)
        self._desk = FrontDesk(self.office, self.hub)
        self._pages = Pages(self.office, self.people, self.presses, self.hub)
        self._runner: web.AppRunner | None = None
        self.news = News(self.office.state)

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
        app.router.add_get("/link/", self.hub.handle)
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
        await self.courier.close()
        await self.hub.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _receive_answer(self, request: web.Request) -> web.StreamResponse:
        return await receive_answer(self.office, self._answers, request)

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
        self.courier.postman.url = url

    async def verify_url(self) -> bool:
        """Do the url_verification handshake with the address of HTTP mode."""
        return await self.courier.verify_url()

    # furniture
    def add_team(self, name: str, enterprise_id: str | None = None) -> str:
        """One more workspace with the app in it; `office.state.teams[id].bot_token` is its token."""
        domain = name.lower().replace(" ", "-")
        return self.office.state.add_team(name, domain, f"xoxb-{secrets.token_hex(12)}", enterprise_id).id

    def add_channel(self, name: str, private: bool = False, bot_member: bool = True, team_id: str | None = None) -> str:
        """A new channel with every person of the workspace in it."""
        team = self.office.state.teams[team_id or self.team_id]
        members = [u.id for u in self.office.state.users.values() if u.team_id == team.id and not u.is_bot]
        return self.office.state.add_channel(
            team.id, name, private, [*members, *([team.bot_user_id] if bot_member else [])]
        ).id

    def add_user(
        self,
        name: str,
        real_name: str,
        locale: str = "en-US",
        tz: str = "America/New_York",
        is_admin: bool = False,
        team_id: str | None = None,
    ) -> str:
        """A new person, in every public channel."""
        team = self.office.state.teams[team_id or self.team_id]
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
        return list(self.hub.connections)

    @property
    def acked(self) -> int:
        """How many deliveries the app acknowledged."""
        return sum(1 for _, outcome in self.courier.outcomes if outcome.acked)

    @property
    def deliveries(self) -> list[tuple[str, Outcome]]:
        """Every attempt to hand something to the app, and how it went."""
        return list(self.courier.outcomes)


def _with_metadata(message: Message, replies: list[Message] | None = None) -> Json:
    return message.public(with_metadata=True, replies=replies)


def _port_of(runner: web.AppRunner) -> int:
    for site in runner.sites:
        server = getattr(site, "_server", None)
        for listening in getattr(server, "sockets", ()):
            if listening.family == sockets_of_the_system.AF_INET:
                return int(listening.getsockname()[1])
    raise OSError("the server is not listening")
