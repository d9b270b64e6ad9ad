"""Installing from a browser: the pages, Slack's answers, and Bolt's own protocol for installations over our rows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from slack_sdk.oauth.installation_store import Installation

from handlers.client import close_client, make_client
from handlers.errors import NotUnderstood
from handlers.http_mode import HttpMode, Probes
from handlers.manifest import SCOPES
from handlers.oauth.access import OAuthAccess, installation_from
from handlers.oauth.installation_store import RowInstallationStore
from handlers.oauth.installs import InstalledBot, InstallsAway, StateOutcome
from handlers.oauth.pages import HEADERS, STYLE, InstalledPlace, failure_page, preferred_language, success_page
from handlers.oauth.routes import STATUS, InstallFlow, InstallRoutes
from handlers.text.words import LANGUAGES

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
START = "https://pactbot.example.org/slack/install"
ANSWER: dict[str, Any] = {
    "ok": True, "access_token": "xoxb-1", "token_type": "bot", "scope": "commands,chat:write", "bot_user_id": "U1",
    "app_id": "A1", "team": {"id": "T1", "name": "Desk"}, "enterprise": None, "authed_user": {"id": "U5"},
    "is_enterprise_install": False, "refresh_token": "xoxe-1", "expires_in": 43_200,
}  # fmt: skip


class Rows:
    """Installs in memory, by their key."""

    def __init__(self) -> None:
        self.bots: dict[tuple[str, str], InstalledBot] = {}
        self.away = self.full = False

    async def save(self, bot: InstalledBot) -> None:
        self.bots[bot.team, bot.enterprise] = bot

    async def find(self, team: str, enterprise: str) -> InstalledBot | None:
        return self.bots.get((team, enterprise))

    async def remove(self, team: str, enterprise: str) -> None:
        self.bots.pop((team, enterprise), None)

    async def begin_state(self, state: str, browser: str) -> bool:
        if self.away:
            raise InstallsAway
        return not self.full

    async def take_state(self, state: str, browser: str) -> StateOutcome:
        if self.away:
            raise InstallsAway
        return "ok"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr-FR, ko;q=0.3", "ko"),
        ("fr, de", "en"),
        ("ko;q=0, en;q=0.1", "en"),
        ("ko;q=0.5, en;q=0.6", "en"),
        ("ko;q=nonsense, " + "x" * 5_000, "en"),
        ("<script>", "en"),
    ],
)
def test_a_page_is_in_the_browsers_language(header: str, language: str) -> None:
    assert preferred_language(header) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_has_a_page_with_the_way_back(language: str) -> None:
    pages = {code: failure_page(language, code, START, why="bad", scopes="chat:write") for code in STATUS}
    assert len(set(pages.values())) == len(STATUS)
    for page in pages.values():
        assert f'href="{START}"' in page
        assert f'lang="{language}"' in page
        assert "…" not in re.sub(r"<style>.*</style>", "", page), "every placeholder is filled"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_page_says_what_to_do_and_shows_foreign_names_as_text(language: str) -> None:
    page = success_page(language, InstalledPlace("<b>&Desk", "T123", "A123", ["files:write"], "/desk"))
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;Desk" in page
    assert "/invite @pactbot" in page
    assert page.count("/desk ") == 2
    assert "files:write" in page
    assert "https://slack.com/app_redirect?app=A123&amp;team=T123" in page
    forged = success_page(language, InstalledPlace("Desk", 'T1"onclick', "A123", [], "/pact"))
    assert "onclick" not in forged
    assert "href" not in forged


def test_the_headers_let_a_page_load_nothing_but_its_own_style() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (HEADERS["Referrer-Policy"], HEADERS["X-Content-Type-Options"]) == ("no-referrer", "nosniff")
    assert STYLE in failure_page("en", "denied", START)


def test_an_answer_of_slack_is_an_installation() -> None:
    installation = installation_from(ANSWER, NOW)
    assert (installation.team_id, installation.user_id, installation.bot_scopes) == (
        "T1", "U5", ["commands", "chat:write"],
    )  # fmt: skip
    assert installation.bot_token_expires_at == int((NOW + timedelta(hours=12)).timestamp())
    of_all = {"team": None, "enterprise": {"id": "E1", "name": "Ministry"}, "is_enterprise_install": True}
    organization = installation_from({**ANSWER, **of_all}, NOW)
    assert (organization.team_id, organization.enterprise_id, organization.is_enterprise_install) == (None, "E1", True)


@pytest.mark.parametrize(
    "wrong",
    [{"access_token": None}, {"token_type": "user"}, {"team": None}, {"team": {}}, {"is_enterprise_install": True}],
)
def test_an_answer_without_a_bots_token_is_no_installation(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        installation_from({**ANSWER, **wrong}, NOW)


async def test_bolts_protocol_saves_finds_and_deletes_by_organization_and_workspace() -> None:
    rows = Rows()
    store = RowInstallationStore(rows)
    await store.async_save(installation_from(ANSWER, NOW))
    found = await store.async_find_installation(enterprise_id=None, team_id="T1")
    assert found is not None
    assert (found.bot_token, found.bot_refresh_token, found.installed_at) == ("xoxb-1", "xoxe-1", NOW.timestamp())
    assert await store.async_find_installation(enterprise_id=None, team_id="T1", user_id="U5") is not None
    assert await store.async_find_installation(enterprise_id=None, team_id="T1", user_id="U6") is None
    bot = await store.async_find_bot(enterprise_id=None, team_id="T1")
    assert bot is not None
    bot.bot_token = "xoxb-2"
    await store.async_save_bot(bot)
    assert (rows.bots["T1", ""].token, rows.bots["T1", ""].installer) == ("xoxb-2", "U5")
    of_all = {"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}
    await store.async_save(installation_from({**ANSWER, **of_all}, NOW))
    assert await store.async_find_bot(enterprise_id="E1", team_id="T7") is None
    assert await store.async_find_bot(enterprise_id="E1", team_id="T7", is_enterprise_install=True) is not None
    await store.async_delete_installation(enterprise_id=None, team_id="T1", user_id="U5")
    assert ("T1", "") in rows.bots, "of a person nothing is stored"
    await store.async_delete_all(enterprise_id=None, team_id="T1")
    await store.async_delete_bot(enterprise_id="E1", team_id=None)
    assert rows.bots == {}
    with pytest.raises(ValueError, match="bot"):
        await store.async_save(Installation(user_id="U5", team_id="T1", user_token="xoxp-1"))


def test_no_token_is_seen_in_an_install() -> None:
    bot = InstalledBot("T1", "", "xoxb-hunter2", NOW, "xoxe-hunter2")
    assert "hunter2" not in repr(bot)


@asynccontextmanager
async def serving(rows: Rows) -> AsyncIterator[tuple[InstallRoutes, httpx.AsyncClient]]:
    """The paths on a port, before the bot is ready, and a browser without cookies."""

    async def probe() -> tuple[int, str]:
        return 200, "{}"

    routes = InstallRoutes("https://pactbot.example.org")
    server = HttpMode(None, Probes(probe, probe, probe), port=0, host="127.0.0.1", install_routes=routes)
    await server.start()
    client = make_client("https://slack.com/api/")
    access = OAuthAccess(client, "1.2", "hunter2", "https://pactbot.example.org/slack/oauth_redirect")
    flow = InstallFlow(access, rows, RowInstallationStore(rows), lambda: NOW, "/pact")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as browser:
        assert (await browser.get("/slack/install")).status_code == 503, "the bot is not ready"
        routes.flow = flow
        yield routes, browser
    await close_client(client)
    await server.stop()


async def test_an_install_begins_at_slack_alone_with_a_cookie_that_only_its_browser_has() -> None:
    async with serving(Rows()) as (_, browser):
        begun = await browser.get("/slack/install", params={"redirect_uri": "https://evil.example", "next": "//evil"})
        assert begun.status_code == 302
        location = urlsplit(begun.headers["Location"])
        assert (location.scheme, location.netloc, location.path) == ("https", "slack.com", "/oauth/v2/authorize")
        fields = dict(parse_qsl(location.query))
        assert fields["redirect_uri"] == "https://pactbot.example.org/slack/oauth_redirect"
        assert set(fields["scope"].split(",")) == set(SCOPES)
        cookie = begun.headers["Set-Cookie"]
        assert cookie.startswith("__Host-pactbot-install=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))
        kept = cookie.partition(";")[0]
        again = await browser.get("/slack/install", headers={"Cookie": kept})
        assert again.headers["Set-Cookie"].startswith(kept), "a second tab shares it"
        forged = await browser.get("/slack/install", headers={"Cookie": "__Host-pactbot-install=short"})
        assert not forged.headers["Set-Cookie"].startswith("__Host-pactbot-install=short")
        assert (await browser.post("/slack/install")).status_code == 405
        assert (await browser.head("/slack/install")).status_code == 405


async def test_whatever_comes_back_gets_a_page_and_no_other_site() -> None:
    rows = Rows()
    state = "s" * 43
    async with serving(rows) as (routes, browser):
        for query, status, says in (
            ({"state": state, "error": "access_denied"}, 403, "was not allowed"),
            ({"state": state, "error": "invalid_scope"}, 400, "invalid_scope"),
            ({"state": state, "error": "<script>"}, 400, "answer: ?"),
            ({"state": state}, 400, "has been used"),
            ({"state": state, "code": "a b"}, 400, "has been used"),
            ({"state": "x", "code": "1"}, 400, "has been used"),
            ({}, 400, "has been used"),
        ):
            page = await browser.get("/slack/oauth_redirect", params=query)
            assert (page.status_code, says in page.text) == (status, True), query
            assert all(page.headers[name] == value for name, value in HEADERS.items())
            assert "Location" not in page.headers
            assert "<script" not in page.text
        rows.full = True
        assert (await browser.get("/slack/install")).status_code == 503
        rows.away = True
        assert (await browser.get("/slack/install")).status_code == 503
        assert (await browser.get("/slack/oauth_redirect", params={"state": state, "code": "1"})).status_code == 503
        routes.close()
        assert (await browser.get("/slack/oauth_redirect", params={"state": state, "code": "1"})).status_code == 503
    assert rows.bots == {}
