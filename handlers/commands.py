"""Reads the slash command: one command with many verbs."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers.inbound import Body, InboundHandler, with_meant_line
from handlers.requests import Asker, Request
from handlers.unwrap import unwrap
from handlers.verbs.parse import parse


def register(app: AsyncApp, inbound: InboundHandler, command: str) -> None:
    """Registers the listener for the command."""
    middleware, listener = inbound.listener(request_from_command)
    app.command(command, middleware=middleware)(listener)


def request_from_command(body: Body) -> Request | None:
    """Reads a typed command; its trigger_id is the same at every redelivery."""
    channel = str(body.get("channel_id") or "")
    asker = Asker(
        team=str(body.get("team_id") or body.get("enterprise_id") or ""),
        user=str(body.get("user_id") or ""),
        channel=channel,
        direct=body.get("channel_name") == "directmessage" or channel.startswith("D"),
    )
    trigger_id = str(body.get("trigger_id") or "")
    return request_from_line(str(body.get("text") or ""), asker, trigger_id, body.get("response_url"))


def request_from_line(raw_line: str, asker: Asker, request_id: str, response_url: str | None = None) -> Request:
    """Parses a line as Slack sends it."""
    line = unwrap(raw_line).strip()
    ask, asker = parse(line, asker)
    return with_meant_line(Request(request_id, asker, ask, response_url=response_url), line)
