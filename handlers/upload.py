"""Sends a file's bytes to the address that Slack gave for it: the middle one of an upload's three steps."""

from __future__ import annotations

import asyncio

from slack_sdk.web.async_client import AsyncWebClient

from handlers.client import proxy_for
from handlers.error_mapping import as_post_error
from handlers.errors import MessageRejected, OutcomeUnknown

UPLOAD_SECONDS = 60.0


async def upload(client: AsyncWebClient, url: str, content: bytes) -> None:
    """Uploads once, over the posting client's connections. Raises PostError."""
    assert client.session is not None
    headers = {"Content-Type": "application/octet-stream"}
    with as_post_error():
        async with (
            asyncio.timeout(UPLOAD_SECONDS),
            client.session.post(
                url, data=content, headers=headers, proxy=proxy_for(url, client.proxy), allow_redirects=False
            ) as response,
        ):
            status = response.status
    if status >= 500:
        raise OutcomeUnknown(f"http_{status}")
    if status != 200:
        raise MessageRejected(f"http_{status}")
