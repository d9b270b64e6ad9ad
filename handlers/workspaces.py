"""Says which workspace a payload belongs to, and which client posts to a workspace.

A payload names its workspace in several places. In a channel that is shared with another workspace some of them name
the other one, so the places are asked in order, and the first workspace that has the app is the payload's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from handlers.post import Poster
from handlers.slack_facts import Identity

Body = Mapping[str, Any]
ORGANIZATION_EVENTS = frozenset({"app_uninstalled", "tokens_revoked", "team_access_revoked", "team_access_granted"})
"""Events that may be about a whole organization, and then name no workspace."""


class Workspaces(Protocol):
    """The workspaces that the app is installed in."""

    @property
    def client(self) -> AsyncWebClient:
        """The client that makes every call; a token comes with each call."""

    async def identity(self, team: str, enterprise: str = "") -> Identity | None:
        """Returns the installation that serves a workspace; None where there is none.

        Without a team, an organization's own, whose ``team`` is then the organization's id.
        """

    def poster(self, team: str) -> Poster:
        """Returns the client of a workspace, which has the token of the moment."""


class OneWorkspace:
    """The one workspace whose token stands in the settings: every payload is its."""

    def __init__(self, poster: Poster, identity: Identity) -> None:
        self._poster = poster
        self._identity = identity

    @property
    def client(self) -> AsyncWebClient:
        """The client that makes every call."""
        return self._poster.client

    async def identity(self, team: str, enterprise: str = "") -> Identity:
        """Returns the installation."""
        return self._identity

    def poster(self, team: str) -> Poster:
        """Returns the client."""
        return self._poster


async def identity_of(workspaces: Workspaces, body: Body) -> Identity | None:
    """Returns the installation that a payload belongs to; None where its workspace has none."""
    bot = _bot_of_pressed_message(body)
    if bot is not None:
        identity = await workspaces.identity(bot[0], "")
        if identity is not None and identity.bot_id == bot[1]:
            return identity
    for team, enterprise in named_workspaces(body):
        identity = await workspaces.identity(team, enterprise)
        if identity is not None:
            return identity
    return await workspaces.identity("")


def named_workspaces(body: Body) -> Iterator[tuple[str, str]]:
    """Yields the workspaces that a payload names, each with its organization (or an empty text), the surest first."""
    enterprise = _enterprise(body)
    view, event = _map(body, "view"), _map(body, "event")
    if view.get("app_installed_team_id"):
        yield str(view["app_installed_team_id"]), enterprise
    for authorization in (body.get("authorizations") or ())[:1]:
        if authorization.get("team_id"):
            yield str(authorization["team_id"]), str(authorization.get("enterprise_id") or "")
    for team in (_map(body, "team").get("id"), body.get("team_id"), _map(body, "user").get("team_id")):
        if team:
            yield str(team), enterprise
    if enterprise and event.get("type") in ORGANIZATION_EVENTS:
        yield "", enterprise


def _enterprise(body: Body) -> str:
    """Returns the id of the organization, wherever this kind of payload names it."""
    authorization: Body = next(iter(body.get("authorizations") or ()), {})
    places = (authorization.get("enterprise_id"), _map(body, "enterprise").get("id"), body.get("enterprise_id"))
    return next((str(place) for place in places if place), "")


def _bot_of_pressed_message(body: Body) -> tuple[str, str] | None:
    """Returns workspace and bot of the message whose button was pressed; somebody of another workspace may press it."""
    message = _map(body, "message")
    if body.get("type") != "block_actions" or not message.get("team") or not message.get("bot_id"):
        return None
    return str(message["team"]), str(message["bot_id"])


def _map(body: Body, name: str) -> Body:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}
