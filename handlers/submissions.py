"""Reads submitted modals, and the fields of modals that are sent at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp

from handlers.askers import asker_of_view
from handlers.inbound import Body, InboundHandler
from handlers.requests import Ask, Asker, Request, ViewRef
from handlers.slack_facts import Identity
from handlers.views import builder_modal, feedback_modal, mute_modal, settings_modal
from handlers.views.asks import PreviewSubscription, SaveSubscription
from handlers.views.inputs import values_of, view_ref
from handlers.views.modal import metadata_of

LIVE_ACTIONS = re.compile(r"^pact:(live|choose)(:.*)?$")


def register(app: AsyncApp, inbound: InboundHandler) -> None:
    """Registers the listeners for modals."""
    middleware, listener = inbound.submission_listener(request_from_submission)
    app.view(re.compile("^pact:"), middleware=middleware)(listener)
    middleware, listener = inbound.listener(request_from_live_field)
    app.action(LIVE_ACTIONS, middleware=middleware)(listener)


def request_from_submission(identity: Identity, body: Body) -> Request | None:
    """Reads a submitted modal; one that we do not know is ignored."""
    view = body.get("view") or {}
    ask = _submitted(view)
    trigger_id = str(body.get("trigger_id") or "")
    if ask is None or not trigger_id:
        return None
    shown = ViewRef(str(view.get("id") or ""), external_id=f"pact:{trigger_id}")
    asker = asker_of_view(identity, body, metadata_of(view))
    if isinstance(ask, SaveSubscription) and ask.channel:
        asker = replace(asker, unsure_direct=False)
    return Request(trigger_id, asker, ask, view=shown)


def request_from_live_field(identity: Identity, body: Body) -> Request | None:
    """Reads a change in an open builder; its answer is the builder again."""
    view = body.get("view") or {}
    action: Mapping[str, Any] = (body.get("actions") or [{}])[0]
    if view.get("callback_id") != builder_modal.CALLBACK_ID:
        return None
    ids = metadata_of(view)
    ask = builder_modal.fields_from(PreviewSubscription, view, values_of(view), ids)
    if str(action.get("action_id")).startswith(builder_modal.CHOOSE):
        ask = builder_modal.with_choice(ask, str(action.get("value") or ""))
    return _request(body, asker_of_view(identity, body, ids), ask, view_ref(body))


def _request(body: Body, asker: Asker, ask: Ask, view: ViewRef | None = None) -> Request:
    return Request(str(body.get("trigger_id") or ""), asker, ask, view=view)


def _submitted(view: Mapping[str, Any]) -> Ask | None:
    values, ids = values_of(view), metadata_of(view)
    if view.get("callback_id") == builder_modal.CALLBACK_ID:
        return builder_modal.fields_from(SaveSubscription, view, values, ids)
    if view.get("callback_id") == mute_modal.CALLBACK_ID:
        return mute_modal.ask_from(values, ids)
    if view.get("callback_id") == feedback_modal.CALLBACK_ID:
        return feedback_modal.ask_from(values, ids)
    if view.get("callback_id") == settings_modal.CALLBACK_ID:
        return settings_modal.ask_from(values)
    return None
