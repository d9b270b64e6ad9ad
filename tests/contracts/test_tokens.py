"""The token of the moment: refreshed once over all processes, never lost, and no workspace waits for another's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.store import bot_tokens, installations
from bot.store.bot_tokens import REFRESH_LEASE
from bot.store.engine import Store
from bot.workspaces.installs import Installs
from bot.workspaces.token_cipher import TokenCipher
from bot.workspaces.tokens import KEPT_SECONDS, Tokens
from handlers.client import close_client, make_client
from handlers.errors import RateLimited, TokenRevoked
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.oauth import Grant
from handlers.oauth.access import OAuthAccess
from handlers.oauth.installs import InstalledBot
from handlers.slack_facts import Identity

OLD_KEY = "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w="
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
LIFE = timedelta(hours=12)
REDIRECT = "https://pactbot.example.org/slack/oauth_redirect"


@dataclass
class Times:
    """The clock of Slack and of the bot."""

    now: datetime
    seconds: float = 0.0


@dataclass
class Desk:
    """Slack, and two processes that serve the workspaces that installed the app; the clock is the test's."""

    slack: FakeSlack
    times: Times
    first: Tokens
    second: Tokens
    installs: Installs

    def pass_time(self, by: timedelta) -> None:
        """Lets time pass for the bot and for Slack."""
        self.times.now += by
        self.times.seconds += by.total_seconds()

    def calls(self) -> int:
        """How often Slack was asked for a new token, taken or not."""
        return sum(call.method == "oauth.v2.access" for call in self.slack.context.calls)

    def works(self, token: str) -> bool:
        """Whether Slack accepts a token now."""
        held = self.slack.context.oauth.tokens.get(token)
        return held is not None and (held.expires_at is None or held.expires_at > self.times.now.timestamp())

    async def install(self, team: str) -> InstalledBot:
        """Stores an install of a workspace."""
        grant = Grant(self.slack.context.state.teams[team], "U1", ("chat:write", "commands"), of_organization=False)
        answer = self.slack.context.oauth.issue(grant)
        rotates = "refresh_token" in answer
        bot = InstalledBot(
            team, "", answer["access_token"], self.times.now,
            answer.get("refresh_token"), self.times.now + LIFE if rotates else None, scopes=grant.scopes,
        )  # fmt: skip
        await self.installs.save(bot)
        return bot


async def _taken_in(_identity: Identity, _bot: InstalledBot) -> None:
    """The workspace needs no more than its token here."""


@pytest.fixture
async def desk(store: Store, second_store: Store, now: datetime) -> AsyncIterator[Desk]:
    times = Times(now)
    async with FakeSlack(clock=lambda: times.now.timestamp()) as slack:
        slack.context.oauth.turn_on(REDIRECT)
        slack.context.oauth.rotates = True
        client = make_client(slack.api_url)
        oauth = slack.context.oauth
        access = OAuthAccess(client, oauth.client_id, oauth.client_secret, REDIRECT)
        cipher = TokenCipher([KEY])

        def tokens(of: Store) -> Tokens:
            return Tokens(of, cipher, access, lambda: times.now, lambda: times.seconds)

        installs = Installs(store, cipher, lambda: times.now, _taken_in)
        yield Desk(slack, times, tokens(store), tokens(second_store), installs)
        await close_client(client)


async def test_a_token_that_does_not_expire_is_read_once_in_five_seconds(desk: Desk) -> None:
    desk.slack.context.oauth.rotates = False
    before = await desk.install(desk.slack.team_id)
    assert await desk.second.token(desk.slack.team_id) == before.token
    after = await desk.install(desk.slack.team_id)
    assert await desk.second.token(desk.slack.team_id) == before.token
    desk.pass_time(timedelta(seconds=KEPT_SECONDS))
    assert await desk.second.token(desk.slack.team_id) == after.token
    desk.first.forget()
    assert await desk.first.token(desk.slack.team_id) == after.token
    with pytest.raises(TokenRevoked, match="token_expired"):
        await desk.first.renewed(desk.slack.team_id, after.token)


async def test_two_processes_refresh_a_token_once_before_it_expires(desk: Desk) -> None:
    team = desk.slack.team_id
    old = await desk.install(team)
    desk.pass_time(LIFE - timedelta(hours=2, seconds=1))
    assert await desk.first.token(team) == old.token
    assert desk.slack.context.oauth.refreshes == 0
    desk.pass_time(timedelta(seconds=KEPT_SECONDS))
    desk.slack.faults.delay("oauth.v2.access", 0.3)
    asked = [tokens.token(team) for tokens in (desk.first, desk.second) for _ in range(10)]
    answers = await asyncio.gather(*asked)
    assert desk.calls() == desk.slack.context.oauth.refreshes == 1
    assert all(desk.works(token) for token in answers), "who does not refresh goes on with the old one"
    desk.pass_time(timedelta(seconds=KEPT_SECONDS))
    assert await desk.first.token(team) == await desk.second.token(team) != old.token


async def test_two_processes_refresh_an_expired_token_once(desk: Desk) -> None:
    team = desk.slack.team_id
    old = await desk.install(team)
    desk.pass_time(LIFE)
    desk.slack.faults.delay("oauth.v2.access", 0.3)
    asked = [tokens.renewed(team, old.token) for tokens in (desk.first, desk.second) for _ in range(10)]
    answers = await asyncio.gather(*asked)
    assert desk.calls() == desk.slack.context.oauth.refreshes == 1
    assert len(set(answers)) == 1
    assert desk.works(answers[0])
    assert await desk.second.renewed(team, old.token) == answers[0], "a late refusal of the old one refreshes nothing"


@pytest.mark.parametrize("fault", ["drop_before", "drop_after_accept"])
async def test_a_lost_answer_to_a_refresh_stops_nothing_while_the_old_token_works(
    desk: Desk, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    team = desk.slack.team_id
    old = await desk.install(team)
    getattr(desk.slack.faults, fault)("oauth.v2.access")
    desk.pass_time(LIFE - timedelta(hours=1))
    assert await desk.first.token(team) == old.token
    desk.pass_time(REFRESH_LEASE)
    token = await desk.second.token(team)
    assert desk.works(token)
    if fault == "drop_before":
        assert token != old.token
        return
    assert [r.message for r in caplog.records if r.levelno == logging.ERROR] == ["token_not_refreshed"]
    desk.pass_time(timedelta(minutes=9))
    assert await desk.first.token(team) == old.token
    assert [r.message for r in caplog.records if r.levelno == logging.ERROR] == ["token_not_refreshed"], "not again"
    desk.pass_time(timedelta(hours=1))
    with pytest.raises(TokenRevoked, match="token_expired"):
        await desk.first.token(team)
    again = await desk.install(team)
    desk.first.forget()
    assert await desk.first.token(team) == again.token


async def test_an_expired_token_waits_while_slack_is_away(desk: Desk) -> None:
    team = desk.slack.team_id
    await desk.install(team)
    desk.slack.faults.fail_before("oauth.v2.access", status=503)
    desk.pass_time(LIFE)
    with pytest.raises(RateLimited):
        await desk.first.token(team)
    desk.pass_time(REFRESH_LEASE)
    assert desk.works(await desk.first.token(team))


async def test_a_token_that_no_key_opens_stops_its_workspace_alone(
    desk: Desk, store: Store, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    team, embassy = desk.slack.team_id, desk.slack.add_team("Embassy")
    working = await desk.install(embassy)
    lost = Installs(store, TokenCipher([OLD_KEY]), lambda: now, _taken_in)
    await lost.save(InstalledBot(team, "", "xoxb-hunter2", now))
    for _ in range(2):
        with pytest.raises(TokenRevoked, match="token_unreadable"):
            await desk.first.token(team)
    assert await desk.first.token(embassy) == working.token
    assert await desk.installs.find(team, "") is None
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert (record.message, "PACT_SECRET_KEY" in record.__dict__["cure"]) == ("token_unreadable", True)
    assert "hunter2" not in str(record.__dict__)


async def test_a_token_of_an_older_key_is_encrypted_again_when_it_is_used(
    desk: Desk, store: Store, now: datetime
) -> None:
    team, access = desk.slack.team_id, desk.first._access
    old = Installs(store, TokenCipher([OLD_KEY]), lambda: now, _taken_in)
    await old.save(InstalledBot(team, "", "xoxb-1", now, "xoxe-1", now + LIFE))
    both = Tokens(store, TokenCipher([KEY, OLD_KEY]), access, lambda: now)
    assert await both.token(team) == "xoxb-1"
    found = await desk.installs.find(team, "")
    assert found is not None
    assert (found.token, found.refresh_token) == ("xoxb-1", "xoxe-1")


async def test_only_a_workspace_with_an_install_has_a_token(desk: Desk, store: Store, now: datetime) -> None:
    with pytest.raises(TokenRevoked, match="not_installed"):
        await desk.first.token("T0NOBODY")
    bot = await desk.install(desk.slack.team_id)
    await desk.installs.save(replace(bot, team="", enterprise="E1", token="xoxb-org", refresh_token=None))
    async with store.begin() as c:
        for team in ("T0INORG", "T0LEFT"):
            await installations.put(c, team, now, enterprise="E1")
        await installations.stop(c, "T0LEFT", "uninstalled", now, None)
    assert await desk.first.token("T0INORG") == "xoxb-org"
    with pytest.raises(TokenRevoked, match="not_installed"):
        await desk.first.token("T0LEFT")
    async with store.begin() as c:
        await bot_tokens.remove_of(c, "T0LEFT")
        assert await bot_tokens.get(c, "", "E1") is not None, "another workspace of the organization is served"
        await installations.stop(c, "T0INORG", "uninstalled", now, None)
        await bot_tokens.remove_of(c, "T0INORG")
        assert await bot_tokens.get(c, "", "E1") is None
