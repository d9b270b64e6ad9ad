"""Tests of forms that the client sends: in the host's turn, to public addresses, without following redirects."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from scrapers.errors import BadStatus, FetchRateLimited, FetchRefused
from scrapers.http.fetch import MAX_FORM_ANSWER_BYTES, Client

Site = Any
"""The site of conftest.py."""


async def test_a_form_is_sent_in_the_hosts_turn_and_no_redirect_is_followed(
    site: Site, client: Client, turns: list[str]
) -> None:
    received: list[dict[str, Any]] = []

    async def hub(request: web.Request) -> web.Response:
        received.append({**await request.post(), "method": request.method})
        return web.Response(status=202, text="x" * 100_000)

    site.pages["/hub"] = hub
    answer = await client.post(site.url("/hub"), {"hub.mode": "subscribe", "hub.topic": "https://a.example/?a=1&b=2"})
    assert answer.status == 202
    assert len(answer.body) <= MAX_FORM_ANSWER_BYTES
    assert received == [{"hub.mode": "subscribe", "hub.topic": "https://a.example/?a=1&b=2", "method": "POST"}]
    assert "pactbot/" in site.requests[0].headers["User-Agent"]
    site.answer("/moved", status=307, Location=site.url("/hub"))
    with pytest.raises(BadStatus, match="307"):
        await client.post(site.url("/moved"), {"hub.mode": "subscribe"})
    site.answer("/busy", status=429, Retry_After="90")
    with pytest.raises(FetchRateLimited):
        await client.post(site.url("/busy"), {"hub.mode": "subscribe"})
    assert site.paths == ["/hub", "/moved", "/busy"]
    assert turns == ["127.0.0.1"] * 3


async def test_a_form_goes_to_no_private_address(client: Client) -> None:
    for address in ("http://127.0.0.2/hub", "http://10.0.0.1/hub", "file:///etc/hosts"):
        with pytest.raises(FetchRefused):
            await client.post(address, {})
