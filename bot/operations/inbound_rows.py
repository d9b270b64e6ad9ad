"""Turns what was heard from Slack into a stored row and back, so that a crash loses nothing that was acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from handlers.requests import Ask, Asker, Happened, Home, Request, Share
from handlers.verbs.parse import parse

ASKS_WITHOUT_LINE: Mapping[str, type[Ask]] = {"share": Share, "home": Home}
"""Asks that no line stands for: a button and a tab. What they are must be kept with what was heard."""

_ORIGIN_FIELDS = ("response_url", "typed", "thread_ts", "replace_original")
"""The fields of a request that say how it reached us."""
LEASE = timedelta(seconds=15)
"""How long what was heard is this process's own, unless it says that it is still at it."""


def inbound_key(heard: Request | Happened) -> tuple[str, str]:
    """The workspace and id of what was heard."""
    return (heard.asker.team if isinstance(heard, Request) else heard.team), heard.id


def payload_from(heard: Request | Happened) -> Mapping[str, Any]:
    """What is needed to take it up again after a crash: what was asked, and where the answer belongs."""
    if isinstance(heard, Happened):
        return asdict(heard)
    kept = {name: getattr(heard, name) for name in ("line", *_ORIGIN_FIELDS)}
    unsaid = next((name for name, kind in ASKS_WITHOUT_LINE.items() if isinstance(heard.ask, kind)), None)
    return {"asker": asdict(heard.asker), **kept, **({"ask": unsaid} if unsaid else {})}


def inbound_from(number: str, kind: str, payload: Mapping[str, Any]) -> Request | Happened:
    """What was remembered, as it was heard; KeyError, TypeError or ValueError where it is not readable."""
    if kind == "happened":
        return Happened(**payload)
    asker, line = Asker(**payload["asker"]), payload["line"]
    ask, who = parse(line, asker)
    unsaid = payload.get("ask")
    if unsaid == "share":
        ask, who = Share(line), asker
    elif unsaid == "home":
        ask, who = Home(), asker
    return Request(number, who, ask, line, **{name: payload[name] for name in _ORIGIN_FIELDS if name in payload})
