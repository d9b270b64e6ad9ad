"""Faults of a fake outlet, on request: error status, slow body, garbage, reset, redirects, decompression bomb."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from aiohttp import web

FaultKind = Literal["status", "slow", "garbage", "drop", "redirect-loop", "led-away", "bomb"]

BOMB_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault; ``status`` and ``retry_after_seconds`` belong to ``status``, ``location`` to ``led-away``.

    With ``pages_only`` the source still answers.
    """

    kind: FaultKind
    status: int = 503
    retry_after_seconds: int | None = None
    pages_only: bool = False
    location: str = ""


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    return gzip.compress(bytes(BOMB_BYTES), compresslevel=9, mtime=0)


async def answer_with_fault(fault: Fault, request: web.Request) -> web.StreamResponse:
    """Answer a request with this fault."""
    return await _ANSWERS[fault.kind](fault, request)


async def _status(fault: Fault, request: web.Request) -> web.StreamResponse:
    wait = fault.retry_after_seconds
    headers = {"Retry-After": str(wait)} if wait is not None else {}
    return web.Response(status=fault.status, text=f"{fault.status}", headers=headers)


async def _slow(fault: Fault, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html; charset=utf-8"})
    await response.prepare(request)
    with suppress(ConnectionResetError):  # the reader has hung up
        while True:
            await response.write(b" ")
            await asyncio.sleep(1)
    return response


async def _garbage(fault: Fault, request: web.Request) -> web.StreamResponse:
    noise = bytes((index * 73 + index // 7) % 256 for index in range(4096))
    return web.Response(body=b"<rss><chan" + noise, content_type="application/rss+xml")


async def _drop(fault: Fault, request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _redirect_loop(fault: Fault, request: web.Request) -> web.StreamResponse:
    turn = int(request.query.get("turn", "0")) + 1
    return web.Response(status=302, headers={"Location": f"{request.path}?turn={turn}"})


async def _led_away(fault: Fault, request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": fault.location})


async def _decompression_bomb(fault: Fault, request: web.Request) -> web.StreamResponse:
    body = await asyncio.to_thread(_bomb)
    return web.Response(body=body, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})


_ANSWERS: dict[FaultKind, Callable[[Fault, web.Request], Awaitable[web.StreamResponse]]] = {
    "status": _status,
    "slow": _slow,
    "garbage": _garbage,
    "drop": _drop,
    "redirect-loop": _redirect_loop,
    "led-away": _led_away,
    "bomb": _decompression_bomb,
}
