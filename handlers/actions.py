"""Reads buttons and menus; each carries a line that could as well be typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp

from handlers.askers import asker_of_interaction, asker_of_view
from handlers.inbound import Body, InboundHandler
from handlers.requests import Ask, Asker, Request, Share
from handlers.slack_facts import Identity
from handlers.verbs.parse import parse
from handlers.verbs.request import GRANT_ACTION
from handlers.views.inputs import view_ref
from handlers.views.modal import metadata_of

OPEN, SHARE = "pact:open", "pact:share"
LINE_ACTIONS = re.compile(r"^pact:(why|mute|more|undo|run|edit|into|set)(:.*)?$")
SET = "pact:set:"
"""Begins the action of a menu of the home tab whose choice the tab itself shows, so that no modal opens."""
INTO_CHANNEL = "pact:into:"
"""The block of a menu of channels: behind this stands the line that the chosen channel completes."""


def register(app: AsyncApp, inbound: InboundHandler) -> None:
    """Registers the listeners for every action of our messages."""
    app.action(OPEN)(_acknowledge)
    for pattern in (LINE_ACTIONS, re.compile(f"^{SHARE}$")):
        middleware, listener = inbound.listener(request_from_action)
        app.action(pattern, middleware=middleware)(listener)


async def _acknowledge(ack: Any) -> None:
    """Acknowledges a link button, which Slack opens in the browser by itself."""
    await ack()


def request_from_action(identity: Identity, body: Body) -> Request | None:
    """Reads a pressed button or a chosen option as the line that it carries."""
    action = (body.get("actions") or [{}])[0]
    value = value_of(action)
    if not value:
        return None
    view = body.get("view")
    asker = asker_of_view(identity, body, metadata_of(view)) if view else asker_of_interaction(identity, body)
    if action.get("action_id") == SHARE:
        return _request(body, asker, Share(value), value)
    ask, asker = parse(value, asker)
    request = _request(body, asker, ask, value, str(action.get("action_id")))
    return replace(request, trigger_id=None) if str(action.get("action_id")).startswith(SET) else request


def _request(body: Body, asker: Asker, ask: Ask, line: str, action_id: str = SHARE) -> Request:
    container = body.get("container") or {}
    message = body.get("message") or {}
    trigger_id = str(body.get("trigger_id") or "")
    view = view_ref(body)
    opens = ask.opens_modal or (view is not None and view.is_home)
    replaces = bool(container.get("is_ephemeral")) and not isinstance(ask, Share) and not opens
    return Request(
        trigger_id,
        asker,
        ask,
        line,
        body.get("response_url"),
        thread_ts=message.get("thread_ts") or container.get("thread_ts"),
        replace_original=replaces,
        replaceable=replaces,
        trigger_id=trigger_id if opens else None,
        view=view,
        asked_in_ts=_message_ts(body) if action_id == GRANT_ACTION else None,
    )


def _message_ts(body: Body) -> str | None:
    return (body.get("message") or {}).get("ts") or (body.get("container") or {}).get("message_ts")


def value_of(action: Mapping[str, Any]) -> str:
    """Returns the value of a pressed button or a chosen option."""
    if channel := action.get("selected_conversation"):
        line = str(action.get("block_id") or "")
        return f"{line.removeprefix(INTO_CHANNEL)} #{channel}" if line.startswith(INTO_CHANNEL) else ""
    option = action.get("selected_option") or {}
    return str(option.get("value") or action.get("value") or "")
