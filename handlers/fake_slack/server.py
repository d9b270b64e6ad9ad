"""Runs the fake Slack as one object: start it, connect a bot, drive people, and inspect messages and calls."""

from __future__ import annotations

import secrets
import socket as system_socket
import time
from collections.abc import Callable
from typing import Self

from aiohttp import web

from handlers.fake_slack.api import WebApi
from handlers.fake_slack.api_files import FILE_MAX_BYTES, receive_upload, send_file
from handlers.fake_slack.context import CallRecord, FakeSlackContext
from handlers.fake_slack.driver import ChangeNotifier, CommandResult, Driver
from handlers.fake_slack.event_dispatch import EventDispatch, Outcome, RetrySchedule
from handlers.fake_slack.faults import Faults
from handlers.fake_slack.fixtures import add_defaults
from handlers.fake_slack.guard import guard
from handlers.fake_slack.interactions import Interactions
from handlers.fake_slack.limits import Pace
from handlers.fake_slack.models import Guest, Json, Message, User
from handlers.fake_slack.oauth import ALLOW_PATH
from handlers.fake_slack.pages import Pages
from handlers.fake_slack.people import People
from handlers.fake_slack.response_endpoint import receive_answer
from handlers.fake_slack.response_urls import ResponseUrls
from handlers.fake_slack.signed_http import SignedHttp
from handlers.fake_slack.sockets import Connection, SocketHub

__all__ = ["CommandResult", "FakeSlack"]


class FakeSlack(Driver):
    """A fake Slack on 127.0.0.1. Use `async with FakeSlack() as slack:`, or start() and close()."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        pace: Pace | None = None,
        retry_schedule: RetrySchedule | None = None,
        seed: int = 0,
        any_token: bool = False,
    ) -> None:
        self.context = FakeSlackContext(clock, pace or Pace(), seed)
        self.context.any_token = any_token
        self.team_id = add_defaults(self.context)
        self.hub = SocketHub(self.context)
        self.dispatch = EventDispatch(
            self.context, self.hub, SignedHttp(self.context), retry_schedule or RetrySchedule()
        )
        self._response_urls = ResponseUrls(self.context)
        self.context.schedule_event = self.dispatch.schedule_event
        self.people = People(self.context, self.dispatch, self._response_urls)
        self.interactions = Interactions(self.context, self.dispatch, self._response_urls)
        self.web_api = WebApi(self.context, self.hub)
        self.pages = Pages(self.context, self.people, self.interactions, self.hub)
        self._runner: web.AppRunner | None = None
        self.changes = ChangeNotifier(self.context.state)

    # start and stop
    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self, port: int = 0) -> None:
        """Listens on 127.0.0.1; port 0 takes a free port. Raises OSError when the port is in use."""
        self.context.closing.clear()
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = _port_of(self._runner)
        self.context.origin = f"http://127.0.0.1:{self.port}"

    def application(self) -> web.Application:
        """Returns the web application with all its routes. A route that changes something takes POST alone."""
        app = web.Application(middlewares=[guard], client_max_size=FILE_MAX_BYTES)
        app.router.add_get("/api/{method}", self.web_api.handle_get, allow_head=False)
        app.router.add_post("/api/{method}", self.web_api.handle)
        app.router.add_get("/link/", self.hub.handle, allow_head=False)
        app.router.add_post("/actions/{team}/{token}", self._receive_answer)
        app.router.add_post("/upload/{file_id}", self._receive_upload)
        app.router.add_get("/files/{file_id}/{name}", self._send_file, allow_head=False)
        app.router.add_get(ALLOW_PATH, self.context.oauth.show_page, allow_head=False)
        app.router.add_post(ALLOW_PATH, self.context.oauth.decide)
        self.pages.add_routes(app)
        return app

    async def close(self) -> None:
        """Closes the streams, the sockets, the retries, then the server."""
        self.context.closing.set()
        self.pages.close()
        await self.dispatch.close()
        await self.hub.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _receive_answer(self, request: web.Request) -> web.StreamResponse:
        return await receive_answer(self.context, self._response_urls, request)

    async def _receive_upload(self, request: web.Request) -> web.Response:
        return await receive_upload(self.context, request)

    async def _send_file(self, request: web.Request) -> web.StreamResponse:
        return await send_file(self.context, request)

    # what a bot needs to know
    @property
    def api_url(self) -> str:
        """Base of the Web API."""
        return f"{self.context.origin}/api/"

    @property
    def page_url(self) -> str:
        """The URL of the page."""
        return f"{self.context.origin}/"

    @property
    def bot_token(self) -> str:
        """The installed app's bot token."""
        return self.context.team().bot_token

    @property
    def app_token(self) -> str:
        """The app-level token for Socket Mode."""
        return self.context.app_token

    @property
    def signing_secret(self) -> str:
        """The secret that signs requests in HTTP mode."""
        return self.context.signing_secret

    @property
    def bot_user_id(self) -> str:
        """The bot's own user."""
        return self.context.team().bot_user_id

    @property
    def faults(self) -> Faults:
        """The faults that a test can arm."""
        return self.context.faults

    def deliver_to(self, url: str | None) -> None:
        """Switches to HTTP mode: every payload goes, signed, to this URL. None switches back to Socket Mode."""
        self.dispatch.signed_http.url = url

    async def verify_url(self) -> bool:
        """Does the url_verification handshake with the URL of HTTP mode."""
        return await self.dispatch.verify_url()

    # teams, channels, people
    def add_team(self, name: str, enterprise_id: str | None = None) -> str:
        """Adds a workspace with the app installed and returns its id; `context.state.teams` holds its token."""
        domain = name.lower().replace(" ", "-")
        return self.context.state.add_team(name, domain, f"xoxb-{secrets.token_hex(12)}", enterprise_id).id

    def add_channel(self, name: str, private: bool = False, bot_member: bool = True, team_id: str | None = None) -> str:
        """Adds a channel with every person of the workspace and returns its id."""
        team = self.context.state.teams[team_id or self.team_id]
        members = [u.id for u in self.context.state.users.values() if u.team_id == team.id and not u.is_bot]
        return self.context.state.add_channel(
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
        guest: Guest = "",
    ) -> str:
        """Adds a person, who joins every public channel unless as a guest, and returns the person's id."""
        team = self.context.state.teams[team_id or self.team_id]
        user = User(
            self.context.state.new_id("U"), team.id, name, real_name, locale, tz, is_admin=is_admin, guest=guest
        )
        self.context.state.add_user(user)
        for channel in self.context.state.channels.values():
            if channel.team_id == team.id and not (channel.private or channel.is_direct or guest):
                channel.members.append(user.id)
        return user.id

    def channel(self, name: str) -> str:
        """The id of a channel by its name."""
        return self.context.state.channel_named(name).id

    def user(self, name: str) -> str:
        """The id of a person by handle or full name."""
        return self.context.find_user(name).id

    def direct(self, user: str) -> str:
        """The id of a person's direct conversation with the app."""
        return self.context.state.direct(self.context.find_user(user).id).id

    def direct_between(self, *users: str) -> str:
        """The id of a new direct conversation between people, in which the app is not."""
        return self.context.state.direct_between([self.user(user) for user in users]).id

    # inspection
    def messages(self, channel: str, viewer: str | None = None) -> list[Json]:
        """Returns the messages of a channel, oldest first; with a viewer, also that person's ephemeral messages."""
        place = self.context.find_channel(channel)
        viewer_id = self.context.find_user(viewer).id if viewer else None
        state = self.context.state
        return [
            _with_metadata(message, state.thread(place, message.ts)) for message in state.top_level(place, viewer_id)
        ]

    def replies(self, channel: str, ts: str, viewer: str | None = None) -> list[Json]:
        """Returns the replies under a message, oldest first, without the parent."""
        viewer_id = self.context.find_user(viewer).id if viewer else None
        return [
            _with_metadata(message)
            for message in self.context.state.thread(self.context.find_channel(channel), ts, viewer_id)
        ]

    def home(self, user: str) -> Json | None:
        """The published home tab of a person."""
        view = self.context.state.homes.get(self.context.find_user(user).id)
        return view.public(self.context.state.app_id, self.context.team().bot_id) if view else None

    def modal(self, user: str) -> Json | None:
        """A person's top modal."""
        view = self.interactions.top_modal(self.context.find_user(user))
        return view.public(self.context.state.app_id, self.context.team().bot_id) if view else None

    @property
    def calls(self) -> list[CallRecord]:
        """The successful Web API calls in order."""
        return [call for call in self.context.calls if call.error is None]

    @property
    def refused_calls(self) -> list[CallRecord]:
        """The rejected Web API calls in order."""
        return [call for call in self.context.calls if call.error is not None]

    @property
    def socket_connections(self) -> list[Connection]:
        """The open sockets of the app."""
        return list(self.hub.connections)

    @property
    def acked(self) -> int:
        """Number of payloads that the app acknowledged."""
        return sum(1 for _, outcome in self.dispatch.outcomes if outcome.acked)

    @property
    def deliveries(self) -> list[tuple[str, Outcome]]:
        """Every attempt to send a payload to the app, with its result."""
        return list(self.dispatch.outcomes)


def _with_metadata(message: Message, replies: list[Message] | None = None) -> Json:
    return message.public(with_metadata=True, replies=replies)


def _port_of(runner: web.AppRunner) -> int:
    for site in runner.sites:
        server = getattr(site, "_server", None)
        for listening in getattr(server, "sockets", ()):
            if listening.family == system_socket.AF_INET:
                return int(listening.getsockname()[1])
    raise OSError("the server is not listening")
