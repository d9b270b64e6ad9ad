"""Builds the payloads of commands, interactions and membership events. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from handlers.fake_slack.models import Channel, Json, Message, Team, User
from handlers.fake_slack.state import State

LINK = re.compile(r"https?://[^\s<>|]+")
NAMED = re.compile(r"(?<!\S)([#@])([^\s#@<>|&]+)")


def escaped(text: str) -> str:
    """Escapes & < >, as Slack does in everything that people type."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """Undoes ``escaped``."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def with_references(state: State, team_id: str, text: str, labels: bool) -> str:
    """Escapes typed text and turns #channel and @name into references, with labels as `should_escape` asks."""
    channels = {c.name: c for c in state.channels.values() if c.team_id == team_id and not c.is_direct}
    users = {u.name: u for u in state.users.values() if u.team_id == team_id}
    groups = {group["handle"]: group["id"] for group in state.user_groups.values() if group["team_id"] == team_id}

    def reference(match: re.Match[str]) -> str:
        sign, name = match.group(1), match.group(2)
        if sign == "@" and name in groups and name not in users:
            return f"<!subteam^{groups[name]}|@{name}>" if labels else f"<!subteam^{groups[name]}>"
        target = channels.get(name) if sign == "#" else users.get(name)
        if target is None:
            return match.group(0)
        return f"<{sign}{target.id}|{name}>" if labels or sign == "#" else f"<{sign}{target.id}>"

    return NAMED.sub(reference, escaped(text))


def links_of(text: str, domains: Collection[str]) -> list[Json]:
    """Returns the links of a message that belong to these domains or their subdomains."""
    links = []
    for url in dict.fromkeys(LINK.findall(unescaped(text))):
        host = urlsplit(url).hostname or ""
        if any(host == domain or host.endswith(f".{domain}") for domain in domains):
            links.append({"url": url, "domain": host})
    return links


def team_part(team: Team, user: User) -> Json:
    """Returns the fields of team and person in an interaction."""
    return {
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": {"id": team.enterprise_id, "name": team.domain} if team.enterprise_id else None,
        "is_enterprise_install": False,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id},
    }


def channel_label(channel: Channel) -> str:
    """Returns the channel_name of payloads, in which Slack hides the names of private and direct channels."""
    if channel.is_direct or channel.name == "directmessage":
        return "directmessage"
    return "privategroup" if channel.private and not channel.name.startswith("mpdm-") else channel.name


def command_payload(team: Team, user: User, channel: Channel, command: str, text: str) -> Json:
    """Returns a slash command without token, trigger_id and response_url."""
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


def message_part(channel: Channel, message: Message, attachment: Json | None = None) -> Json:
    """Returns the message of a pressed button; an ephemeral message is named, but not included."""
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
    if attachment is not None:
        part["container"] |= {
            "type": "message_attachment",
            "attachment_id": attachment["id"],
            "is_app_unfurl": bool(attachment.get("is_app_unfurl")),
        }
    if message.only_for is None:
        part["message"] = message.public(with_metadata=True)
    return part


def action_part(block: Json, element: Json, choice: Json, action_ts: str) -> Json:
    """Returns the one entry of `actions`."""
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


def message_event(channel: Channel, message: Message) -> Json:
    """Returns the event of a new message."""
    kind = "im" if channel.is_direct else "group" if channel.private else "channel"
    fields: Json = {"channel": channel.id, "channel_type": kind, "event_ts": message.ts}
    if message.team_id != channel.team_id:
        fields |= {"user_team": message.team_id, "source_team": message.team_id}
    return message.public() | fields


def message_change(channel: Channel, message: Message, before: Json, event_ts: str) -> Json:
    """Returns the event of an edited message."""
    event = message_event(channel, message)
    frame = {key: event[key] for key in ("type", "channel", "channel_type")}
    more = {"subtype": "message_changed", "hidden": True, "message": message.public(), "previous_message": before}
    return frame | more | {"ts": event_ts, "event_ts": event_ts}


def membership(kind: str, channel: Channel, user_id: str, event_ts: str) -> Json:
    """Returns an event of somebody joining or leaving a channel."""
    return {
        "type": kind,
        "user": user_id,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": channel.team_id,
        "event_ts": event_ts,
    }
