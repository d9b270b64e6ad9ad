"""Slack's wing as a whole: one dispatcher, built from our settings alone, for both transports."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from handlers import actions, commands, events
from handlers.inbound import PATIENCE_SECONDS, Body, Heard, InboundHandler
from handlers.post import Identity, Poster
from handlers.requests import BotPort, Request

_BOLT_READS = (
    *("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_VERIFICATION_TOKEN"),
    *("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
)
bolt_log = logging.getLogger("pactbot.bolt")
bolt_log.setLevel(logging.INFO)
"""Never DEBUG: there the library prints what people typed."""


class SlackApp:
    """Everything heard from one workspace goes in here, whichever transport brings it.

    ``app`` is what a transport dispatches to. Close in this order: the transport, then ``drain``.
    """

    def __init__(
        self,
        desk: BotPort,
        poster: Poster,
        identity: Identity,
        *,
        signing_secret: str = "",
        language: str = "en",
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self.reception = InboundHandler(desk, poster, identity, language, patience_seconds)
        self.app = build_app(poster.client, identity, signing_secret)
        commands.register(self.app, self.reception, poster.command)
        actions.register(self.app, self.reception)
        events.register(self.app, self.reception)
        self.app.error(self._on_error)

    def resume(self, *heard: Heard) -> None:
        """Does again, one after the other, what was remembered and not handled, as after a restart."""
        self.reception.start(*heard)

    async def drain(self, seconds: float = 10.0) -> int:
        """Waits for the answers under way; says how many had to be left for the next start."""
        return await self.reception.drain(seconds)

    async def _on_error(self, error: Exception, body: Body) -> BoltResponse:
        """The one error handler. A person is told the reference; an event is refused, so that Slack brings it again."""
        heard = _heard_by_kind(body)
        await self.reception.failed(error, heard)
        return BoltResponse(status=200 if heard else 500, body="")


def build_app(client: AsyncWebClient, identity: Identity, signing_secret: str) -> AsyncApp:
    """Bolt, told everything: which client posts, whom the token belongs to. Nothing is read from the environment."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=identity.enterprise,
            team_id=identity.team,
            bot_user_id=identity.bot_user,
            bot_id=identity.bot_id,
            bot_token=client.token,
        )

    with _without(*_BOLT_READS), _unwarned():
        return AsyncApp(
            name="pactbot",
            logger=bolt_log,
            client=client,
            authorize=authorize,
            signing_secret=signing_secret,
            request_verification_enabled=True,
        )


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Hides variables while Bolt is built: a client id and secret there would silently switch it to OAuth."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Bolt warns that it will not use the client's token itself; that is what we want, so nobody need read it."""
    level = bolt_log.level
    bolt_log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        bolt_log.setLevel(level)


def _heard_by_kind(body: Body) -> Request | None:
    """Whom to tell that something failed: whoever typed or pressed; nobody for an event."""
    if not body.get("response_url"):
        return None
    if "command" in body:
        return commands.hear_command(body)
    return actions.hear_press(body) if body.get("type") == "block_actions" else actions.hear_shortcut(body)
