"""Makes the one client for Slack's Web API: no retries, one session, a deadline on every call.

Slack's library retries a dropped connection by itself and so posts twice, so only the outbox retries here. The library
also ignores NO_PROXY, so that with HTTPS_PROXY set even a Slack on loopback would be called through the proxy. This
client uses the environment's proxy for hosts that NO_PROXY does not name, and never for loopback.
"""

from __future__ import annotations

import ipaddress
import logging
import urllib.request
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

DEADLINE_SECONDS = 10.0
SLACK_API_URL = "https://slack.com/api/"

SlackClient = AsyncWebClient
"""The library's client, for those who only pass it on."""
wire_log = logging.getLogger("pactbot.wire")
wire_log.setLevel(logging.INFO)
"""It is never DEBUG, whatever the settings say, because there the library logs response_urls and socket tickets."""


def make_client(base_url: str = SLACK_API_URL, token: str | None = None) -> AsyncWebClient:
    """Makes a client for a base URL and a token. Call it inside the event loop; ``close_client`` ends its session."""
    client = AsyncWebClient(
        token=token,
        base_url=base_url,
        timeout=int(DEADLINE_SECONDS),
        session=aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE_SECONDS)),
        retry_handlers=[],
        logger=wire_log,
    )
    client.proxy = proxy_for(base_url, client.proxy)
    return client


async def close_client(client: AsyncWebClient) -> None:
    """Closes the client's connections."""
    if client.session is not None:
        await client.session.close()


def proxy_for(url: str, proxy: str | None) -> str | None:
    """Returns the proxy for a URL; None for loopback and for hosts that NO_PROXY names."""
    host = urlsplit(url).hostname or ""
    if proxy is None or is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    return proxy


def is_loopback(host: str) -> bool:
    """Returns whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
