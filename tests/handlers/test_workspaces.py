"""The workspace of a payload: the installation that it names first, never the other side of a shared channel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.inbound import InboundHandler
from handlers.post import Poster
from handlers.requests import SlackEvent
from handlers.slack import SlackApp
from handlers.slack_facts import Identity
from handlers.socket_mode import SocketMode
from handlers.workspaces import identity_of, named_workspaces
from tests.support.memory_bot import MemoryBot

OURS, EMBASSY = Identity("T1", "U1", "B1"), Identity("T2", "U2", "B2")
ORG = Identity("E1", "U9", "B9", enterprise="E1")


class Installed:
    """Some workspaces that have the app."""

    def __init__(self, *identities: Identity) -> None:
        self._identities = {identity.team: identity for identity in identities}

    @property
    def client(self) -> AsyncWebClient:
        raise NotImplementedError

    async def identity(self, team: str, enterprise: str = "") -> Identity | None:
        return self._identities.get(team or enterprise)

    def poster(self, team: str) -> Poster:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"team_id": "T1", "enterprise_id": "E1", "command": "/pact"}, [("T1", "E1")]),
        ({"team": {"id": "T1"}, "user": {"team_id": "T2"}}, [("T1", ""), ("T2", "")]),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"team_id": "T1"}}, [("T1", "E1")]),
        ({"view": {"app_installed_team_id": "T1"}, "team": {"id": "T2"}}, [("T1", ""), ("T2", "")]),
        (
            {
                "team_id": "T2",
                "authorizations": [{"team_id": "T1", "enterprise_id": "E1"}],
                "event": {"type": "message"},
            },
            [("T1", "E1"), ("T2", "E1")],
        ),
        ({"enterprise_id": "E1", "team_id": None, "event": {"type": "app_uninstalled"}}, [("", "E1")]),
        ({"enterprise_id": "E1", "team_id": None, "event": {"type": "message"}}, []),
        ({}, []),
    ],
)
def test_a_payload_names_its_workspaces_the_surest_first(body: dict[str, Any], named: list[tuple[str, str]]) -> None:
    assert list(named_workspaces(body)) == named


@pytest.mark.parametrize(
    ("body", "installed", "identity"),
    [
        ({"team_id": "T1"}, [OURS, EMBASSY], OURS),
        ({"team_id": "T3"}, [OURS, EMBASSY], None),
        ({"team": {"id": "T3"}, "user": {"team_id": "T2"}}, [OURS, EMBASSY], EMBASSY),
        ({"enterprise_id": "E1", "event": {"type": "app_uninstalled"}}, [OURS, ORG], ORG),
    ],
)
async def test_the_first_that_has_the_app_is_meant(
    body: Mapping[str, Any], installed: list[Identity], identity: Identity | None
) -> None:
    assert await identity_of(Installed(*installed), body) == identity


async def test_a_command_from_a_workspace_without_the_app_is_told_so_and_an_event_is_dropped() -> None:
    bot = MemoryBot()
    (remember,), _ = InboundHandler(bot, Installed(OURS)).listener(lambda identity, _body: request_of(identity))
    answer = await remember({"command": "/pact", "team_id": "T9"}, {}, None)
    assert "no longer installed" in json.loads(answer.body)["text"]
    assert "설치되어 있지 않습니다" in json.loads(answer.body)["text"]
    assert (await remember({"event": {"type": "message"}, "team_id": "T9"}, {}, None)).body == ""
    assert bot.stored == {}


def request_of(identity: Identity) -> SlackEvent:
    return SlackEvent("E1", identity.team, "joined")


async def test_a_button_belongs_to_the_bot_whose_message_has_it_also_for_a_visitor_whose_workspace_has_the_app() -> (
    None
):
    body: dict[str, Any] = {"type": "block_actions", "team": {"id": "T2"}, "user": {"id": "U5", "team_id": "T2"}}
    both = Installed(OURS, EMBASSY)
    assert await identity_of(both, body | {"message": {"team": "T1", "bot_id": "B1"}}) == OURS
    assert await identity_of(both, body | {"message": {"team": "T1", "bot_id": "B7"}}) == EMBASSY, "another app's"
    shortcut = body | {"type": "message_action", "message": {"team": "T1", "bot_id": "B1"}}
    assert await identity_of(both, shortcut) == EMBASSY, "whoever asks about a message asks their own workspace's bot"


class AwayWorkspaces(Installed):
    """Workspaces in a database that is away."""

    def __init__(self, poster: Poster) -> None:
        super().__init__()
        self._poster = poster

    @property
    def client(self) -> AsyncWebClient:
        return self._poster.client

    async def identity(self, team: str, enterprise: str = "") -> Identity | None:
        raise RuntimeError("database is locked")

    def poster(self, team: str) -> Poster:
        return self._poster


async def test_while_the_database_is_away_a_person_sees_a_reference_and_an_event_is_refused() -> None:
    async with FakeSlack() as slack:
        poster = Poster(make_client(slack.api_url, slack.bot_token))
        app = SlackApp(MemoryBot(), AwayWorkspaces(poster), signing_secret=slack.signing_secret)
        socket = SocketMode(app.app, slack.app_token, connections=1)
        await socket.start()
        result = await slack.command("status", channel="policy", user="dana")
        (answer,) = await result.answers()
        assert answer["text"] == "Something went wrong here. Nothing was changed."
        outcome = await slack.dispatch.send_event(slack.context.team(), {"type": "app_uninstalled"})
        assert outcome is not None
        assert not outcome.acked
        await socket.stop()
        await poster.close()
