"""A small WebSub hub on loopback: it verifies subscriptions at the subscriber, and sends signed pushes."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from tests.support.served import served

PUBLIC_URL = "https://pactbot.example"
"""The bot's address in the internet; the hub finds its port on loopback."""


@dataclass
class FakeHub:
    """A hub. A subscriber's callback is asked at the bot's port on loopback, whatever its host."""

    bot_port: Callable[[], int] = lambda: 0
    port: int = 0
    status: int = 202
    lease_seconds: int = 864_000
    verifies_first: bool = False
    """Whether it verifies before it answers the request, as old hubs do."""
    asked: list[Mapping[str, str]] = field(default_factory=list)
    subscribers: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """The verified requests by callback."""
    subscribed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a subscriber was verified."""
    _verifying: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}/"

    async def answer(self, request: web.Request) -> web.Response:
        """Takes a request to subscribe or unsubscribe."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.status == 202 and self.verifies_first:
            await self.verify(form)
        elif self.status == 202:
            task = asyncio.create_task(self.verify(form))
            self._verifying.add(task)
            task.add_done_callback(self._verifying.discard)
        return web.Response(status=self.status)

    async def verify(self, form: Mapping[str, str]) -> None:
        """Asks the subscriber whether it wants this."""
        challenge = secrets.token_hex(16)
        query = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": challenge,
            "hub.lease_seconds": str(self.lease_seconds),
        }
        if await self.call("GET", form["hub.callback"], params=query) != (200, challenge):
            return
        if form["hub.mode"] == "subscribe":
            self.subscribers[form["hub.callback"]] = form
            self.subscribed.set()
        else:
            self.subscribers.pop(form["hub.callback"], None)

    async def push(self, body: bytes, secret: str | None = None, method: str = "sha256") -> list[int]:
        """Sends a body to each subscriber, signed with the subscriber's secret or another; returns the statuses."""
        statuses = []
        for callback, form in list(self.subscribers.items()):
            digest = hmac.new((secret or form["hub.secret"]).encode(), body, method).hexdigest()
            status, _ = await self.call("POST", callback, data=body, headers={"X-Hub-Signature": f"{method}={digest}"})
            statuses.append(status)
        return statuses

    async def call(
        self,
        method: str,
        callback: str,
        *,
        params: Mapping[str, str] | None = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """Sends a request to a callback; returns its status and text."""
        assert callback.startswith(f"{PUBLIC_URL}/")
        address = f"http://127.0.0.1:{self.bot_port()}{urlsplit(callback).path}"
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, address, params=params, data=data, headers=headers) as response,
        ):
            return response.status, await response.text()


@asynccontextmanager
async def running_hub() -> AsyncIterator[FakeHub]:
    """Runs a hub while the block runs."""
    hub = FakeHub()
    async with served(hub.answer) as hub.port:
        yield hub
