"""Installs the app by OAuth v2: the page where a person allows it, codes, tokens that expire, and their refresh."""

from __future__ import annotations

import base64
import html
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.models import Json, Team
from handlers.fake_slack.state import State

CODE_SECONDS = 600.0
TOKEN_SECONDS = 43_200.0
METHOD = "oauth.v2.access"
ALLOW_PATH = "/oauth/v2/authorize"
granted_scopes: ContextVar[frozenset[str] | None] = ContextVar("granted_scopes", default=None)
"""The scopes of the token of the call that is being answered; None where the app's own count."""


@dataclass(frozen=True)
class Grant:
    """What a person allowed: the app in one workspace, or in all of an organization."""

    team: Team
    """Of an organization its first workspace."""
    user: str
    scopes: tuple[str, ...]
    of_organization: bool


@dataclass
class _Code:
    grant: Grant
    redirect_uri: str
    issued_at: float


@dataclass
class _Token:
    grant: Grant
    expires_at: float | None


@dataclass
class OAuthApp:
    """One app's credentials, and what was installed with them. Without ``client_id`` nothing here is used."""

    state: State
    clock: Callable[[], float]
    client_id: str = ""
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    redirect_uris: set[str] = field(default_factory=set)
    rotates: bool = False
    """Whether tokens expire."""
    token_seconds: float = TOKEN_SECONDS
    refreshes: int = 0
    """The number of refresh tokens that were taken."""
    _codes: dict[str, _Code] = field(default_factory=dict)
    tokens: dict[str, _Token] = field(default_factory=dict)
    _refresh_tokens: dict[str, tuple[str, Grant]] = field(default_factory=dict)
    """By the refresh token the token that it came with."""

    @property
    def is_on(self) -> bool:
        """Whether tokens come from installs alone."""
        return bool(self.client_id)

    def turn_on(self, redirect_uri: str) -> None:
        """Gives the app its credentials, and takes it from every workspace that has it."""
        self.client_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}"
        self.redirect_uris.add(redirect_uri)
        for team in self.state.teams.values():
            team.installed = False

    # ── tokens ─────────────────────────────────────────────────────────────────────────────────────────────

    def team_of(self, token: str, args: Json) -> Team:
        """Returns the workspace that a call with a token acts on; raises ApiError for a token that does not work."""
        held = self.tokens.get(token)
        if held is None:
            raise ApiError("invalid_auth")
        if held.expires_at is not None and self.clock() >= held.expires_at:
            raise ApiError("token_expired")
        granted_scopes.set(frozenset(held.grant.scopes))
        return self._acted_on(held.grant, args)

    def _acted_on(self, grant: Grant, args: Json) -> Team:
        """Of an organization the workspace of the channel or person that is named, or the one that is named itself."""
        if not grant.of_organization:
            return grant.team
        channel = self.state.channels.get(str(args.get("channel") or ""))
        user = self.state.users.get(str(args.get("user") or args.get("user_id") or args.get("users") or ""))
        team_id = channel.team_id if channel else user.team_id if user else str(args.get("team_id") or "")
        team = self.state.teams.get(team_id, grant.team)
        if team.enterprise_id != grant.team.enterprise_id:
            raise ApiError("team_access_not_granted")
        return team

    def forget_tokens(self, team: Team, of_organization: bool) -> list[str]:
        """Returns the tokens of an install, which work no more."""
        gone = [
            token for token, held in self.tokens.items()
            if held.grant.of_organization == of_organization
            and (held.grant.team.enterprise_id == team.enterprise_id if of_organization else held.grant.team is team)
        ]  # fmt: skip
        for token in gone:
            del self.tokens[token]
        self._refresh_tokens = {key: kept for key, kept in self._refresh_tokens.items() if kept[0] not in gone}
        return gone

    def expire_all(self) -> None:
        """Lets every token that can expire be expired."""
        for held in self.tokens.values():
            if held.expires_at is not None:
                held.expires_at = self.clock()

    # ── oauth.v2.access ────────────────────────────────────────────────────────────────────────────────────

    def access(self, authorization: str, args: Json) -> Json:
        """Answers oauth.v2.access: a code, or a refresh token, for a token."""
        self._check_client(authorization, args)
        if args.get("grant_type") == "refresh_token":
            return self._refresh(str(args.get("refresh_token") or ""))
        code = self._codes.pop(str(args.get("code") or ""), None)
        if code is None:
            raise ApiError("invalid_code")
        if self.clock() - code.issued_at > CODE_SECONDS:
            raise ApiError("code_expired")
        if args.get("redirect_uri") != code.redirect_uri:
            raise ApiError("bad_redirect_uri")
        teams = self.state.teams.values()
        for team in teams if code.grant.of_organization else (code.grant.team,):
            team.installed = team.installed or team.enterprise_id == code.grant.team.enterprise_id
        return self.issue(code.grant)

    def _check_client(self, authorization: str, args: Json) -> None:
        given = (str(args.get("client_id") or ""), str(args.get("client_secret") or ""))
        if authorization.startswith("Basic "):
            client_id, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
            given = (client_id, secret)
        if given[0] != self.client_id:
            raise ApiError("invalid_client_id")
        if given[1] != self.client_secret:
            raise ApiError("bad_client_secret")

    def _refresh(self, refresh_token: str) -> Json:
        """Takes a refresh token once; the token that it came with works until it expires."""
        taken = self._refresh_tokens.pop(refresh_token, None)
        if taken is None:
            raise ApiError("invalid_refresh_token")
        self.refreshes += 1
        return self.issue(taken[1])

    def issue(self, grant: Grant) -> Json:
        """Returns the answer to an install that was allowed, or refreshed, with its new token."""
        prefix = "xoxe.xoxb-1-" if self.rotates else "xoxb-"
        token = f"{prefix}{secrets.token_hex(12)}"
        self.tokens[token] = _Token(grant, self.clock() + self.token_seconds if self.rotates else None)
        team = grant.team
        answer: Json = {
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(grant.scopes),
            "bot_user_id": team.bot_user_id,
            "app_id": self.state.app_id,
            "team": None if grant.of_organization else {"id": team.id, "name": team.name},
            "enterprise": {"id": team.enterprise_id, "name": "Ministry"} if team.enterprise_id else None,
            "authed_user": {"id": grant.user},
            "is_enterprise_install": grant.of_organization,
        }
        if self.rotates:
            refresh_token = f"xoxe-1-{secrets.token_hex(16)}"
            self._refresh_tokens[refresh_token] = (token, grant)
            answer |= {"refresh_token": refresh_token, "expires_in": int(self.token_seconds)}
        return answer

    # ── the page ───────────────────────────────────────────────────────────────────────────────────────────

    async def show_page(self, request: web.Request) -> web.Response:
        """Shows who may allow what: a form for each person's workspace, and one to refuse."""
        self._check_request(request)
        names = ("client_id", "scope", "redirect_uri", "state")
        hidden = "".join(_input(name, request.query.get(name, "")) for name in names)
        forms = "".join(
            f'<form method="post" action="{ALLOW_PATH}">{hidden}{_input("team", team.id)}'
            f"<button>{html.escape(team.name)}</button></form>"
            for team in self.state.teams.values()
        )
        return web.Response(text=f"<!doctype html><title>Slack</title>{forms}", content_type="text/html")

    async def decide(self, request: web.Request) -> web.Response:
        """Sends the browser back with a code, or with the refusal (``deny``).

        ``team`` and ``user`` say who allows it, ``of_organization`` for all workspaces, ``without`` which scopes not.
        """
        form = {name: str(value) for name, value in (await request.post()).items()}
        team = self.state.teams[form["team"]]
        if form.get("deny"):
            return _back(form, {"error": "access_denied"})
        refused = form.get("without", "").split(",")
        scopes = tuple(scope for scope in form["scope"].split(",") if scope not in refused)
        of_organization = bool(form.get("of_organization"))
        if of_organization:
            self._share_bot(team)
        code = secrets.token_urlsafe(16)
        grant = Grant(team, form.get("user", ""), scopes, of_organization)
        self._codes[code] = _Code(grant, form["redirect_uri"], self.clock())
        return _back(form, {"code": code})

    def _share_bot(self, first: Team) -> None:
        """Gives the workspaces of an organization one bot user, as an install for all of them has."""
        for team in self.state.teams.values():
            if team.enterprise_id == first.enterprise_id and team is not first:
                for channel in self.state.channels.values():
                    if team.bot_user_id in channel.members:
                        channel.members[channel.members.index(team.bot_user_id)] = first.bot_user_id
                team.bot_user_id, team.bot_id = first.bot_user_id, first.bot_id

    def _check_request(self, request: web.Request) -> None:
        if request.query.get("client_id") != self.client_id:
            raise web.HTTPBadRequest(text="invalid_client_id\n")
        if request.query.get("redirect_uri") not in self.redirect_uris:
            raise web.HTTPBadRequest(text="bad_redirect_uri\n")
        if not request.query.get("scope"):
            raise web.HTTPBadRequest(text="invalid_scope_requested\n")


def _input(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{html.escape(value, quote=True)}">'


def _back(form: dict[str, str], fields: dict[str, str]) -> web.Response:
    location = f"{form['redirect_uri']}?{urlencode(fields | {'state': form['state']})}"
    return web.Response(status=302, headers={"Location": location})
