"""Modals as strict as Slack's: their state, inputs that send actions, refused inputs, options that the app offers."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack

Body = dict[str, Any]


def plain(text: str) -> Body:
    return {"type": "plain_text", "text": text}


def option(label: str, value: str) -> Body:
    return {"text": plain(label), "value": value}


def an_input(block_id: str, element: Body, **fields: Any) -> Body:
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **fields}


QUERY = an_input(
    "query",
    {
        "type": "plain_text_input",
        "action_id": "words",
        "max_length": 20,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    },
    dispatch_action=True,
)
WHEN = an_input("when", {"type": "timepicker", "action_id": "time", "initial_time": "08:30"})
WHERE = an_input("where", {"type": "conversations_select", "action_id": "place"}, optional=True)
OUTLET = an_input("outlet", {"type": "external_select", "action_id": "outlet", "min_query_length": 1}, optional=True)


def modal(*blocks: Body, **fields: Any) -> Body:
    frame = {"type": "modal", "callback_id": "builder", "title": plain("Subscribe"), "submit": plain("Save")}
    return {**frame, "blocks": list(blocks), **fields}


class Builder:
    """An app with one modal, which keeps what it receives."""

    def __init__(self, app: AsyncApp, view: Body) -> None:
        self.received: list[Body] = []
        self.view = view
        app.shortcut("new_subscription")(self.opened)
        app.action("words")(self.acted)
        app.view("builder")(self.submitted)
        app.options("outlet")(self.asked)

    async def opened(self, ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        self.received.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=self.view)

    async def acted(self, ack: Any, body: Body, client: AsyncWebClient) -> None:
        await ack()
        self.received.append(body)
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal(QUERY, WHEN))

    async def submitted(self, ack: Any, view: Body) -> None:
        self.received.append(view)
        await ack()

    async def asked(self, ack: Any, body: Body) -> None:
        self.received.append(body)
        await ack(options=[option("아시아경제", "asiae"), option("Yonhap", "yna")])


async def opened(slack: FakeSlack, app: AsyncApp, *blocks: Body) -> Builder:
    builder = Builder(app, modal(*blocks))
    await slack.shortcut("new_subscription", "dana")
    await slack.wait_for(lambda: slack.modal("dana"))
    return builder


async def test_a_global_shortcut_knows_a_person_and_no_channel(slack: FakeSlack, connected: AsyncApp) -> None:
    builder = await opened(slack, connected, QUERY)
    assert builder.received[0]["type"] == "shortcut"
    assert builder.received[0]["user"]["id"] == slack.user("dana")
    assert not {"channel", "message", "response_url"} & set(builder.received[0])


async def test_an_input_that_dispatches_sends_all_fields_and_keeps_them_through_an_update(
    slack: FakeSlack, connected: AsyncApp
) -> None:
    builder = await opened(slack, connected, QUERY, WHEN)
    before = slack.modal("dana") or {}
    await slack.click("words", "dana", value="quantum", where="modal", values={"when": "20:30"})
    await slack.wait_for(lambda: (slack.modal("dana") or {})["hash"] != before["hash"])
    sent = builder.received[1]
    assert "state" not in sent
    assert sent["actions"][0]["value"] == "quantum"
    assert sent["view"]["state"]["values"]["when"]["time"]["selected_time"] == "20:30"
    kept = (slack.modal("dana") or {})["state"]["values"]
    assert kept["query"]["words"]["value"] == "quantum"
    assert kept["when"]["time"]["selected_time"] == "20:30"


async def test_an_input_without_dispatch_action_sends_nothing_by_itself(slack: FakeSlack, connected: AsyncApp) -> None:
    await opened(slack, connected, WHEN)
    with pytest.raises(LookupError, match="dispatch_action"):
        await slack.click("time", "dana", value="20:30", where="modal")


async def test_an_empty_or_too_long_input_is_not_submitted(slack: FakeSlack, connected: AsyncApp) -> None:
    builder = await opened(slack, connected, QUERY, WHERE)
    for words in (None, "", "x" * 21):
        with pytest.raises(ValueError, match="query"):
            await slack.submit("dana", {"query": words})
    await slack.submit("dana", {"query": "x" * 20, "where": slack.channel("policy")})
    values = builder.received[-1]["state"]["values"]
    assert values["where"]["place"] == {
        "type": "conversations_select",
        "selected_conversation": slack.channel("policy"),
    }
    assert slack.modal("dana") is None


async def test_an_external_select_asks_the_app_for_its_options(slack: FakeSlack, connected: AsyncApp) -> None:
    builder = await opened(slack, connected, OUTLET)
    offered = await slack.suggestions("dana", "outlet", "아")
    assert [each["value"] for each in offered] == ["asiae", "yna"]
    asked = builder.received[-1]
    assert (asked["type"], asked["value"], asked["action_id"]) == ("block_suggestion", "아", "outlet")
    await slack.submit("dana", {"outlet": "asiae"})
    chosen = builder.received[-1]["state"]["values"]["outlet"]["outlet"]["selected_option"]
    assert chosen == option("아시아경제", "asiae")


BAD_VIEWS = {
    "an unknown property": modal(QUERY, width="large"),
    "two focused elements": modal(
        *(an_input(n, {"type": "plain_text_input", "action_id": n, "focus_on_load": True}) for n in ("a", "b"))
    ),
    "a time of no clock": modal(an_input("t", {"type": "timepicker", "action_id": "t", "initial_time": "24:00"})),
    "a length that is too long": modal(
        an_input("t", {"type": "plain_text_input", "action_id": "t", "max_length": 3001})
    ),
    "an unknown trigger": modal(
        an_input(
            "t",
            {
                "type": "plain_text_input",
                "action_id": "t",
                "dispatch_action_config": {"trigger_actions_on": ["on_blur"]},
            },
        )
    ),
    "a home tab with a title": {"type": "home", "title": plain("x"), "blocks": []},
}


@pytest.mark.parametrize("view", BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
async def test_a_wrong_view_is_refused(slack: FakeSlack, client: AsyncWebClient, view: Body) -> None:
    if view["type"] == "home":
        call = client.views_publish(user_id=slack.user("dana"), view=view)
    else:
        trigger = slack.context.triggers.issue(slack.user("dana"), slack.context.clock())
        call = client.views_open(trigger_id=trigger, view=view)
    with pytest.raises(SlackApiError) as refused:
        await call
    assert refused.value.response["error"] == "invalid_arguments"
