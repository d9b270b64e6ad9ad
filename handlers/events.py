"""Reads Slack's events: mentions and direct messages are requests; membership and installation changes are events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from slack_bolt.async_app import AsyncApp

from handlers.askers import asker_of_event
from handlers.commands import request_from_line
from handlers.inbound import Body, BodyReader, InboundHandler
from handlers.requests import Ask, Home, Request, SlackEvent, Unclear
from handlers.slack_facts import Identity
from handlers.verbs.grammar import line_of
from handlers.verbs.mute import Mute
from handlers.verbs.registry import verb_named
from handlers.verbs.unmute import Unmute
from handlers.verbs.verb import Verb
from handlers.verbs.why import Why
from handlers.views.asks import InThread, Unfurl

Kind = Literal[
    "joined", "left", "archived", "unarchived", "uninstalled", "tokens_revoked", "channel_deleted", "renamed"
]
"""The kinds of events that name one channel or none; a changed id names two."""

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
STORY_MISSING = frozenset({"mute_needs", "unmute_needs", "story_needs", "feedback_needs", "share_needs"})
"""The codes of lines that lack nothing but a story."""
_ADDRESS = re.compile(r"https?://\S{1,2000}")
_ANY_EVENT = re.compile("")
LINKS_READ = 5
"""Slack itself shows no more links of a message."""
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


def register(app: AsyncApp, inbound: InboundHandler) -> None:
    """Registers a listener for every event that the bot uses; any other event is acknowledged.

    An app may be subscribed to more than our manifest says, and Slack repeats an event that is not acknowledged.
    """
    readers: dict[str, BodyReader] = {
        "app_mention": request_from_mention,
        "message": request_from_direct_message,
        "app_home_opened": request_from_home_tab,
        "link_shared": request_from_links,
        **{name: partial(membership_event, kind) for name, kind in _MEMBER_EVENTS.items()},
        **{name: partial(channel_event, kind) for name, kind in _CHANNEL_EVENTS.items()},
        "channel_id_changed": id_change_event,
        "team_access_granted": partial(access_event, "access_granted"),
        "team_access_revoked": partial(access_event, "access_revoked"),
    }
    for name, read in readers.items():
        middleware, listener = inbound.listener(read)
        app.event({"type": name}, middleware=middleware)(listener)
    middleware, listener = inbound.listener(_unused)
    app.event(_ANY_EVENT, middleware=middleware)(listener)


def _unused(_identity: Identity, _body: Body) -> None:
    """Reads an event that the bot does not use."""


def _lacks_story(ask: Ask) -> bool:
    """Returns whether the story of a thread may be meant: none is named, and ``mute`` alone shows what is muted."""
    if isinstance(ask, Mute | Unmute):
        return ask.target is None
    return isinstance(ask, Unclear) and ask.code in STORY_MISSING


def request_from_mention(identity: Identity, body: Body) -> Request | None:
    """Reads the line after a mention; in a thread, a line that lacks a story is about the thread's parent."""
    event = body.get("event") or {}
    if not _is_a_persons(identity, event):
        return None
    raw_line = _MENTION.sub("", str(event.get("text") or ""), count=1).strip()
    thread_ts = event.get("thread_ts")
    request = request_from_line(raw_line, asker_of_event(identity, body), _event_id(body))
    tokens = line_of(request.line).tokens
    if thread_ts and len(tokens) == 1 and _is_why(tokens[0].text):
        request = replace(request, ask=Why(str(thread_ts)), line=f"{tokens[0].text} {thread_ts}")
    elif thread_ts and _lacks_story(request.ask):
        verb = verb_named(tokens[0].text)
        changes = isinstance(verb, Verb) and verb.group == "channel"
        request = replace(request, ask=InThread(str(thread_ts), request.line, changes))
    return replace(request, thread_ts=thread_ts)


def request_from_direct_message(identity: Identity, body: Body) -> Request | None:
    """Reads a line typed in the bot's direct message like the command."""
    event = body.get("event") or {}
    if event.get("channel_type") != "im" or event.get("subtype") or not _is_a_persons(identity, event):
        return None
    request = request_from_line(str(event.get("text") or ""), asker_of_event(identity, body), _event_id(body))
    return replace(request, thread_ts=event.get("thread_ts"))


def _is_a_persons(identity: Identity, event: Mapping[str, Any]) -> bool:
    """Returns whether a person wrote the message: Slack also sends the bot what it has posted itself."""
    return not event.get("bot_id") and event.get("user") not in (None, "", identity.bot_user)


def request_from_links(identity: Identity, body: Body) -> Request | None:
    """Reads that somebody's message has links of our outlets' domains; our own messages show no such lines."""
    event = body.get("event") or {}
    listed = event.get("links")
    links = [link.get("url") for link in listed if isinstance(link, dict)] if isinstance(listed, list) else []
    wanted = [link for link in links if isinstance(link, str) and _ADDRESS.fullmatch(link)][:LINKS_READ]
    if not wanted or not event.get("unfurl_id") or event.get("user") == identity.bot_user:
        return None
    ask = Unfurl(str(event["unfurl_id"]), str(event.get("source") or ""), " ".join(wanted))
    return Request(_event_id(body), asker_of_event(identity, body), ask)


def request_from_home_tab(identity: Identity, body: Body) -> Request | None:
    """Reads the opening of the home tab; the messages tab, which sends the same event, is ignored."""
    event = body.get("event") or {}
    if event.get("tab") not in (None, "home"):
        return None
    return Request(_event_id(body), asker_of_event(identity, body), Home())


def membership_event(kind: Kind, identity: Identity, body: Body) -> SlackEvent | None:
    """Reads that the bot joined or left a channel; other people's memberships are ignored."""
    event = body.get("event") or {}
    if event.get("user") != identity.bot_user:
        return None
    return SlackEvent(_event_id(body), identity.team, kind, event.get("channel"), event.get("inviter"))


def channel_event(kind: Kind, identity: Identity, body: Body) -> SlackEvent | None:
    """Reads a change of a channel or of the installation; a revoked user token is ignored."""
    event = body.get("event") or {}
    if kind == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return None
    channel = event.get("channel")
    if isinstance(channel, dict):
        channel = channel.get("id")
    return SlackEvent(_event_id(body), identity.team, kind, channel, event.get("user"))


def access_event(
    kind: Literal["access_granted", "access_revoked"], identity: Identity, body: Body
) -> SlackEvent | None:
    """Reads that an organization gives the app to some of its workspaces, or takes it from them."""
    listed = (body.get("event") or {}).get("team_ids")
    teams = tuple(str(team) for team in listed) if isinstance(listed, list) else ()
    if not teams or not identity.enterprise:
        return None
    return SlackEvent(_event_id(body), identity.enterprise, kind, teams=teams)


def id_change_event(identity: Identity, body: Body) -> SlackEvent | None:
    """Reads that a channel has a new id, as a private channel has once it is shared with another workspace."""
    event = body.get("event") or {}
    old, new = event.get("old_channel_id"), event.get("new_channel_id")
    if not old or not new:
        return None
    return SlackEvent(_event_id(body), identity.team, "id_changed", str(old), new_channel=str(new))


def _is_why(word: str) -> bool:
    verb = verb_named(word)
    return isinstance(verb, Verb) and verb.name == "why"


def _event_id(body: Body) -> str:
    return str(body.get("event_id") or "")
