"""The shapes of what Slack tells an app: commands, presses, submissions. Pure."""

from __future__ import annotations

import re

from handlers.fake_slack.models import Channel, Json, Message, Team, User
from handlers.fake_slack.state import State

NAMED = re.compile(r"(?<!\S)([#@])([^\s#@<>|&]+)")


def escaped(text: str) -> str:
    """The three characters that Slack escapes in everything people type."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_references(state: State, team_id: str, text: str, labels: bool) -> str:
    """Escape what a person typed and turn #channel and @name into references (`should_escape` adds labels)."""
    channels = {c.name: c for c in state.channels.values() if c.team_id == team_id and not c.is_direct}
    users = {u.name: u for u in state.users.values() if u.team_id == team_id}

    def reference(match: re.Match[str]) -> str:
        sign, name = match.group(1), match.group(2)
        found = channels.get(name) if sign == "#" else users.get(name)
        if found is None:
            return match.group(0)
        return f"<{sign}{found.id}|{name}>" if labels or sign == "#" else f"<{sign}{found.id}>"

    return NAMED.sub(reference, escaped(text))


def team_part(team: Team, user: User) -> Json:
    """Who and where, as interactions tell it."""
    return {
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": {"id": team.enterprise_id, "name": team.domain} if team.enterprise_id else None,
        "is_enterprise_install": False,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id},
    }


def channel_label(channel: Channel) -> str:
    """The channel_name of payloads: Slack hides the names of private and direct ones."""
    return "directmessage" if channel.is_direct else "privategroup" if channel.private else channel.name


def command_payload(team: Team, user: User, channel: Channel, command: str, text: str) -> Json:
    """A slash command, without its passes."""
    payload: Json = {
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_label(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "is_enterprise_install": "false",
    }
    if team.enterprise_id:
        payload |= {"enterprise_id": team.enterprise_id, "enterprise_name": team.domain}
    return payload


def message_part(channel: Channel, message: Message) -> Json:
    """Where a button was pressed; an ephemeral message is named, but not handed back."""
    part: Json = {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.only_for is not None,
        },
        "channel": {"id": channel.id, "name": channel_label(channel)},
    }
    if message.thread_ts:
        part["container"]["thread_ts"] = message.thread_ts
    if message.only_for is None:
        part["message"] = message.public(with_metadata=True)
    return part


def action_part(block: Json, element: Json, choice: Json, action_ts: str) -> Json:
    """The one entry of `actions`."""
    action: Json = {
        "type": element["type"],
        "action_id": element.get("action_id", ""),
        "block_id": block.get("block_id", ""),
        "action_ts": action_ts,
    }
    if element["type"] in ("button", "workflow_button"):
        action["text"] = element.get("text")
        action |= {key: element[key] for key in ("value", "style", "url") if key in element}
        return action
    return action | {key: value for key, value in choice.items() if key != "type"}


def membership(kind: str, channel: Channel, user_id: str, event_ts: str) -> Json:
    """Somebody came into a channel or left it."""
    return {
        "type": kind,
        "user": user_id,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": channel.team_id,
        "event_ts": event_ts,
    }
