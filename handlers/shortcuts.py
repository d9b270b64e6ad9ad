"""Reads shortcuts: those of a message, which are about our card or about a link in it, and the global one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from slack_bolt.async_app import AsyncApp

from handlers.askers import asker_of_interaction, asker_of_view
from handlers.inbound import Body, InboundHandler
from handlers.manifest import MUTE_SHORTCUT, SUBSCRIBE_SHORTCUT, TRACK_SHORTCUT, WHY_SHORTCUT
from handlers.requests import Request
from handlers.slack_facts import Identity
from handlers.unwrap import links_in
from handlers.views.asks import AboutMessage, OpenBuilder

_WHAT: Mapping[str, Literal["why", "mute", "track"]] = {
    WHY_SHORTCUT: "why",
    MUTE_SHORTCUT: "mute",
    TRACK_SHORTCUT: "track",
}
LINKS_READ = 10
"""A message may hold hundreds of links."""


def register(app: AsyncApp, inbound: InboundHandler) -> None:
    """Registers the listeners for every shortcut."""
    middleware, listener = inbound.listener(request_from_shortcut)
    for callback_id in _WHAT:
        app.message_shortcut(callback_id, middleware=middleware)(listener)
    middleware, listener = inbound.listener(request_from_global_shortcut)
    app.global_shortcut(SUBSCRIBE_SHORTCUT, middleware=middleware)(listener)


def request_from_shortcut(identity: Identity, body: Body) -> Request | None:
    """Reads a message shortcut; its answer opens in a modal."""
    message = body.get("message") or {}
    ts = str(body.get("message_ts") or message.get("ts") or "")
    what = _WHAT.get(str(body.get("callback_id")), "why")
    if not ts:
        return None
    ours = message.get("user") == identity.bot_user or bool(message.get("bot_id"))
    links = [] if ours else list(dict.fromkeys(_links(message)))[:LINKS_READ]
    trigger_id = str(body.get("trigger_id") or "")
    asker, url = asker_of_interaction(identity, body), body.get("response_url")
    ask = AboutMessage(what, ts, " ".join(links))
    return Request(trigger_id, asker, ask, f"{what} {ts}", url, trigger_id=trigger_id)


def request_from_global_shortcut(identity: Identity, body: Body) -> Request | None:
    """Reads the global shortcut *New subscription*."""
    trigger_id = str(body.get("trigger_id") or "")
    asker = replace(asker_of_view(identity, body, {}), unsure_direct=True)
    return Request(trigger_id, asker, OpenBuilder(), trigger_id=trigger_id)


def _links(message: Mapping[str, Any]) -> Iterator[str]:
    """Yields the addresses in a message's text, and in its blocks where a link has a label."""
    yield from links_in(str(message.get("text") or ""))
    yield from _links_of_blocks(message.get("blocks"))


def _links_of_blocks(part: object, depth: int = 0) -> Iterator[str]:
    if depth > 8:
        return
    if isinstance(part, list):
        for each in part:
            yield from _links_of_blocks(each, depth + 1)
    elif isinstance(part, dict):
        url = part.get("url")
        if part.get("type") == "link" and isinstance(url, str) and url.startswith("http") and " " not in url:
            yield url
        yield from _links_of_blocks(part.get("elements"), depth + 1)
