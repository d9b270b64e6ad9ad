"""Buttons, menus and the message shortcut: each carries a line that could as well be typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from handlers.inbound import Body, InboundHandler
from handlers.parse import parse
from handlers.requests import Ask, Asker, Request, Share, Why

OPEN, SHARE = "pact:open", "pact:share"
WHY_SHORTCUT = "pact_why"
LINES = re.compile(r"^pact:(why|mute|more|undo|run)(:.*)?$")


def register(app: AsyncApp, reception: InboundHandler) -> None:
    """Listens to everything that can be pressed on our messages."""
    app.action(OPEN)(_opened)
    for pattern in (LINES, re.compile(f"^{SHARE}$")):
        middleware, answer = reception.listener(hear_press)
        app.action(pattern, middleware=middleware)(answer)
    middleware, answer = reception.listener(hear_shortcut)
    app.message_shortcut(WHY_SHORTCUT, middleware=middleware)(answer)


async def _opened(ack: Any) -> None:
    """A link button opens in the browser; Slack only wants to hear that we heard."""
    await ack()


def hear_press(body: Body) -> Request | None:
    """A press as the request that its line stands for."""
    pressed = (body.get("actions") or [{}])[0]
    value = _value(pressed)
    if not value:
        return None
    asker = _asker(body)
    if pressed.get("action_id") == SHARE:
        return _heard(body, asker, Share(value), value)
    ask, asker = parse(value, asker)
    return _heard(body, asker, ask, value)


def hear_shortcut(body: Body) -> Request | None:
    """The message shortcut *Why?*: about the message it was called on."""
    ts = str(body.get("message_ts") or (body.get("message") or {}).get("ts") or "")
    return _heard(body, _asker(body), Why(ts), f"why {ts}") if ts else None


def _heard(body: Body, asker: Asker, ask: Ask, line: str) -> Request:
    container = body.get("container") or {}
    message = body.get("message") or {}
    return Request(
        str(body.get("trigger_id") or ""),
        asker,
        ask,
        line,
        body.get("response_url"),
        thread_ts=message.get("thread_ts") or container.get("thread_ts"),
        replace_original=bool(container.get("is_ephemeral")) and not isinstance(ask, Share),
    )


def _value(pressed: Mapping[str, Any]) -> str:
    chosen = pressed.get("selected_option") or {}
    return str(chosen.get("value") or pressed.get("value") or "")


def _asker(body: Body) -> Asker:
    channel = str((body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or "")
    return Asker(
        team=str((body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id") or ""),
        user=str((body.get("user") or {}).get("id") or ""),
        channel=channel,
        direct=channel.startswith("D"),
    )
