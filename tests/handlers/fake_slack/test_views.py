"""Buttons, modals, home tabs and response_urls, with Bolt as the app."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace

Body = dict[str, Any]
CARD: list[Body] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*A story*"}},
    {
        "type": "actions",
        "block_id": "pact:card",
        "elements": [
            {"type": "button", "action_id": "pact:why", "text": {"type": "plain_text", "text": "Why?"}, "value": "ST1"},
            {
                "type": "static_select",
                "action_id": "pact:mute",
                "placeholder": {"type": "plain_text", "text": "Mute"},
                "options": [
                    {"text": {"type": "plain_text", "text": "4 hours"}, "value": "4h"},
                    {"text": {"type": "plain_text", "text": "3 days"}, "value": "3d"},
                ],
            },
        ],
    },
]
MODAL: Body = {
    "type": "modal",
    "callback_id": "subscribe",
    "title": {"type": "plain_text", "text": "Subscribe"},
    "submit": {"type": "plain_text", "text": "Save"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "query",
            "label": {"type": "plain_text", "text": "Query"},
            "element": {"type": "plain_text_input", "action_id": "words", "initial_value": "quantum"},
        }
    ],
}


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_an_action_names_person_message_and_value(
    slack: FakeSlack, connected: AsyncApp, client: AsyncWebClient
) -> None:
    payloads: list[Body] = []

    @connected.action("pact:why")
    async def on_why(ack: Any, body: Body, respond: Any) -> None:
        await ack()
        payloads.append(body)
        await respond(text="because", replace_original=False)

    @connected.action("pact:mute")
    async def on_mute(ack: Any, body: Body) -> None:
        await ack()
        payloads.append(body)

    ts = (await client.chat_postMessage(channel=slack.channel("policy"), text="card", blocks=CARD))["ts"]
    pressed = await slack.click("pact:why", "dana", "policy")
    await slack.click("pact:mute", "dana", "policy", ts=ts, value="3d")
    await slack.wait_for(lambda: len(slack.messages("policy", viewer="dana")) == 2 and len(payloads) == 2)

    why, mute = payloads
    assert pressed.acked
    assert why["actions"][0] | {"action_ts": ""} == {
        "type": "button",
        "action_id": "pact:why",
        "block_id": "pact:card",
        "text": {"type": "plain_text", "text": "Why?"},
        "value": "ST1",
        "action_ts": "",
    }
    assert (why["user"]["id"], why["container"]["message_ts"]) == (slack.user("dana"), ts)
    assert why["message"]["text"] == "card"
    assert mute["actions"][0]["selected_option"]["value"] == "3d"
    assert mute["state"]["values"]["pact:card"]["pact:mute"]["selected_option"]["value"] == "3d"


async def test_a_modal_is_opened_filled_in_and_rejected_once(slack: FakeSlack, connected: AsyncApp) -> None:
    payloads: list[str] = []

    @connected.command("/pact")
    async def on_pact(ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @connected.view("subscribe")
    async def on_view(ack: Any, view: Body) -> None:
        words = view["state"]["values"]["query"]["words"]["value"]
        payloads.append(words)
        if words == "AI":
            await ack(response_action="errors", errors={"query": "Which sense?"})
        else:
            await ack()

    @connected.view_closed("subscribe")
    async def on_closed(ack: Any) -> None:
        await ack()
        payloads.append("closed")

    await slack.command("subscribe", "policy", "dana")
    await slack.wait_for(lambda: slack.modal("dana"))
    await slack.submit("dana", {"words": "AI"})
    assert slack.interactions.modal_errors[slack.user("dana")] == {"query": "Which sense?"}
    assert slack.modal("seoyeon") is None
    await slack.submit("dana", {"query": "research security"})
    assert slack.modal("dana") is None
    await slack.command("subscribe", "policy", "dana")
    await slack.wait_for(lambda: slack.modal("dana"))
    await slack.submit("dana")
    await slack.command("subscribe", "policy", "dana")
    await slack.wait_for(lambda: slack.modal("dana"))
    await slack.interactions.close_modal("dana")
    await slack.wait_for(lambda: payloads[-1] == "closed")
    assert payloads == ["AI", "research security", "quantum", "closed"]


async def test_a_trigger_id_works_once_and_for_three_seconds() -> None:
    now = [1_700_000_000.0]
    async with FakeSlack(clock=lambda: now[0], pace=Pace(enforced=False)) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        dana = slack.user("dana")
        trigger = slack.context.triggers.issue(dana, now[0])
        opened = await client.views_open(trigger_id=trigger, view=MODAL)
        assert await refusal(client.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
        late = slack.context.triggers.issue(dana, now[0])
        now[0] += 3.1
        assert await refusal(client.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"
        assert await refusal(client.views_open(trigger_id="1.2.x", view=MODAL)) == "invalid_trigger_id"
        stale = opened["view"]["hash"]
        fresh = await client.views_update(view_id=opened["view"]["id"], hash=stale, view=MODAL)
        assert fresh["view"]["hash"] != stale
        again = client.views_update(view_id=opened["view"]["id"], hash=stale, view=MODAL)
        assert await refusal(again) == "hash_conflict"
        for _ in range(2):
            await client.views_push(trigger_id=slack.context.triggers.issue(dana, now[0]), view=MODAL)
        fourth = slack.context.triggers.issue(dana, now[0])
        assert await refusal(client.views_push(trigger_id=fourth, view=MODAL)) == "push_limit_reached"


async def test_an_external_id_names_one_view_of_a_workspace(slack: FakeSlack, client: AsyncWebClient) -> None:
    def trigger(name: str) -> str:
        return slack.context.triggers.issue(slack.user(name), slack.context.clock())

    named = MODAL | {"external_id": "one"}
    opened = await client.views_open(trigger_id=trigger("dana"), view=named)
    assert await refusal(client.views_open(trigger_id=trigger("junho"), view=named)) == "duplicate_external_id"
    assert await refusal(client.views_push(trigger_id=trigger("dana"), view=named)) == "duplicate_external_id"
    await client.views_update(view_id=opened["view"]["id"], view=named)
    home = {"type": "home", "external_id": "one", "blocks": [{"type": "divider"}]}
    assert await refusal(client.views_publish(user_id=slack.user("dana"), view=home)) == "duplicate_external_id"
    await client.views_publish(user_id=slack.user("dana"), view=home | {"external_id": "home"})
    await client.views_publish(user_id=slack.user("dana"), view=home | {"external_id": "home"})


async def test_opening_the_home_tab_lets_the_app_publish_it(slack: FakeSlack, connected: AsyncApp) -> None:
    pressed: list[Body] = []

    @connected.event("app_home_opened")
    async def on_home(event: Body, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    @connected.action("pact:why")
    async def on_why(ack: Any, body: Body) -> None:
        await ack()
        pressed.append(body)

    await slack.open_home("seoyeon")
    home = await slack.wait_for(lambda: slack.home("seoyeon"))
    await slack.click("pact:why", "seoyeon", where="home")
    await slack.wait_for(lambda: pressed)

    assert home is not None
    assert home["blocks"][1]["block_id"] == "pact:card"
    assert slack.home("dana") is None
    assert pressed[0]["view"]["id"] == home["id"]
    assert pressed[0]["container"]["type"] == "view"
    assert "response_url" not in pressed[0]


async def test_a_message_shortcut_includes_the_message(
    slack: FakeSlack, connected: AsyncApp, client: AsyncWebClient
) -> None:
    payloads: list[Body] = []

    @connected.message_shortcut("why")
    async def on_shortcut(ack: Any, body: Body) -> None:
        await ack()
        payloads.append(body)

    ts = (await client.chat_postMessage(channel=slack.channel("policy"), text="a card"))["ts"]
    await slack.interactions.shortcut("dana", "policy", ts, "why")
    await slack.wait_for(lambda: payloads)
    assert payloads[0]["message"]["text"] == "a card"
    assert payloads[0]["message_ts"] == ts


@pytest.fixture
async def response_url(slack: FakeSlack, connected: AsyncApp) -> str:
    urls: list[str] = []

    @connected.command("/pact")
    async def on_pact(ack: Any, body: Body) -> None:
        await ack()
        urls.append(body["response_url"])

    await slack.command("status", "policy", "dana")
    await slack.wait_for(lambda: urls)
    return urls[0]


async def test_a_response_url_works_five_times(slack: FakeSlack, response_url: str) -> None:
    hook = AsyncWebhookClient(response_url)
    answers = [await hook.send(text=f"answer {n}") for n in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [404]
    assert "used_url" in str(answers[-1].body)
    assert len(slack.messages("policy", viewer="dana")) == 5


async def test_an_answer_can_be_replaced_deleted_and_shown_to_all(slack: FakeSlack, response_url: str) -> None:
    hook = AsyncWebhookClient(response_url)
    await hook.send(text="working on it")
    await hook.send(text="done", replace_original=True)
    assert [m["text"] for m in slack.messages("policy", viewer="dana")] == ["done"]
    await hook.send(text="everyone", response_type="in_channel")
    await hook.send(delete_original=True)
    assert [m["text"] for m in slack.messages("policy", viewer="dana")] == ["everyone"]
    refused = await hook.send(text="x", blocks=[{"type": "marquee"}])
    assert refused.status_code == 400
    assert [m["text"] for m in slack.messages("policy", viewer="seoyeon")] == ["everyone"]


async def test_a_response_url_expires_after_half_an_hour() -> None:
    now = [1_700_000_000.0]
    async with FakeSlack(clock=lambda: now[0]) as slack:
        _, address = await slack.people.command("/pact", "status", "policy", "dana")
        hook = AsyncWebhookClient(f"{slack.page_url}actions/{slack.team_id}/{address.token}")
        assert (await hook.send(text="in time")).status_code == 200
        now[0] += 1801
        assert (await hook.send(text="too late")).status_code == 404
