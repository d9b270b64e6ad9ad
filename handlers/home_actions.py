"""Reads the buttons and menus of the home tab that no line says: new, end and mute of a subscription, pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from handlers.actions import value_of
from handlers.askers import asker_of_view
from handlers.inbound import Body, InboundHandler
from handlers.requests import Ask, Home, Request
from handlers.slack_facts import Identity
from handlers.verbs.mute import MUTE_MAX_SECONDS
from handlers.views.asks import EndSubscription, MuteSubscription, OpenBuilder
from handlers.views.home_tab import END, MUTE, OPEN_BUILDER, TURN
from handlers.views.inputs import view_ref
from handlers.views.modal import metadata_of

HOME_ACTIONS = re.compile(r"^pact:home:(new|page|end|mute)(:.*)?$")
_NUMBER = re.compile(r"[0-9]{1,9}")


def register(app: AsyncApp, inbound: InboundHandler) -> None:
    """Registers the listener for the home tab's own buttons."""
    middleware, listener = inbound.listener(request_from_home)
    app.action(HOME_ACTIONS, middleware=middleware)(listener)


def request_from_home(identity: Identity, body: Body) -> Request | None:
    """Reads a press; its answer opens in a modal, except a page, which is turned in the tab itself."""
    action: Mapping[str, Any] = (body.get("actions") or [{}])[0]
    ask = _ask(str(action.get("action_id")), value_of(action).split())
    view, trigger_id = body.get("view") or {}, str(body.get("trigger_id") or "")
    if ask is None or not view:
        return None
    asker = asker_of_view(identity, body, metadata_of(view))
    opens = None if isinstance(ask, Home) else trigger_id
    return Request(trigger_id, asker, ask, trigger_id=opens, view=view_ref(body))


def _ask(action_id: str, values: list[str]) -> Ask | None:
    """Returns what is asked for; None for a value that none of our buttons has."""
    if action_id == OPEN_BUILDER:
        return OpenBuilder()
    numbers = [int(value) for value in values if _NUMBER.fullmatch(value)]
    if len(numbers) != len(values):
        return None
    if action_id.startswith(TURN) and len(numbers) == 1:
        return Home(numbers[0])
    if action_id == END and len(numbers) == 1:
        return EndSubscription(numbers[0])
    if action_id == MUTE and len(numbers) == 2 and numbers[1] <= MUTE_MAX_SECONDS:
        return MuteSubscription(*numbers)
    return None
