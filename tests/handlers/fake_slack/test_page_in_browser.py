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
    await page.click("#viewers >> text=김서연")
    await page.wait_for_selector("text=보는 사람")
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
