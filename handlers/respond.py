"""Answers through the address that came with a command or a press: at most once, never retried."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.blocks.message_builder import RenderedMessage
from handlers.client import DEADLINE_SECONDS
from handlers.error_mapping import as_post_error
from handlers.errors import MessageRejected, OutcomeUnknown


class Responder:
    """Shares the posting client's session and proxy; Slack's own helper would retry and so answer twice."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def respond(self, response_url: str, message: RenderedMessage, replace_original: bool = False) -> None:
        """Shows a message to the person who asked; in place of the pressed one where that was theirs alone."""
        body: dict[str, Any] = {
            "response_type": "ephemeral",
            "replace_original": replace_original,
            "text": message.text,
            "blocks": message.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        hook = AsyncWebhookClient(
            url=response_url,
            session=self._client.session,
            proxy=self._client.proxy,
            retry_handlers=[],
            logger=self._client.logger,
        )
        hook.proxy = self._client.proxy
        with as_post_error():
            async with asyncio.timeout(DEADLINE_SECONDS):
                answer = await hook.send_dict(body)
        if answer.status_code >= 500:
            raise OutcomeUnknown(f"http_{answer.status_code}")
        if answer.status_code >= 400 or '"ok":false' in answer.body.replace(" ", ""):
            raise MessageRejected(answer.body[:80] or f"http_{answer.status_code}")
