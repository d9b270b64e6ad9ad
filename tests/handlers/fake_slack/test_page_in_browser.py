"""The page in a real browser: commands, buttons, visibility, and text that looks like markup."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><!channel> <script>document.title='owned'</script>"


@pytest.fixture
async def page() -> AsyncIterator[Any]:
    playwright = pytest.importorskip("playwright.async_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's Chromium is not installed")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield await browser.new_page()
        await browser.close()


async def test_a_command_typed_on_the_page_is_answered_to_the_asker(
    slack: FakeSlack, connected: AsyncApp, page: Any
) -> None:
    @connected.command("/pact")
    async def on_pact(ack: Any, respond: Any) -> None:
        await ack()
        await respond("*Pact clock* in force")

    await page.goto(f"{slack.page_url}?viewer=dana&channel=policy")
    await page.fill("#words", "/pact status")
    await page.press("#words", "Escape")
    await page.press("#words", "Enter")
    await page.wait_for_selector(".message.ephemeral >> text=Only visible to you")
    assert await page.locator(".message strong", has_text="Pact clock").count() == 1
    await page.click("#viewer")
    await page.click("#viewers >> text=김서연")
    await page.wait_for_selector("#viewer >> text=admin")
    assert await page.locator(".message.ephemeral").count() == 0


async def test_a_button_on_the_page_works(
    slack: FakeSlack, connected: AsyncApp, client: AsyncWebClient, page: Any
) -> None:
    pressed: list[str] = []

    @connected.action("pact:why")
    async def on_why(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        pressed.append(body["user"]["id"])

    button = {"type": "button", "action_id": "pact:why", "text": {"type": "plain_text", "text": "Why?"}}
    await page.goto(f"{slack.page_url}?viewer=dana&channel=policy")
    await client.chat_postMessage(
        channel=slack.channel("policy"), text="card", blocks=[{"type": "actions", "elements": [button]}]
    )
    await page.click("button >> text=Why?")
    await slack.wait_for(lambda: pressed)
    assert pressed == [slack.user("dana")]


def an_input(block_id: str, element: dict[str, Any], **fields: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": block_id}
    return {"type": "input", "block_id": block_id, "label": label, "element": element, **fields}


BUILDER: dict[str, Any] = {
    "type": "modal",
    "callback_id": "builder",
    "title": {"type": "plain_text", "text": "Subscribe"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        an_input(
            "query",
            {
                "type": "plain_text_input",
                "action_id": "words",
                "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
            },
            dispatch_action=True,
        ),
        an_input("where", {"type": "conversations_select", "action_id": "place"}),
        an_input("who", {"type": "multi_users_select", "action_id": "people"}, optional=True),
        an_input("outlet", {"type": "external_select", "action_id": "outlet", "min_query_length": 1}, optional=True),
        an_input("when", {"type": "timepicker", "action_id": "time", "initial_time": "08:30"}),
        an_input("from", {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1_767_225_600}),
    ],
}


@pytest.fixture
def submitted(connected: AsyncApp) -> list[Any]:
    """The states that a small app receives, whose modal counts while one types and refuses the first submission."""
    received: list[Any] = []

    @connected.shortcut("new")
    async def on_shortcut(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=BUILDER)

    @connected.action("words")
    async def on_words(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        count = {"type": "section", "text": {"type": "mrkdwn", "text": f"counted {body['actions'][0]['value']}"}}
        view = BUILDER | {"blocks": [*BUILDER["blocks"], count]}
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    @connected.options("outlet")
    async def on_options(ack: Any) -> None:
        await ack(options=[{"text": {"type": "plain_text", "text": "아시아경제"}, "value": "asiae"}])

    @connected.view("builder")
    async def on_view(ack: Any, view: Any) -> None:
        received.append({block: next(iter(held.values())) for block, held in view["state"]["values"].items()})
        if len(received) == 1:
            await ack(response_action="errors", errors={"query": "Which sense?"})
        else:
            await ack()

    return received


async def test_a_modal_is_filled_in_updated_and_submitted_on_the_page(
    slack: FakeSlack, submitted: list[Any], page: Any
) -> None:
    slack.context.shortcuts = [{"name": "New", "type": "global", "callback_id": "new", "description": "x"}]
    await page.goto(f"{slack.page_url}?viewer=dana&channel=policy")
    await page.click("#more-actions")
    await page.click("#global-shortcuts >> text=New")
    await page.click("dialog >> text=Save")
    assert await page.locator(".b-error").count() == 2
    await page.select_option("dialog [data-block=where] select", label="#policy")
    await page.check("dialog >> text=박준호")
    await page.type("dialog [data-block=query] input", "quantum", delay=5)
    await page.wait_for_selector("text=counted quantum")
    assert await page.evaluate("document.activeElement.closest('.b-input').dataset.block") == "query"
    await page.type("dialog [data-block=outlet] input", "아")
    await page.click("dialog >> text=아시아경제")
    await page.click("dialog >> text=Save")
    await page.wait_for_selector("text=Which sense?")
    await page.click("dialog >> text=Save")
    await page.wait_for_selector("dialog", state="hidden")
    assert submitted[1] == {
        "query": {"type": "plain_text_input", "value": "quantum"},
        "where": {"type": "conversations_select", "selected_conversation": slack.channel("policy")},
        "who": {"type": "multi_users_select", "selected_users": [slack.user("junho")]},
        "outlet": {
            "type": "external_select",
            "selected_option": {"text": {"type": "plain_text", "text": "아시아경제"}, "value": "asiae"},
        },
        "when": {"type": "timepicker", "selected_time": "08:30"},
        "from": {"type": "datetimepicker", "selected_date_time": 1_767_225_600},
    }


async def test_foreign_text_stays_text(slack: FakeSlack, client: AsyncWebClient, page: Any) -> None:
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": HOSTILE}]}],
    }
    section = {"type": "section", "text": {"type": "mrkdwn", "text": HOSTILE}}
    header = {"type": "header", "text": {"type": "plain_text", "text": HOSTILE}}
    await client.chat_postMessage(channel=slack.channel("policy"), text=HOSTILE, blocks=[header, section, rich])
    await client.chat_postMessage(channel=slack.channel("policy"), text=f"{HOSTILE} <javascript:alert(1)|click>")
    await page.goto(f"{slack.page_url}?viewer=dana&channel=policy")
    await page.wait_for_selector(".b-header")
    assert await page.title() == "pactbot sandbox"
    assert await page.locator(".messages script, .messages img[src='x'], .messages a[href^='javascript']").count() == 0
    assert "onerror" in await page.locator(".b-header").inner_text()


CONFIRM = {
    "title": {"type": "plain_text", "text": "End it?"},
    "text": {"type": "mrkdwn", "text": "*S12* ends."},
    "confirm": {"type": "plain_text", "text": "End"},
    "deny": {"type": "plain_text", "text": "Keep"},
}


def rich(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


async def test_an_attachment_a_date_a_group_and_a_file_are_shown(
    slack: FakeSlack, client: AsyncWebClient, page: Any
) -> None:
    group = slack.context.state.add_user_group(slack.team_id, "desk", "Desk", [])
    when = {"type": "date", "timestamp": 1_767_225_600, "format": "{date_num} {time}", "fallback": "new year"}
    card = {"color": "#b3261e", "blocks": [rich({"type": "usergroup", "usergroup_id": group["id"]}, when)]}
    policy = slack.channel("policy")
    await client.chat_postMessage(channel=policy, text="card", attachments=[card])
    await client.chat_postMessage(channel=policy, text=f"<!date^1767225600^{{date_num}}|x> <!subteam^{group['id']}>")
    await client.files_upload_v2(content=b"a,b", filename="history.csv", title="History", channel=policy)
    await page.goto(f"{slack.page_url}?viewer=dana&channel=policy&lang=en")
    await page.wait_for_selector("a.file >> text=History")
    bar = page.locator(".b-attachment")
    assert await bar.evaluate("node => getComputedStyle(node).borderInlineStartColor") == "rgb(179, 38, 30)"
    assert await bar.inner_text() == "@desk12/31/2025 7:00 PM"
    assert await page.locator(".message", has_text="12/31/2025 @desk").count() == 1
    async with page.expect_download() as download:
        await page.click("a.file")
    assert (await download.value).suggested_filename == "history.csv"


async def test_an_overflow_menu_and_a_confirmation_are_played(
    slack: FakeSlack, connected: AsyncApp, client: AsyncWebClient, page: Any
) -> None:
    pressed: list[str] = []

    @connected.action("more")
    @connected.action("end")
    async def on_press(ack: Any, action: dict[str, Any]) -> None:
        await ack()
        pressed.append(action.get("value") or action["selected_option"]["value"])

    plain = {"type": "plain_text", "text": "End it"}
    button = {"type": "button", "action_id": "end", "text": plain, "value": "S12", "confirm": CONFIRM}
    options = [{"text": {"type": "plain_text", "text": "Receipt"}, "value": "receipt"}]
    overflow = {"type": "overflow", "action_id": "more", "options": options}
    await client.chat_postMessage(
        channel=slack.channel("policy"), text="x", blocks=[{"type": "actions", "elements": [button, overflow]}]
    )
    await page.goto(f"{slack.page_url}?viewer=dana&channel=policy&lang=en")
    await page.click("button >> text=⋯")
    await page.click("[role=menuitem] >> text=Receipt")
    await page.click("text=End it")
    await page.click("#confirm >> text=Keep")
    await page.click("text=End it")
    await page.click("#confirm >> text=/^End$/")
    await slack.wait_for(lambda: len(pressed) == 2)
    assert pressed == ["receipt", "S12"]
