"""Rejects requests with a foreign Host (DNS rebinding) and requests of foreign pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback_host(host: str) -> bool:
    """Returns whether a Host header is a loopback name."""
    return urlsplit(f"//{host}").hostname in LOOPBACK_NAMES


def is_own_page(host: str, origin: str | None, site: str | None, navigating: bool) -> bool:
    """Returns whether the browser's headers allow the request."""
    if origin is not None and origin != f"http://{host}":
        return False
    return site in (None, "same-origin", "none") or navigating


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Rejects every request that comes neither from the own page nor from a program on this machine."""
    host = request.headers.get("Host", "")
    if not is_loopback_host(host):
        return web.Response(status=403, text="This server answers only at 127.0.0.1 and localhost.\n")
    page = request.path in ("/", "/gallery") or request.path.startswith("/archives/")
    navigating = request.method == "GET" and page and "Origin" not in request.headers
    site = request.headers.get("Sec-Fetch-Site")
    if not is_own_page(host, request.headers.get("Origin"), site, navigating):
        return web.Response(status=403, text="Requests from other pages are refused.\n")
    return await handler(request)
