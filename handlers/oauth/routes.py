"""Serves /slack/install and /slack/oauth_redirect: a person's browser goes to Slack and comes back with a code.

```
/slack/install ─ a state in a row, a cookie in the browser ─→ Slack ─→ /slack/oauth_redirect?code&state
     state used up, of this browser, in time? ─ code for a token ─ saved ─ the page that says what to do next
```
A state works once and in the browser that it was made for, so nobody can finish an install that somebody else began,
nor have a person install into another's session. The only addresses that are redirected to are Slack's.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from aiohttp import web
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from handlers.connection_limits import Connections
from handlers.errors import OutcomeUnknown, PostError, RateLimited
from handlers.manifest import OPTIONAL_SCOPES, REDIRECT_PATH, REQUIRED_SCOPES
from handlers.oauth.access import OAuthAccess
from handlers.oauth.installs import InstallPort, InstallsAway
from handlers.oauth.pages import HEADERS, InstalledPlace, failure_page, preferred_language, success_page

log = logging.getLogger("pactbot.oauth")

INSTALL_PATH = "/slack/install"
COOKIE = "__Host-pactbot-install"
"""The prefix makes browsers take it over https alone, and from no other host of the same domain."""
COOKIE_SECONDS = 600
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 random bytes."""
_CODE = re.compile(r"[!-~]{1,500}")
_WHY = re.compile(r"[a-z_]{1,60}")
STATUS = {
    "denied": 403, "unknown": 400, "expired": 400, "other_browser": 403, "slack_away": 502, "bad_code": 400,
    "bad_client": 500, "scopes": 403, "busy": 503,
}  # fmt: skip
DENIED = "access_denied"
"""What Slack says when a person, or an admin, did not allow it."""
CLIENT_FAULTS = frozenset(
    {"invalid_client_id", "bad_client_secret", "bad_redirect_uri", "oauth_authorization_url_mismatch"}
)
"""Slack's codes for settings of the operator that do not belong to the app."""


class InstallFailed(Exception):
    """an install was not finished; ``code`` names its page"""

    def __init__(self, code: str, **args: str) -> None:
        self.code = code
        self.args_of_page = args
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class InstallFlow:
    """What an install needs. ``store`` keeps it in Bolt's own protocol; both raise InstallsAway."""

    access: OAuthAccess
    installs: InstallPort
    store: AsyncInstallationStore
    now: Callable[[], datetime]
    command: str


Step = Callable[[InstallFlow, web.Request, str], Awaitable[web.Response]]
"""One of the two paths, with the language of the page."""


class InstallRoutes:
    """The two paths; they answer with a page from the start, and install once ``flow`` is set."""

    def __init__(self, public_url: str) -> None:
        """``public_url``: our https address, under which a person's browser reaches these paths."""
        self.flow: InstallFlow | None = None
        self._start = f"{public_url}{INSTALL_PATH}"

    def close(self) -> None:
        """Installs nothing from now on."""
        self.flow = None

    def add_to(self, application: web.Application, connections: Connections) -> None:
        """Adds the paths, within the limits of the server; other methods get a 405."""

        async def install(request: web.Request) -> web.Response:
            with connections.answering(request.protocol):
                return await self._answer(request, self._begin)

        async def finish(request: web.Request) -> web.Response:
            with connections.answering(request.protocol):
                return await self._answer(request, self._finish)

        application.router.add_get(INSTALL_PATH, install, allow_head=False)
        application.router.add_get(REDIRECT_PATH, finish, allow_head=False)

    async def _answer(self, request: web.Request, step: Step) -> web.Response:
        language = preferred_language(request.headers.get("Accept-Language", ""))
        try:
            if self.flow is None:
                raise InstallFailed("busy")
            return await step(self.flow, request, language)
        except InstallFailed as failure:
            code, args = failure.code, failure.args_of_page
        except InstallsAway:
            code, args = "busy", {}
        log.warning("install_failed", extra={"why": code, **args})
        return _html(failure_page(language, code, self._start, **args), STATUS[code])

    async def _begin(self, flow: InstallFlow, request: web.Request, _language: str) -> web.Response:
        """Sends the browser to Slack. Of several tabs each may finish: they share the cookie."""
        kept = request.cookies.get(COOKIE, "")
        browser = kept if _SECRET.fullmatch(kept) else secrets.token_urlsafe(32)
        state = secrets.token_urlsafe(32)
        if not await flow.installs.begin_state(state, browser):
            raise InstallFailed("busy")
        response = web.Response(status=302, headers={**HEADERS, "Location": flow.access.authorize_url(state)})
        response.set_cookie(
            COOKIE, browser, max_age=COOKIE_SECONDS, path="/", secure=True, httponly=True, samesite="Lax"
        )
        return response

    async def _finish(self, flow: InstallFlow, request: web.Request, language: str) -> web.Response:
        await _use_up_state(flow, request)
        if refusal := request.query.get("error", ""):
            raise InstallFailed("denied") if refusal == DENIED else InstallFailed("bad_code", why=_shown(refusal))
        code = request.query.get("code", "")
        if not _CODE.fullmatch(code):
            raise InstallFailed("unknown")
        try:
            installation = await flow.access.exchange(code, flow.now())
        except PostError as error:
            _fail(error)
        missing = [scope for scope in REQUIRED_SCOPES if scope not in (installation.bot_scopes or ())]
        if missing:
            raise InstallFailed("scopes", scopes=", ".join(missing))
        await flow.store.async_save(installation)
        response = _html(success_page(language, _place(installation, flow.command)), 200)
        response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
        return response


async def _use_up_state(flow: InstallFlow, request: web.Request) -> None:
    state, browser = request.query.get("state", ""), request.cookies.get(COOKIE, "")
    if not _SECRET.fullmatch(state):
        raise InstallFailed("unknown")
    outcome = await flow.installs.take_state(state, browser)
    if outcome != "ok":
        raise InstallFailed(outcome)


def _fail(error: PostError) -> NoReturn:
    """Says what Slack's refusal of a code means to a person."""
    why = _shown(error.code)
    if error.code in CLIENT_FAULTS:
        log.error("install_misconfigured", extra={"why": why})
        raise InstallFailed("bad_client", why=why) from None
    if isinstance(error, OutcomeUnknown | RateLimited):
        raise InstallFailed("slack_away") from None
    raise InstallFailed("bad_code", why=why) from None


def _shown(code: str) -> str:
    """Returns a code of Slack as it may stand on a page."""
    return code if _WHY.fullmatch(code) else "?"


def _place(installation: Installation, command: str) -> InstalledPlace:
    missing = [scope for scope in OPTIONAL_SCOPES if scope not in (installation.bot_scopes or ())]
    name = installation.enterprise_name if installation.is_enterprise_install else installation.team_name
    return InstalledPlace(name or "Slack", installation.team_id or "", installation.app_id or "", missing, command)


def _html(page: str, status: int) -> web.Response:
    return web.Response(text=page, status=status, content_type="text/html", headers=HEADERS)
