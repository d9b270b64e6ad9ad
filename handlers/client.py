"""The one client that speaks to Slack's Web API: no retry of its own, one session, a deadline on every call.

Slack's library retries a dropped connection by itself and so posts twice; retries are the outbox's alone. It also
ignores NO_PROXY: with HTTPS_PROXY set even a Slack on loopback would be asked through the proxy. Here the proxy of the
environment is used for hosts that NO_PROXY does not name, and never for loopback.
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

wire_log = logging.getLogger("pactbot.wire")
wire_log.setLevel(logging.INFO)
"""Never DEBUG, whatever the settings say: there the library prints answer addresses and socket tickets."""


def make_client(base_url: str = SLACK_API_URL, token: str | None = None) -> AsyncWebClient:
    """A client for a base address and token. Call it inside the event loop; ``close_client`` ends its session."""
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
    """Ends the client's connections."""
    if client.session is not None:
        await client.session.close()


def proxy_for(url: str, proxy: str | None) -> str | None:
    """The proxy for an address: none for loopback and for hosts that NO_PROXY names."""
    host = urlsplit(url).hostname or ""
    if proxy is None or is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    return proxy


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
