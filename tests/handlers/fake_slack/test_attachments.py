"""Attachments with their bar, links that the app unfolds, files, and groups of people."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack

Body = dict[str, Any]
BUTTON: Body = {"type": "button", "action_id": "pact:why", "text": {"type": "plain_text", "text": "Why?"}}
CARD: Body = {"color": "#b3261e", "blocks": [{"type": "actions", "block_id": "card", "elements": [BUTTON]}]}


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_a_button_in_an_attachment_can_be_pressed(
    slack: FakeSlack, connected: AsyncApp, client: AsyncWebClient
) -> None:
    pressed: list[Body] = []

    @connected.action("pact:why")
    async def on_why(ack: Any, body: Body) -> None:
        await ack()
        pressed.append(body)

    policy = slack.channel("policy")
    posted = await client.chat_postMessage(channel=policy, text="card", attachments=[CARD])
    await slack.click("pact:why", "dana", "policy")
    await slack.wait_for(lambda: pressed)
    assert pressed[0]["container"]["type"] == "message_attachment"
    await client.chat_update(channel=policy, ts=posted["ts"], text="changed")
    assert slack.messages("policy")[0]["attachments"][0]["color"] == "#b3261e"
    await client.chat_update(channel=policy, ts=posted["ts"], text="changed", attachments=[])
    assert "attachments" not in slack.messages("policy")[0]


@pytest.mark.parametrize(
    ("attachment", "error"),
    [
        ({"color": "red", "text": "x"}, "invalid_attachments"),
        ({"colour": "#b3261e", "text": "x"}, "invalid_attachments"),
        ({"color": "#b3261e"}, "invalid_attachments"),
        ({"blocks": [{"type": "marquee"}]}, "invalid_blocks"),
    ],
)
async def test_a_wrong_attachment_is_refused(
    slack: FakeSlack, client: AsyncWebClient, attachment: Body, error: str
) -> None:
    call = client.chat_postMessage(channel=slack.channel("policy"), text="x", attachments=[attachment])
    assert await refusal(call) == error


async def test_a_link_of_the_apps_domains_can_be_unfurled(
    slack: FakeSlack, connected: AsyncApp, client: AsyncWebClient
) -> None:
    events: list[Body] = []

    @connected.event("link_shared")
    async def on_link(event: Body) -> None:
        events.append(event)

    slack.context.events.add("link_shared")
    slack.context.scopes.add("links:write")
    slack.context.unfurl_domains = {"asiae.co.kr"}
    link = "https://view.asiae.co.kr/article/1?a=1&b=2"
    await slack.say(f"see {link} and https://example.com/2", "washington", "dana")
    await slack.wait_for(lambda: events)
    assert events[0]["links"] == [{"url": link, "domain": "view.asiae.co.kr"}]
    assert events[0]["is_bot_user_member"] is False
    place = {"channel": events[0]["channel"], "ts": events[0]["message_ts"]}
    await client.chat_unfurl(**place, unfurls={link: {"blocks": [{"type": "divider"}]}})
    assert slack.messages("washington")[0]["attachments"][0]["from_url"] == link
    other = {"https://example.com/3": {"text": "x"}}
    assert await refusal(client.chat_unfurl(**place, unfurls=other)) == "cannot_unfurl_url"


async def test_an_uploaded_file_can_be_downloaded(slack: FakeSlack, client: AsyncWebClient) -> None:
    data = "제목,날짜\n".encode()
    await client.files_upload_v2(content=data, filename="이력.csv", title="History", channel=slack.channel("policy"))
    (shown,) = slack.messages("policy")[0]["files"]
    assert (shown["title"], shown["filetype"], shown["size"]) == ("History", "csv", len(data))
    async with aiohttp.ClientSession() as session, session.get(shown["url_private"]) as answer:
        assert await answer.read() == data
        assert answer.headers["Content-Disposition"].startswith("attachment")


async def test_a_group_of_people_can_be_mentioned(slack: FakeSlack, client: AsyncWebClient) -> None:
    group = slack.context.state.add_user_group(slack.team_id, "desk", "Policy desk", [slack.user("dana")])
    slack.context.scopes.add("usergroups:read")
    listed = await client.usergroups_list(include_users=True)
    assert [(each["handle"], each["users"]) for each in listed["usergroups"]] == [("desk", [slack.user("dana")])]
    said = await slack.say("@desk look", "policy", "dana")
    assert said.text == f"<!subteam^{group['id']}> look"
