"""Every route of the fake Slack that changes something takes POST alone, and a GET of it changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.api import READ_ONLY

READING = {
    *("/", "/page/{name}", "/archives/{channel}/{ts}", "/sandbox/events", "/sandbox/state"),
    *("/sandbox/hints", "/gallery", "/sandbox/gallery"),
    *("/api/{method}", "/link/", "/files/{file_id}/{name}", "/oauth/v2/authorize"),
}
"""The routes that take GET: of the Web API only the methods that read, and of the socket only a real handshake."""
CHANGING = {
    *("/api/{method}", "/sandbox/{action}", "/actions/{team}/{token}", "/upload/{file_id}", "/oauth/v2/authorize"),
}


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def changing_paths(slack: FakeSlack) -> list[str]:
    """Returns the path of everything that changes something."""
    methods = [name for name in slack.web_api.methods if name not in READ_ONLY]
    return [
        *(f"/api/{name}" for name in methods),
        *(f"/sandbox/{name}" for name in slack.pages.actions),
        *("/actions/T1/token", "/upload/F1"),
    ]


def test_the_table_names_every_route(slack: FakeSlack) -> None:
    routes = [(route.method, route.resource) for route in slack.application().router.routes()]
    paths = [(method, resource.canonical) for method, resource in routes if resource is not None]
    assert {path for method, path in paths if method in ("GET", "HEAD")} == READING
    assert {path for method, path in paths if method == "POST"} == CHANGING
    assert {method for method, _ in paths} == {"GET", "HEAD", "POST"}


def test_every_read_only_method_exists(slack: FakeSlack) -> None:
    assert set(slack.web_api.methods) >= READ_ONLY


@pytest.mark.parametrize("verb", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_no_other_verb_than_post_changes_anything(
    slack: FakeSlack, browser: aiohttp.ClientSession, verb: str
) -> None:
    changes: list[str] = []
    slack.context.state.listen(changes.append)
    query = {
        "channel": slack.channel("policy"),
        "user": slack.user("dana"),
        "text": "x",
        "command": "/pact",
        "token": slack.bot_token,
    }
    paths = changing_paths(slack)
    assert len(paths) > 20
    for path in paths:
        answer = await browser.request(verb, slack.page_url.rstrip("/") + path, params=query)
        assert (answer.status, answer.headers.get("Allow", "")[-4:]) == (405, "POST"), path
    assert changes == []
    assert slack.deliveries == []
    assert list(slack.context.calls) == []


async def test_a_get_of_a_reading_method_is_answered(slack: FakeSlack, browser: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    answer = await browser.get(f"{slack.api_url}conversations.list", headers=headers)
    assert (await answer.json())["ok"] is True
    assert (await browser.get(f"{slack.api_url}nothing.known", headers=headers)).status == 405


async def test_a_plain_get_of_a_socket_keeps_its_ticket(slack: FakeSlack, browser: aiohttp.ClientSession) -> None:
    opened = await browser.post(
        f"{slack.api_url}apps.connections.open", headers={"Authorization": f"Bearer {slack.app_token}"}
    )
    address = (await opened.json())["url"]
    plain = address.replace("ws://", "http://")
    assert (await browser.get(plain)).status == 400
    assert (await browser.get(plain, headers={"Origin": "https://evil.example"})).status == 403
    async with browser.ws_connect(address) as socket:
        assert (await socket.receive_json())["type"] == "hello"


@pytest.mark.parametrize("body", ["[]", "5", "null", '"x"', "{", "[1]", '{"text": 5}', '{"user": {"a": 1}}', "{}"])
async def test_an_action_without_an_object_of_texts_is_a_fault_of_its_sender(
    slack: FakeSlack, browser: aiohttp.ClientSession, body: str
) -> None:
    for action in slack.pages.actions:
        answer = await browser.post(
            f"{slack.page_url}sandbox/{action}", data=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status == 400, action
        assert (await answer.json())["ok"] is False
    assert slack.deliveries == []
