"""Reads from a payload who asks, and where: the person, the conversation, and whether the person is of our workspace.

The workspace of every request is the one that the app is installed in. In a channel that is shared with another
workspace, ``team_id`` of a payload may be the other one; it says where the person is from, never whose rows are meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from handlers.requests import Asker, Standing
from handlers.slack_facts import Identity

Body = Mapping[str, Any]


def asker_of_command(identity: Identity, body: Body) -> Asker:
    """Reads a slash command; ``team_id`` is the workspace of the person who typed it."""
    channel, name = str(body.get("channel_id") or ""), str(body.get("channel_name") or "")
    home = (body.get("team_id") or body.get("enterprise_id"),)
    return _asker(identity, body.get("user_id"), channel, home, direct=_may_be_direct(channel, name))


def asker_of_interaction(identity: Identity, body: Body) -> Asker:
    """Reads a button, a menu or a shortcut; a button of the home tab has no channel."""
    in_channel, user = body.get("channel") or {}, body.get("user") or {}
    channel = str(in_channel.get("id") or (body.get("container") or {}).get("channel_id") or "")
    home = (user.get("team_id"), (body.get("team") or {}).get("id"))
    return _asker(identity, user.get("id"), channel, home, direct=_may_be_direct(channel, str(in_channel.get("name"))))


def asker_of_view(identity: Identity, body: Body, ids: Body) -> Asker:
    """Reads what is done in a modal, whose ids name the conversation that it was opened in; none for a shortcut."""
    user = body.get("user") or {}
    channel = str(ids.get("channel") or "")
    home = (user.get("team_id"), (body.get("team") or {}).get("id"))
    asker = _asker(identity, user.get("id"), channel, home, direct=False)
    return replace(asker, direct=not channel or channel.startswith("D"), unsure_direct=not channel)


def asker_of_event(identity: Identity, body: Body) -> Asker:
    """Reads a mention or a message; Slack sends a message of a direct conversation only where the app is in it."""
    event = body.get("event") or {}
    channel = str(event.get("channel") or "")
    home = (event.get("user_team"), event.get("source_team"))
    is_direct = event.get("channel_type") == "im" or channel.startswith("D")
    asker = _asker(identity, event.get("user"), channel, home if any(home) else (event.get("team"),), direct=False)
    return Asker(asker.team, asker.user, channel, is_direct, standing=asker.standing)


def standing_at_home(identity: Identity, home_teams: Iterable[object]) -> Standing | None:
    """Returns ``outsider`` if a payload names another workspace than ours or our organization; else None."""
    ours = (identity.team, identity.enterprise)
    return "outsider" if any(team not in ours for team in home_teams if team) else None


def _may_be_direct(channel: str, name: str) -> bool:
    """Returns whether it is no channel: a direct message, a group's direct message (``mpdm-…``), or the home tab."""
    return not channel or channel.startswith("D") or name == "directmessage" or name.startswith("mpdm-")


def _asker(identity: Identity, user: object, channel: str, home_teams: Iterable[object], *, direct: bool) -> Asker:
    standing = standing_at_home(identity, home_teams)
    return Asker(identity.team, str(user or ""), channel, direct, unsure_direct=direct, standing=standing)
