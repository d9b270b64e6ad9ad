"""Turns a request or an event into its row's payload and back, so that a crash loses nothing that was acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from handlers.requests import Ask, Asker, Home, Request, Share, SlackEvent, ViewRef
from handlers.verbs.parse import parse
from handlers.views.asks import ViewAsk, ask_from_stored, stored_form

LEASE = timedelta(seconds=15)
"""A stored request or event belongs to the process that stored it for so long, unless that process renews its lease."""

ASKS_WITHOUT_LINE: Mapping[str, type[Ask]] = {"share": Share, "home": Home}
"""Asks of a button and a tab, which their payload names. A view's ask is stored as its fields; every other ask is
parsed from its line again."""

_ORIGIN_FIELDS = ("response_url", "typed", "thread_ts", "replace_original", "replaceable", "asked_in_ts")
"""The fields of a request that say how it reached us."""


def inbound_key(item: Request | SlackEvent) -> tuple[str, str]:
    """The workspace and the id that identify a row."""
    return (item.asker.team if isinstance(item, Request) else item.team), item.id


def payload_from(item: Request | SlackEvent) -> Mapping[str, Any]:
    """The payload that ``inbound_from`` reads: what was asked, and where the answer belongs."""
    if isinstance(item, SlackEvent):
        unsaid = ("locale",) if item.teams else ("locale", "teams")  # the previous version knows no teams
        return {name: value for name, value in asdict(item).items() if name not in unsaid}
    fields = {name: getattr(item, name) for name in ("line", *_ORIGIN_FIELDS)}
    if item.view is not None:
        fields["view"] = asdict(item.view)
    if isinstance(item.ask, ViewAsk):
        return {"asker": asdict(item.asker), **fields, **stored_form(item.ask)}
    name = next((name for name, kind in ASKS_WITHOUT_LINE.items() if isinstance(item.ask, kind)), None)
    return {"asker": asdict(item.asker), **fields, **({"ask": name} if name else {})}


def inbound_from(slack_id: str, kind: str, payload: Mapping[str, Any]) -> Request | SlackEvent:
    """The request or event of a row, also of one that the previous version stored.

    Raises KeyError, TypeError or ValueError for a payload that cannot be read.
    """
    if kind == "happened":
        return SlackEvent(**{**payload, "teams": tuple(payload.get("teams", ()))})
    asker, line = Asker(**payload["asker"]), payload["line"]
    ask: Ask
    if payload.get("ask") == "share":
        ask = Share(line)
    elif payload.get("ask") == "home":
        ask = Home()
    elif "view_ask" in payload:
        ask = ask_from_stored(payload)
    else:
        ask, asker = parse(line, asker)
    origin = {name: payload[name] for name in _ORIGIN_FIELDS if name in payload}
    view = ViewRef(**payload["view"]) if "view" in payload else None
    return Request(slack_id, asker, ask, line, **origin, view=view)
