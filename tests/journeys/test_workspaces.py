"""Several workspaces install the app from a browser; each gets its own, and one that leaves stops no other."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from datetime import timedelta

import pytest

from scrapers.fake_outlets.demo import load_demo
from tests.support.installer import PUBLIC_URL, SECRET_KEY, Installer
from tests.support.journey import Journey, words_of

STEPS = {step.article.slug: step for step in load_demo()}
Open = Callable[..., Installer]
EXPECTED_ERRORS = {"alert", "install_misconfigured", "token_unreadable"}
"""A workspace was stopped; the client's secret is wrong; a token was spoilt."""


class Desks:
    """Two workspaces with a channel each: the policy desk and the embassy."""

    def __init__(self, journey: Journey, embassy: str) -> None:
        self.journey, self.slack = journey, journey.slack
        self.desk, self.embassy = journey.slack.team_id, embassy
        self.open: Open

    def cards(self, channel: str) -> list[str]:
        """The story cards in a channel, whoever's bot posted them."""
        found = [message for message in self.slack.messages(channel) if message.get("bot_id")]
        return [words_of(message) for message in found if "pact:mute" in str(message.get("blocks"))]

    async def card(self, part: str, channel: str) -> None:
        """Waits for a card."""
        await self.journey.see(lambda: any(part in card for card in self.cards(channel)), f"{part} in {channel}")

    async def subscribe(self, query: str, channel: str, user: str, says: str) -> None:
        """Subscribes a channel, and waits until the bot says so there."""
        await self.journey.ask(f"subscribe {query}", channel=channel, user=user)
        await self.journey.see(lambda: says in words_of(self.slack.messages(channel)), f"{says} in {channel}")

    async def leave_and_return(self) -> None:
        """The embassy removes the app and installs it again; what was published meanwhile reaches both."""
        journey, slack = self.journey, self.slack
        await slack.uninstall(team_id=self.embassy)
        await journey.settled("SELECT 1 FROM installations WHERE name = 'Embassy' AND reason = 'uninstalled'")
        assert await journey.rows(f"SELECT 1 FROM bot_tokens WHERE team = '{self.embassy}'") == []
        self.publish("sixg-courier")
        await self.card("6G", "policy")
        assert not any("6G" in card for card in self.cards("residence"))
        page = await self.open().install(self.embassy, slack.user("minister"), without="groups:read")
        assert page.status_code == 200
        await self.card("6G", "residence")
        assert "S2" in await journey.ask("list", channel="residence", user="minister"), "nothing was lost"
        told = slack.direct("minister")
        await journey.see(lambda: "groups:read" in words_of(slack.messages(told)), "that a scope is gone")

    def publish(self, slug: str) -> None:
        """Publishes a story of the demo."""
        self.journey.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article)


@pytest.fixture
async def desks(journey: Journey, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Desks]:
    slack = journey.slack
    embassy = slack.add_team("Embassy")
    minister = slack.add_user("minister", "Minister", team_id=embassy, is_admin=True)
    assert slack.user("minister") == minister
    slack.add_channel("residence", team_id=embassy)
    slack.context.oauth.turn_on(f"{PUBLIC_URL}/slack/oauth_redirect")
    journey.given = {
        "slack_bot_token": None,
        "slack_client_id": slack.context.oauth.client_id,
        "slack_client_secret": slack.context.oauth.client_secret,
        "secret_key": SECRET_KEY,
        "public_url": PUBLIC_URL,
        "channel": None,
    }
    async with AsyncExitStack() as stack:
        found = Desks(journey, embassy)

        def open_browser(language: str = "en") -> Installer:
            assert journey.app is not None
            assert journey.app.http is not None
            browser = Installer(slack, journey.app.http.port, language)
            stack.push_async_callback(browser.close)
            return browser

        found.open = open_browser
        yield found
    await journey.close()
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert set(errors) <= EXPECTED_ERRORS
    assert not any("xox" in record.getMessage() + str(record.__dict__) for record in caplog.records)
    caplog.clear()


async def test_two_workspaces_install_the_app_and_one_that_leaves_stops_no_other(desks: Desks) -> None:
    journey, slack = desks.journey, desks.slack
    journey.read_only("hanbit", "seoul-courier")
    await journey.start()
    page = await desks.open("ko-KR,ko;q=0.9,en;q=0.8").install(desks.desk, slack.user("seoyeon"))
    assert (page.status_code, "설치했습니다" in page.text) == (200, True), page.text
    page = await desks.open().install(desks.embassy, slack.user("minister"), without="files:write,im:write")
    assert "pactbot is installed in Embassy" in page.text
    assert "Not allowed: im:write, files:write." in page.text
    await desks.subscribe("quantum OR 6G", "policy", "dana", "Subscribed S1")
    await desks.subscribe("quantum OR 6G", "residence", "minister", "Subscribed S2")
    desks.publish("quantum-hanbit")
    await desks.card("50큐비트", "policy")
    await desks.card("50큐비트", "residence")
    ours = await journey.ask("list all", user="seoyeon")
    assert ("S1" in ours, "S2" in ours) == (True, False)
    theirs = await journey.ask("list all", channel="residence", user="minister")
    assert ("S1" in theirs, "S2" in theirs) == (False, True)
    await desks.leave_and_return()
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_an_install_is_finished_once_in_time_and_in_its_own_browser(desks: Desks) -> None:
    journey, slack = desks.journey, desks.slack
    await journey.start(baseline=False)
    browser, another = desks.open(), desks.open("ko")
    address = await browser.allow(await browser.begin(), desks.desk, slack.user("dana"))
    stolen = await another.client.get(address)
    assert (stolen.status_code, "다른 브라우저" in stolen.text) == (403, True)
    assert (await browser.client.get(address)).status_code == 400, "used up by the thief, of no use to anybody"
    first, second = [await browser.begin() for _ in range(2)]
    done = await browser.client.get(address := await browser.allow(first, desks.desk, slack.user("dana")))
    assert (done.status_code, "set-cookie" in done.headers) == (200, True)
    replayed = await browser.client.get(address)
    assert (replayed.status_code, "has been used" in replayed.text) == (400, True)
    forged = address.replace("state=", "state=x")
    assert (await browser.client.get(forged)).status_code == 400
    assert (await browser.client.get(f"{PUBLIC_URL}/slack/oauth_redirect")).status_code == 400
    denied = await another.client.get(await another.allow(await another.begin(), desks.desk, "", deny="1"))
    assert (denied.status_code, "설치하지 않았습니다" in denied.text) == (403, True)
    few = await another.install(desks.desk, slack.user("dana"), without="chat:write")
    assert (few.status_code, "chat:write" in few.text) == (403, True)
    journey.present.move_forward(timedelta(minutes=11))
    late = await browser.client.get(await browser.allow(second, desks.desk, slack.user("dana")))
    assert late.status_code == 403, "the end of the first tab has taken the cookie"
    slow = await another.begin()
    journey.present.move_forward(timedelta(minutes=11))
    late = await another.client.get(await another.allow(slow, desks.desk, slack.user("dana")))
    assert (late.status_code, "10분" in late.text) == (400, True)
    slack.faults.fail_before("oauth.v2.access", status=503)
    away = await another.install(desks.desk, slack.user("dana"))
    assert (away.status_code, "응답하지 않습니다" in away.text) == (502, True)
    slack.context.oauth.client_secret = "hunter2"
    wrong = await browser.install(desks.desk, slack.user("dana"))
    assert (wrong.status_code, "bad_client_secret" in wrong.text) == (500, True)
    assert "hunter2" not in wrong.text


@pytest.mark.parametrize("transport", ["http"])
async def test_tokens_are_refreshed_before_and_after_they_expire_while_cards_are_posted(desks: Desks) -> None:
    journey, slack, oauth = desks.journey, desks.slack, desks.slack.context.oauth
    oauth.rotates, oauth.token_seconds = True, 7_100.0
    journey.read_only("hanbit", "seoul-courier")
    await journey.start()
    await desks.open().install(desks.desk, slack.user("seoyeon"))
    ((first,),) = await journey.rows("SELECT token FROM bot_tokens")
    oauth.token_seconds = 43_200.0  # the first token expires in less than two hours, so it is refreshed at once
    await desks.subscribe("quantum OR 6G", "policy", "dana", "Subscribed S1")
    desks.publish("quantum-hanbit")
    await desks.card("50큐비트", "policy")
    assert oauth.refreshes == 1
    oauth.expire_all()
    answers = [journey.ask(f"search {word}", user=user) for word in ("quantum", "6G") for user in ("dana", "junho")]
    await asyncio.gather(*answers)
    desks.publish("sixg-courier")
    await desks.card("6G", "policy")
    assert oauth.refreshes == 2, "the token that was called expired was refreshed once"
    ((last,),) = await journey.rows("SELECT token FROM bot_tokens")
    assert first != last
    assert all("xox" not in str(row) for row in await journey.rows("SELECT * FROM bot_tokens"))
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_an_organization_installs_the_app_for_all_of_its_workspaces(desks: Desks) -> None:
    journey, slack = desks.journey, desks.slack
    for team in slack.context.state.teams.values():
        team.enterprise_id = "E0MINISTRY"
    journey.read_only("hanbit")
    await journey.start()
    page = await desks.open().install(desks.desk, slack.user("seoyeon"), of_organization="1")
    assert "pactbot is installed for Ministry" in page.text
    await desks.subscribe("quantum", "policy", "dana", "Subscribed S1")
    await desks.subscribe("quantum", "residence", "minister", "Subscribed S2")
    desks.publish("quantum-hanbit")
    await desks.card("50큐비트", "policy")
    await desks.card("50큐비트", "residence")
    assert len(await journey.rows("SELECT 1 FROM bot_tokens")) == 1
    assert "S1" not in await journey.ask("list all", channel="residence", user="minister")
    await slack.uninstall(team_id=desks.desk, of_organization=True)
    await journey.settled(
        "SELECT 1 FROM installations WHERE reason = 'uninstalled' GROUP BY reason HAVING count(*) = 2"
    )
    assert await journey.rows("SELECT 1 FROM bot_tokens") == []
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_the_one_workspace_goes_on_with_oauth_and_a_token_that_no_key_opens_stops_its_workspace_alone(
    desks: Desks,
) -> None:
    journey, slack, oauth = desks.journey, desks.slack, desks.slack.context.oauth
    given, journey.given = journey.given, {"channel": None}
    client_id, oauth.client_id = oauth.client_id, ""
    slack.context.team().installed = True
    journey.read_only("hanbit")
    await journey.start()
    await desks.subscribe("quantum", "policy", "dana", "Subscribed S1")
    await journey.stop()
    journey.given, oauth.client_id = given, client_id
    await journey.start()
    await desks.open().install(desks.desk, slack.user("seoyeon"))
    await desks.open().install(desks.embassy, slack.user("minister"))
    await desks.subscribe("quantum", "residence", "minister", "Subscribed S2")
    await journey.stop()
    with closing(sqlite3.connect(journey.database)) as c, c:
        c.execute("UPDATE bot_tokens SET token = 'lost' WHERE team = ?", [desks.embassy])
    await journey.start()
    desks.publish("quantum-hanbit")
    await desks.card("50큐비트", "policy")
    await journey.settled(f"SELECT 1 FROM installations WHERE team = '{desks.embassy}' AND reason = 'token_unreadable'")
    assert desks.cards("residence") == []
    await desks.open().install(desks.embassy, slack.user("minister"))
    waiting = (
        f"SELECT 1 FROM deliveries JOIN installations USING (team) WHERE team = '{desks.embassy}' AND kind = 'card'"
    )
    await journey.settled(f"{waiting} AND deliveries.state = 'due' AND installations.state = 'active'")
    assert "S2" in await journey.ask("list", channel="residence", user="minister")
    journey.assert_nothing_twice()
