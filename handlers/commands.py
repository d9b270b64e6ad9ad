"""The slash command: one command, many verbs."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers.inbound import Body, InboundHandler, heard_line
from handlers.parse import parse
from handlers.requests import Asker, Request
from handlers.unwrap import unwrap


def register(app: AsyncApp, reception: InboundHandler, command: str) -> None:
    """Listens to the command."""
    middleware, answer = reception.listener(hear_command)
    app.command(command, middleware=middleware)(answer)


def hear_command(body: Body) -> Request | None:
    """A typed command as a request; its trigger_id is the same at every redelivery."""
    asker = Asker(
        team=str(body.get("team_id") or body.get("enterprise_id") or ""),
        user=str(body.get("user_id") or ""),
        channel=str(body.get("channel_id") or ""),
        direct=body.get("channel_name") == "directmessage" or str(body.get("channel_id") or "").startswith("D"),
    )
    return hear_line(str(body.get("text") or ""), asker, str(body.get("trigger_id") or ""), body.get("response_url"))


def hear_line(raw: str, asker: Asker, trigger: str, response_url: str | None = None) -> Request:
    """A line from Slack as a request."""
    line = unwrap(raw).strip()
    ask, asker = parse(line, asker)
    return heard_line(Request(trigger, asker, ask, response_url=response_url), line)
