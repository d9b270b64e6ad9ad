"""Two workspaces in one fake Slack are separate."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack


async def test_a_token_sees_its_own_workspace_alone(slack: FakeSlack, client: AsyncWebClient) -> None:
    second = slack.add_team("Embassy", enterprise_id="E1")
    minister = slack.add_user("minister", "Minister", team_id=second)
    lobby = slack.add_channel("lobby", team_id=second)
    token = slack.context.state.teams[second].bot_token
    theirs = AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[])

    who = await theirs.auth_test()
    assert (who["team_id"], who["enterprise_id"], who["team"]) == (second, "E1", "Embassy")
    await theirs.chat_postMessage(channel=lobby, text="ours")
    assert [c["name"] for c in (await theirs.conversations_list())["channels"]] == ["lobby"]
    assert "lobby" not in [c["name"] for c in (await client.conversations_list())["channels"]]
    for call in (client.chat_postMessage(channel=lobby, text="x"), client.users_info(user=minister)):
        with pytest.raises(SlackApiError, match=r"channel_not_found|user_not_found"):
            await call
    assert [m["text"] for m in slack.messages(lobby)] == ["ours"]


async def test_a_command_names_the_workspace_it_was_typed_in(slack: FakeSlack) -> None:
    second = slack.add_team("Embassy", enterprise_id="E1")
    slack.add_user("minister", "Minister", team_id=second)
    lobby = slack.add_channel("lobby", team_id=second)
    await slack.command("status", lobby, "minister")
    _, address = await slack.people.command("/pact", "status", lobby, "minister")
    assert address.team.id == second
    with pytest.raises(ValueError, match="dana is not in lobby"):
        await slack.command("status", lobby, "dana")
