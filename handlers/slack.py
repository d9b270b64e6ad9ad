"""Builds the Bolt app: one dispatcher for both transports, configured by our settings alone."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from handlers import actions, commands, events, home_actions, shortcuts, submissions
from handlers.inbound import WAIT_NOTICE_SECONDS, Body, Inbound, InboundHandler
from handlers.requests import BotPort, Request
from handlers.slack_facts import Identity
from handlers.workspace_turns import WorkspaceTurns
from handlers.workspaces import Workspaces, named_workspaces

_BOLT_READS = (
    *("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_VERIFICATION_TOKEN"),
    *("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
)
RECEIVED_AT_ONCE = 4
"""Payloads of one workspace that are read and stored at the same time; each is acknowledged then."""
bolt_log = logging.getLogger("pactbot.bolt")
bolt_log.setLevel(logging.INFO)
"""It is never DEBUG, because there the library logs the lines that people typed."""


class SlackApp:
    """Receives everything from the workspaces that have the app. A transport dispatches to ``app``.

    Close the transport first, then call ``drain``.
    """

    def __init__(
        self,
        bot: BotPort,
        workspaces: Workspaces,
        *,
        command: str = "/pact",
        signing_secret: str = "",
        language: str = "en",
        wait_notice_seconds: float = WAIT_NOTICE_SECONDS,
    ) -> None:
        self.signing_secret = signing_secret
        self.inbound = InboundHandler(bot, workspaces, language, wait_notice_seconds)
        self.app = build_app(workspaces, signing_secret)
        commands.register(self.app, self.inbound, command)
        actions.register(self.app, self.inbound)
        events.register(self.app, self.inbound)
        submissions.register(self.app, self.inbound)
        shortcuts.register(self.app, self.inbound)
        home_actions.register(self.app, self.inbound)
        self.app.error(self._on_error)

    def resume(self, *inbound: Inbound) -> None:
        """Handles stored payloads again, one after the other, as after a restart."""
        self.inbound.start(*inbound)

    async def drain(self, seconds: float = 10.0) -> int:
        """Waits for the running answers; returns how many were left for the next start."""
        return await self.inbound.drain(seconds)

    async def _on_error(self, error: Exception, body: Body) -> BoltResponse:
        """Handles every error: a person sees its reference; an event is refused, so that Slack sends it again."""
        team = next((team for team, _ in named_workspaces(body)), "")  # not looked up: the database may be the error
        request = _request_of(Identity(team, "", None), body)
        await self.inbound.failed(error, request)
        return BoltResponse(status=200 if request else 500, body="")


class FairApp(AsyncApp):
    """Bolt, which works on some payloads of each workspace at a time: what it does until the ack is much computing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._turns = WorkspaceTurns(RECEIVED_AT_ONCE)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Dispatches a payload, whose signature is verified, when it is its workspace's turn."""
        async with self._turns.turn(next((team for team, _ in named_workspaces(req.body)), "")):
            return await super().async_dispatch(req)


def build_app(workspaces: Workspaces, signing_secret: str) -> AsyncApp:
    """Builds Bolt with our client and workspaces. Bolt reads nothing from the environment."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        """Names the installation of a payload. Its token is not given: the posters have it when they call.

        A workspace without one is let through, because our own answer to it says what to do.
        """
        identity = await workspaces.identity(team_id or "", enterprise_id or "")
        if identity is None:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
        return AuthorizeResult(
            enterprise_id=identity.enterprise,
            team_id=identity.team,
            bot_user_id=identity.bot_user,
            bot_id=identity.bot_id,
        )

    with _without(*_BOLT_READS), _unwarned():
        return FairApp(
            name="pactbot",
            logger=bolt_log,
            client=workspaces.client,
            authorize=authorize,
            signing_secret=signing_secret,
            request_verification_enabled=True,
        )


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Hides environment variables while Bolt is built: a client id and secret would silently switch it to OAuth."""
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Silences Bolt's warning that it ignores the client's token, which is intended."""
    level = bolt_log.level
    bolt_log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        bolt_log.setLevel(level)


def _request_of(identity: Identity, body: Body) -> Request | None:
    """Returns the request of a person who waits for an answer; None for an event."""
    if not body.get("response_url"):
        return None
    if "command" in body:
        return commands.request_from_command(identity, body)
    if body.get("type") == "block_actions":
        return actions.request_from_action(identity, body)
    return shortcuts.request_from_shortcut(identity, body)
