"""Tokens, scopes, people and channels, through Slack's own client."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_auth_test_names_the_bot(slack: FakeSlack, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["team_id"]) == (slack.bot_user_id, slack.team_id)
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "code"), [("", "not_authed"), ("nonsense", "invalid_auth"), ("xapp-1", "invalid_auth")]
)
async def test_a_wrong_token_is_refused(slack: FakeSlack, token: str, code: str) -> None:
    stranger = AsyncWebClient(token=token or None, base_url=slack.api_url, retry_handlers=[])
    assert await refusal(stranger.auth_test()) == code


async def test_any_bot_token_may_read_and_any_token_when_allowed(slack: FakeSlack) -> None:
    other = AsyncWebClient(token="xoxb-script", base_url=slack.api_url, retry_handlers=[])
    assert (await other.auth_test())["team_id"] == slack.team_id
    slack.context.any_token = True
    script = AsyncWebClient(token="whatever", base_url=slack.api_url, retry_handlers=[])
    assert (await script.conversations_history(channel=slack.channel("policy")))["messages"] == []


async def test_a_revoked_token_is_refused(slack: FakeSlack, client: AsyncWebClient) -> None:
    await slack.revoke()
    assert await refusal(client.auth_test()) == "token_revoked"


async def test_an_uninstalled_app_is_inactive(slack: FakeSlack, client: AsyncWebClient) -> None:
    await slack.uninstall()
    assert await refusal(client.chat_postMessage(channel=slack.channel("policy"), text="x")) == "account_inactive"


async def test_a_missing_scope_is_named(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.context.scopes.discard("channels:history")
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_history(channel=slack.channel("policy"))
    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "channels:history"


async def test_an_unimplemented_method_is_unknown(slack: FakeSlack, client: AsyncWebClient) -> None:
    assert await refusal(client.api_call("pins.add")) == "unknown_method"


async def test_people_have_a_language_and_a_zone(slack: FakeSlack, client: AsyncWebClient) -> None:
    seoyeon = (await client.users_info(user=slack.user("seoyeon"), include_locale=True))["user"]
    dana = (await client.users_info(user=slack.user("Dana Miller")))["user"]
    assert (seoyeon["real_name"], seoyeon["locale"], seoyeon["tz"], seoyeon["tz_offset"]) == (
        "김서연",
        "ko-KR",
        "Asia/Seoul",
        32400,
    )
    assert dana["tz"] == "America/New_York"
    assert "locale" not in dana
    assert len((await client.users_list())["members"]) == 4
    assert await refusal(client.users_info(user="U0")) == "user_not_found"


async def test_channels_list_their_members(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.context.scopes |= {"channels:join", "team:read"}
    slack.add_channel("quiet", private=True, bot_member=True)
    slack.add_channel("hidden", private=True, bot_member=False)
    listed = await client.conversations_list(types="public_channel,private_channel")
    member = {channel["name"]: channel["is_member"] for channel in listed["channels"]}
    assert member == {"policy": True, "seoul": True, "washington": False, "general": False, "quiet": True}
    assert (await client.conversations_info(channel=slack.channel("general")))["channel"]["is_member"] is False
    await client.conversations_join(channel=slack.channel("general"))
    assert slack.bot_user_id in (await client.conversations_members(channel=slack.channel("general")))["members"]
    mine = await client.users_conversations()
    assert [channel["name"] for channel in mine["channels"]] == ["policy", "seoul", "general"]
    assert (await client.team_info())["team"]["name"] == "Policy desk"
    assert (await client.bots_info())["bot"]["user_id"] == slack.bot_user_id


async def test_lists_are_paged_and_a_wrong_cursor_is_refused(slack: FakeSlack, client: AsyncWebClient) -> None:
    first = await client.conversations_list(limit=3)
    rest = await client.conversations_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [c["name"] for c in [*first["channels"], *rest["channels"]]] == ["policy", "seoul", "washington", "general"]
    assert await refusal(client.conversations_list(cursor="@@")) == "invalid_cursor"


async def test_an_uploaded_file_is_shown(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.files_upload_v2(
        channel=slack.channel("policy"), content="a,b\n1,2\n", filename="heat.csv", initial_comment="the week"
    )
    assert [(m["text"], m["subtype"]) for m in slack.messages("policy")] == [("the week", "file_share")]
