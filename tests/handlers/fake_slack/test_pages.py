"""The page: complete, served to this machine alone, live, and in both languages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from importlib import resources
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.guard import is_loopback_host, is_own_page

PAGE = resources.files("handlers.fake_slack").joinpath("page")


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_the_page_and_its_files_are_served_with_a_strict_policy(
    slack: FakeSlack, browser: aiohttp.ClientSession
) -> None:
    answer = await browser.get(slack.page_url)
    html = await answer.text()
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    for address in re.findall(r'(?:src|href)="(/page/[^"]+)"', html):
        assert (await browser.get(slack.page_url.rstrip("/") + address)).status == 200
    assert (await browser.get(f"{slack.page_url}page/..%2fserver.py")).status == 404
    assert (await browser.get(f"{slack.page_url}page/nothing.js")).status == 404
    permalink = await browser.get(f"{slack.page_url}archives/C1/p1", headers={"Sec-Fetch-Site": "cross-site"})
    assert await permalink.text() == html


def test_every_imported_script_exists() -> None:
    names = {entry.name for entry in PAGE.iterdir()}
    for script in (entry for entry in PAGE.iterdir() if entry.name.endswith(".js")):
        for wanted in re.findall(r'from "\./([^"]+)"', script.read_text("utf-8")):
            assert wanted in names, script.name


def test_no_script_writes_html_or_calls_other_hosts() -> None:
    for entry in PAGE.iterdir():
        text = entry.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), entry.name
        assert not re.search(r"(?:src|href)=\"https?:|@import|url\(['\"]?https?:", text), entry.name


def test_the_page_has_all_its_text_in_both_languages() -> None:
    text = PAGE.joinpath("words.js").read_text("utf-8")
    tables = re.findall(r"^  (en|ko): \{\n(.*?)^  \},", text, re.DOTALL | re.MULTILINE)
    words = {code: dict(re.findall(r'^    (\w+): "(.*)",$', body, re.MULTILINE)) for code, body in tables}
    assert set(words["en"]) == set(words["ko"])
    assert len(words["en"]) > 40
    for key, english in words["en"].items():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", words["ko"][key])), key
        assert words["ko"][key] != english or not re.search(r"[a-z]{4}", english), key
    used = set()
    for entry in PAGE.iterdir():
        used |= set(re.findall(r'word\("(\w+)"|data-word="(\w+)"', entry.read_text("utf-8")))
    assert {one or other for one, other in used} <= set(words["en"])


@pytest.mark.parametrize("host", ["127.0.0.1:8730", "localhost:8730", "[::1]:8730", "localhost"])
def test_loopback_names_are_accepted(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8730", "10.0.0.5", "", "localhost.evil"])
def test_other_host_names_are_rejected(host: str) -> None:
    assert not is_loopback_host(host)


def test_only_requests_of_the_own_page_are_accepted() -> None:
    host = "127.0.0.1:8730"
    assert is_own_page(host, None, None, navigating=False)
    assert is_own_page(host, f"http://{host}", "same-origin", navigating=False)
    assert is_own_page(host, None, "cross-site", navigating=True)
    assert not is_own_page(host, "https://evil.example", None, navigating=False)
    assert not is_own_page(host, "http://localhost:9999", "same-site", navigating=False)
    assert not is_own_page(host, None, "cross-site", navigating=False)


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
)
@pytest.mark.parametrize("path", ["sandbox/command", "api/chat.postMessage", "sandbox/state"])
async def test_a_foreign_request_is_rejected_at_every_path(
    slack: FakeSlack, browser: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    body = {"user": slack.user("dana"), "channel": slack.channel("policy"), "text": "x", "command": "/pact"}
    answer = await browser.post(slack.page_url + path, json=body, headers=headers)
    assert answer.status == 403
    assert slack.deliveries == []
    assert list(slack.context.calls) == []


async def test_a_foreign_form_cannot_run_an_action(slack: FakeSlack, browser: aiohttp.ClientSession) -> None:
    answer = await browser.post(f"{slack.page_url}sandbox/say", data={"text": "x"})
    assert answer.status == 415


async def test_the_viewer_decides_which_messages_are_visible(
    slack: FakeSlack, client: AsyncWebClient, browser: aiohttp.ClientSession
) -> None:
    policy, dana, seoyeon = slack.channel("policy"), slack.user("dana"), slack.user("seoyeon")
    await client.chat_postMessage(channel=policy, text="for all")
    await client.chat_postEphemeral(channel=policy, user=dana, text="for Dana")

    async def seen_by(viewer: str) -> list[str]:
        query = {"viewer": viewer, "channel": policy}
        state = await (await browser.get(f"{slack.page_url}sandbox/state", params=query)).json()
        return [message["text"] for message in state["messages"]]

    assert await seen_by(dana) == ["for all", "for Dana"]
    assert await seen_by(seoyeon) == ["for all"]
    other = slack.direct("seoyeon")
    await client.chat_postMessage(channel=seoyeon, text="private")
    peek = await (await browser.get(f"{slack.page_url}sandbox/state", params={"viewer": dana, "channel": other})).json()
    assert "messages" not in peek
    assert other not in [channel["id"] for channel in peek["channels"]]


async def test_changes_are_streamed(slack: FakeSlack, client: AsyncWebClient, browser: aiohttp.ClientSession) -> None:
    async with browser.get(f"{slack.page_url}sandbox/events") as stream:
        assert await stream.content.readline() == b"event: hello\n"
        await stream.content.readuntil(b"\n\n")
        await client.chat_postMessage(channel=slack.channel("policy"), text="x")
        event = (await stream.content.readuntil(b"\n\n")).decode()
    assert event.startswith("event: change\n")
    assert f"message {slack.channel('policy')}" in event


async def test_actions_on_the_page_reach_the_app(
    slack: FakeSlack, connected: AsyncApp, browser: aiohttp.ClientSession
) -> None:
    texts: list[str] = []

    @connected.command("/pact")
    async def on_pact(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        texts.append(body["text"])

    async def do(action: str, **form: Any) -> dict[str, Any]:
        answer = await browser.post(f"{slack.page_url}sandbox/{action}", json={"user": slack.user("dana"), **form})
        return dict(await answer.json())

    policy = slack.channel("policy")
    assert await do("command", command="/pact", text="status", channel=policy) == {"ok": True, "acked": True}
    assert texts == ["status"]
    assert (await do("say", channel=policy, text="hello"))["ok"]
    assert [m["text"] for m in slack.messages("policy")] == ["hello"]
    assert (await do("archive", channel=policy))["ok"]
    assert "archived" in (await do("say", channel=policy, text="hello"))["error"]
    assert (await do("click", channel=policy, ts="1.0", action_id="x"))["ok"] is False
    assert (await do("nothing"))["error"] == "unknown action"


async def test_a_port_in_use_raises_an_error(slack: FakeSlack) -> None:
    second = FakeSlack()
    with pytest.raises(OSError, match="address already in use"):
        await second.start(slack.port)
