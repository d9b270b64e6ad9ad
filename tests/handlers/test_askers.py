"""Every kind of payload says who asks, and whether the person is of another workspace."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.actions import request_from_action
from handlers.askers import asker_of_command, asker_of_event, asker_of_interaction
from handlers.client import make_client
from handlers.events import (
    channel_event,
    id_change_event,
    membership_event,
    request_from_direct_message,
    request_from_mention,
)
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.faults import ArmedFault
from handlers.fake_slack.limits import Pace
from handlers.people_cache import PeopleCache, Person, standing_of
from handlers.post import CHANNEL_PAGES_MAX, Poster
from handlers.requests import SlackEvent, Standing
from handlers.shortcuts import request_from_shortcut
from handlers.slack_facts import Identity, UserFacts, UserGroup, user_groups_from
from handlers.workspaces import OneWorkspace

OURS = Identity(team="T0OURS", bot_user="U0BOT", bot_id="B1", enterprise="E0OURS")


def mention(team_id: str = "T0OURS", **event: Any) -> dict[str, Any]:
    """A mention as Slack sends it in a channel that may be shared."""
    said = {"type": "app_mention", "text": "<@U0BOT> list", "channel": "C0SHARED", "user": "U1", **event}
    authorization = {"team_id": "T0OURS", "enterprise_id": None, "user_id": "U0BOT", "is_bot": True}
    return {"team_id": team_id, "context_team_id": "T0OURS", "event_id": "Ev1", "event": said} | {
        "authorizations": [authorization],
        "is_ext_shared_channel": True,
    }


@pytest.mark.parametrize(
    ("body", "standing"),
    [
        (mention(team="T0OURS"), None),
        (mention("T0OTHER", team="T0OURS"), None),
        (mention("T0OTHER", user_team="T0OTHER", source_team="T0OTHER"), "outsider"),
        (mention("T0OURS", user_team="T0OTHER", team="T0OURS"), "outsider"),
        (mention("T0OURS", user_team="T0OURS", source_team="T0OTHER"), "outsider"),
        (mention("T0OTHER", team="T0OTHER"), "outsider"),
        (mention(user_team="E0OTHER"), "outsider"),
        (mention(user_team="E0OURS", team="T0OURS"), None),
        (mention(), None),
    ],
)
def test_a_mention_is_of_our_workspace_and_its_person_may_be_of_another(
    body: dict[str, Any], standing: Standing | None
) -> None:
    asker = asker_of_event(OURS, body)
    assert (asker.team, asker.standing) == ("T0OURS", standing)
    request = request_from_mention(OURS, body)
    assert request is not None
    assert request.asker == asker


@pytest.mark.parametrize("own", [{"user": "U0BOT"}, {"bot_id": "B1"}, {"user": None}, {"user": ""}])
def test_what_the_bot_has_written_itself_is_no_line_for_it(own: dict[str, Any]) -> None:
    direct = {"type": "message", "channel_type": "im", "channel": "D1", "text": "status"}
    assert request_from_mention(OURS, mention(**own)) is None
    assert request_from_direct_message(OURS, mention(**direct, **own)) is None
    assert request_from_direct_message(OURS, mention(**direct)) is not None


def test_events_of_a_shared_channel_are_of_our_workspace() -> None:
    frame = {"team_id": "T0OTHER", "event_id": "Ev1", "authorizations": [{"team_id": "T0OURS"}]}
    joined = {"type": "member_joined_channel", "user": "U0BOT", "channel": "C1", "inviter": "U1"}
    assert membership_event("joined", OURS, frame | {"event": joined}) == SlackEvent(
        "Ev1", "T0OURS", "joined", "C1", "U1"
    )
    archived = {"type": "channel_archive", "channel": "C1", "user": "U1"}
    assert channel_event("archived", OURS, frame | {"event": archived}) == SlackEvent(
        "Ev1", "T0OURS", "archived", "C1", "U1"
    )
    changed = {"type": "channel_id_changed", "old_channel_id": "G1", "new_channel_id": "C1"}
    assert id_change_event(OURS, frame | {"event": changed}) == SlackEvent(
        "Ev1", "T0OURS", "id_changed", "G1", new_channel="C1"
    )
    assert id_change_event(OURS, frame | {"event": {"old_channel_id": "G1"}}) is None


@pytest.mark.parametrize(
    ("fields", "standing", "direct"),
    [
        ({"team_id": "T0OURS"}, None, False),
        ({"team_id": "T0OTHER"}, "outsider", False),
        ({"team_id": "", "enterprise_id": "E0OURS"}, None, False),
        ({"team_id": "", "enterprise_id": "E0OTHER"}, "outsider", False),
        ({"team_id": "T0OURS", "channel_id": "D1", "channel_name": "directmessage"}, None, True),
        ({"team_id": "T0OURS", "channel_id": "C9", "channel_name": "mpdm-dana--junho--kim-1"}, None, True),
        ({"team_id": "T0OURS", "channel_id": "G9", "channel_name": "privategroup"}, None, False),
    ],
)
def test_a_command_says_where_its_person_is_from_and_whether_it_was_typed_in_a_direct_message(
    fields: dict[str, str], standing: Standing | None, direct: bool
) -> None:
    asker = asker_of_command(OURS, {"user_id": "U1", "channel_id": "C1", "channel_name": "policy", **fields})
    assert (asker.team, asker.standing) == ("T0OURS", standing)
    assert (asker.direct, asker.unsure_direct) == (direct, direct)


@pytest.mark.parametrize(
    ("fields", "standing", "direct"),
    [
        ({}, None, False),
        ({"user": {"id": "U1", "team_id": "T0OTHER"}}, "outsider", False),
        ({"team": {"id": "T0OTHER"}}, "outsider", False),
        ({"channel": {"id": "D1", "name": "directmessage"}}, None, True),
        ({"channel": {"id": "C9", "name": "mpdm-a--b--c-1"}}, None, True),
        ({"channel": None, "container": {"type": "view", "view_id": "V1"}}, None, True),
    ],
)
def test_a_button_says_where_its_person_is_from(
    fields: dict[str, Any], standing: Standing | None, direct: bool
) -> None:
    body = {
        "team": {"id": "T0OURS"},
        "user": {"id": "U1", "team_id": "T0OURS"},
        "channel": {"id": "C1", "name": "policy"},
        "container": {"type": "message", "channel_id": "C1"},
        "actions": [{"action_id": "pact:undo", "value": "undo 1"}],
        "message_ts": "1.0",
        **fields,
    }
    asker = asker_of_interaction(OURS, body)
    assert (asker.team, asker.user, asker.standing, asker.unsure_direct) == ("T0OURS", "U1", standing, direct)
    for request in (request_from_action(OURS, body), request_from_shortcut(OURS, body)):
        assert request is not None
        assert request.asker == asker


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ({}, "member"),
        ({"team": "T0OURS"}, "member"),
        ({"admin": True}, "admin"),
        ({"admin": True, "restricted": True}, "guest"),
        ({"admin": True, "stranger": True}, "outsider"),
        ({"admin": True, "team": "T0OTHER"}, "outsider"),
        ({"team": "E0OURS"}, "member"),
        ({"team": "T0OTHER"}, "outsider"),
        ({"team": "T0OTHER", "teams": ("T0OTHER", "T0OURS")}, "member"),
        ({"team": "T0OURS", "stranger": True}, "outsider"),
        ({"team": "T0OURS", "restricted": True}, "guest"),
        ({"team": "T0OTHER", "restricted": True}, "outsider"),
    ],
)
def test_slacks_facts_say_what_a_person_is(facts: dict[str, Any], standing: Standing) -> None:
    assert standing_of(UserFacts("U1", None, None, **facts), OURS) == standing


async def test_slack_is_asked_for_the_standing_and_a_failure_is_no_permission() -> None:
    async with FakeSlack(pace=Pace(enforced=False)) as slack:
        poster = Poster(make_client(slack.api_url, slack.bot_token))
        embassy = slack.add_team("Embassy")
        minister, clerk = (slack.add_user(name, name, team_id=embassy) for name in ("minister", "clerk"))
        await slack.share_externally("policy", "minister")
        guests = [slack.add_user("one", "O", guest="channel"), slack.add_user("some", "S", guest="channels")]
        people = PeopleCache(OneWorkspace(poster, await poster.identity()))
        assert await people.person(slack.team_id, slack.user("seoyeon")) == Person("ko-KR", "admin")
        standings = [(await people.person(slack.team_id, user)).standing for user in (minister, clerk, *guests)]
        assert standings == ["outsider", "outsider", "guest", "guest"]
        for fault in (
            ArmedFault("limit", "users.info"),
            ArmedFault("error_before", "users.info"),
            ArmedFault("drop_after", "users.info"),
        ):
            slack.faults.arm(fault)
            fresh = PeopleCache(OneWorkspace(poster, await poster.identity()))
            assert await fresh.person(slack.team_id, slack.user("dana")) == Person(None, "unreachable")
        refusals: tuple[tuple[str, Standing | None], ...] = (
            ("unknown_method", None), ("user_not_visible", "outsider"), ("fatal_error", "unreachable"),
            ("token_revoked", "unreachable"),
        )  # fmt: skip
        for code, standing in refusals:
            slack.faults.refuse("users.info", code)
            fresh = PeopleCache(OneWorkspace(poster, await poster.identity()))
            assert await fresh.person(slack.team_id, slack.user("dana")) == Person(None, standing)
        slack.faults.fail_before("users.info", status=404)
        fresh = PeopleCache(OneWorkspace(poster, await poster.identity()))
        assert await fresh.person(slack.team_id, slack.user("dana")) == Person(None, None)
        slack.context.scopes -= {"users:read"}
        fresh = PeopleCache(OneWorkspace(poster, await poster.identity()))
        assert await fresh.person(slack.team_id, slack.user("dana")) == Person(None, None)
        asked = [call for call in slack.context.calls if call.method == "users.info"]
        assert await people.person(slack.team_id, slack.user("seoyeon")) == Person("ko-KR", "admin"), (
            "kept for ten minutes"
        )
        assert [call for call in slack.context.calls if call.method == "users.info"] == asked
        await poster.close()


async def test_a_person_is_asked_about_again_after_ten_minutes_and_after_ten_seconds_of_silence() -> None:
    async with FakeSlack(pace=Pace(enforced=False)) as slack:
        poster = Poster(make_client(slack.api_url, slack.bot_token))
        clock = [1_000.0]
        people = PeopleCache(OneWorkspace(poster, await poster.identity()), lambda: clock[0])
        user = slack.user("dana")

        async def calls_at(seconds: float) -> int:
            clock[0] = seconds
            await people.person(slack.team_id, user)
            return sum(call.method == "users.info" for call in slack.context.calls)

        assert await calls_at(1_000) == await calls_at(1_599.9) == 1
        assert await calls_at(1_600) == 2
        slack.faults.arm(ArmedFault("error_before", "users.info"))
        assert await calls_at(2_200) == await calls_at(2_209.9) == 3
        assert await calls_at(2_210) == 4
        await poster.close()


async def test_the_channels_of_a_person_are_read_page_by_page_up_to_a_limit() -> None:
    async with FakeSlack(pace=Pace(enforced=False)) as slack:
        poster = Poster(make_client(slack.api_url, slack.bot_token), page_channels=1)
        ours = slack.add_channel("ours", private=True)
        slack.add_channel("theirs", private=True, bot_member=False)
        dana = slack.user("dana")
        public = {slack.channel(name) for name in ("policy", "seoul", "washington", "general")}
        assert await poster.channels_of(dana, private=False) == public
        assert await poster.channels_of(dana, private=True) == {ours}
        assert await poster.channels_of(None, private=False) == {slack.channel("policy"), slack.channel("seoul")}
        for number in range(CHANNEL_PAGES_MAX):
            slack.add_channel(f"channel{number}")
        assert len(await poster.channels_of(dana, private=False)) == CHANNEL_PAGES_MAX
        await poster.close()


async def test_the_user_groups_of_the_workspace_are_read_with_their_scope_alone() -> None:
    async with FakeSlack(pace=Pace(enforced=False)) as slack:
        poster = Poster(make_client(slack.api_url, slack.bot_token))
        group = slack.context.state.add_user_group(slack.team_id, "desk", "Policy desk", [])["id"]
        slack.context.scopes.discard("usergroups:read")
        assert await poster.user_groups() is None
        slack.context.scopes.add("usergroups:read")
        assert await poster.user_groups() == (UserGroup(group, "desk", "Policy desk"),)
        await poster.close()


def test_a_deleted_group_is_not_offered() -> None:
    groups = [{"id": "S1", "handle": "old", "name": "Old", "date_delete": 5}, {"id": "S2", "handle": "desk"}]
    assert user_groups_from({"usergroups": groups}) == (UserGroup("S2", "desk", ""),)
