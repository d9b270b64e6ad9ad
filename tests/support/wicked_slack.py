"""A Slack on the loopback whose first answers to posts are wicked; afterwards it behaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

CUT_SECONDS = 30.0


@dataclass(frozen=True)
class WickedAnswer:
    """One answer to a post, and whether Slack took the message before it answered."""

    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    accepts: bool = False
    slow: bool = False
    cut: bool = False
    declared_bytes: int | None = None
    """A Content-Length that is longer than the body, so that the body ends too early."""


def refusal(code: object, **more: Any) -> WickedAnswer:
    """Slack's form of a refusal, with HTTP 200."""
    return WickedAnswer(json.dumps({"ok": False, "error": code} | more), headers={"Content-Type": "application/json"})


class WickedSlack:
    """Use ``async with WickedSlack(answers) as slack:``; ``slack.keys`` are the keys of all accepted messages."""

    def __init__(self, *answers: WickedAnswer) -> None:
        self.answers = list(answers)
        self.keys: list[str] = []
        self.plain: list[bool] = []
        self.posts = 0
        application = web.Application()
        application.router.add_post("/api/{method}", self._handle)
        application.router.add_route("*", "/elsewhere", self._elsewhere)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        fields = await request.post()
        method = request.match_info["method"]
        if method == "chat.postMessage":
            self.posts += 1
            if self.answers:
                return await self._wicked(request, self.answers.pop(0), fields)
            return web.json_response({"ok": True, "channel": "C1", "ts": self._accept(fields)})
        if method == "conversations.history":
            return web.json_response({"ok": True, "messages": [self._message(number) for number in self._numbers()]})
        return web.json_response({"ok": True, "team_id": "T1", "user_id": "U1"})

    def _accept(self, fields: Mapping[str, Any]) -> str:
        self.keys.append(json.loads(str(fields["metadata"]))["event_payload"]["key"])
        self.plain.append("blocks" not in fields)
        return self._ts(len(self.keys))

    def _numbers(self) -> range:
        return range(1, len(self.keys) + 1)

    @staticmethod
    def _ts(number: int) -> str:
        return f"1772442000.{number:06d}"

    def _message(self, number: int) -> dict[str, Any]:
        metadata = {"event_type": "pact_delivery", "event_payload": {"key": self.keys[number - 1]}}
        return {"ts": self._ts(number), "metadata": metadata}

    async def _wicked(
        self, request: web.Request, answer: WickedAnswer, fields: Mapping[str, Any]
    ) -> web.StreamResponse:
        if answer.accepts:
            self._accept(fields)
        if answer.slow:
            await asyncio.wait({asyncio.ensure_future(self._closing.wait())}, timeout=CUT_SECONDS)
        if answer.cut:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if answer.declared_bytes is not None:
            return await self._shortened(request, answer, answer.declared_bytes)
        return web.Response(body=answer.body.encode(), status=answer.status, headers=answer.headers)

    @staticmethod
    async def _shortened(request: web.Request, answer: WickedAnswer, declared_bytes: int) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, headers={"Content-Length": str(declared_bytes)})
        await response.prepare(request)
        await response.write(answer.body.encode())
        assert request.transport is not None
        request.transport.close()
        return response

    async def _elsewhere(self, _request: web.Request) -> web.Response:
        return web.Response(body=b"<html>sign in</html>", headers={"Content-Type": "text/html"})
