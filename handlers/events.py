"""What Slack tells unasked: mentions and direct messages are lines; joining, archiving, uninstalling are happenings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from slack_bolt.async_app import AsyncApp

from handlers.commands import hear_line
from handlers.inbound import Body, Heard, InboundHandler
from handlers.parse import tokens_of
from handlers.requests import Asker, Happened, Home, Request, Why
from handlers.verbs import Verb, verb_named

Kind = Literal[
    "joined", "left", "archived", "unarchived", "uninstalled", "tokens_revoked", "channel_deleted", "renamed"
]

_CHANNEL_EVENTS: dict[str, Kind] = {
    "channel_left": "left",
    "group_left": "left",
    "channel_archive": "archived",
    "group_archive": "archived",
    "channel_unarchive": "unarchived",
    "group_unarchive": "unarchived",
    "channel_deleted": "channel_deleted",
    "group_deleted": "channel_deleted",
    "channel_rename": "renamed",
    "group_rename": "renamed",
    "app_uninstalled": "uninstalled",
    "tokens_revoked": "tokens_revoked",
}
_MEMBER_EVENTS: dict[str, Kind] = {"member_joined_channel": "joined", "member_left_channel": "left"}
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


def register(app: AsyncApp, reception: InboundHandler) -> None:
    """Listens to every event that means something to the desk, and lets the others pass."""
    bot = reception.identity.bot_user
    ears: dict[str, Callable[[Body], Heard | None]] = {
        "app_mention": hear_mention,
        "message": hear_direct,
        "app_home_opened": hear_home,
        **{name: partial(hear_member, kind, bot) for name, kind in _MEMBER_EVENTS.items()},
        **{name: partial(hear_channel, kind) for name, kind in _CHANNEL_EVENTS.items()},
    }
    for name, ear in ears.items():
        middleware, answer = reception.listener(ear)
        app.event({"type": name}, middleware=middleware)(answer)


def hear_mention(body: Body) -> Request | None:
    """``@pact status``: the line after the name; ``@pact why`` in a thread asks about the thread's parent."""
    event = body.get("event") or {}
    if event.get("bot_id") or not event.get("user"):
        return None
    raw = _MENTION.sub("", str(event.get("text") or ""), count=1).strip()
    thread = event.get("thread_ts")
    heard = hear_line(raw, _asker(body), _id(body))
    words = tokens_of(heard.line)
    if thread and len(words) == 1 and _is_why(words[0].text):
        heard = replace(heard, ask=Why(str(thread)), line=f"{words[0].text} {thread}")
    return replace(heard, thread_ts=thread)


def hear_direct(body: Body) -> Request | None:
    """A line typed in the bot's direct message is understood like the command."""
    event = body.get("event") or {}
    if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id") or not event.get("user"):
        return None
    return replace(hear_line(str(event.get("text") or ""), _asker(body), _id(body)), thread_ts=event.get("thread_ts"))


def hear_home(body: Body) -> Request | None:
    """The home tab was opened (its messages tab sends the same event)."""
    event = body.get("event") or {}
    if event.get("tab") not in (None, "home"):
        return None
    return Request(_id(body), _asker(body), Home())


def hear_member(kind: Kind, bot_user: str, body: Body) -> Happened | None:
    """Somebody joined or left; it matters when that is the bot."""
    event = body.get("event") or {}
    if event.get("user") != bot_user:
        return None
    return Happened(_id(body), _team(body), kind, event.get("channel"), event.get("inviter"))


def hear_channel(kind: Kind, body: Body) -> Happened | None:
    """Something happened to a channel or to the installation; a person's own revoked token is no matter of ours."""
    event = body.get("event") or {}
    if kind == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return None
    channel = event.get("channel")
    if isinstance(channel, dict):
        channel = channel.get("id")
    return Happened(_id(body), _team(body), kind, channel, event.get("user"))


def _is_why(word: str) -> bool:
    verb = verb_named(word)
    return isinstance(verb, Verb) and verb.name == "why"


def _id(body: Body) -> str:
    return str(body.get("event_id") or "")


def _team(body: Body) -> str:
    return str(body.get("team_id") or body.get("enterprise_id") or "")


def _asker(body: Body) -> Asker:
    event: dict[str, Any] = body.get("event") or {}
    channel = str(event.get("channel") or "")
    return Asker(
        _team(body), str(event.get("user") or ""), channel, event.get("channel_type") == "im" or channel.startswith("D")
    )
