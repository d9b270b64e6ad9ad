"""Reads the slash command: one command with many verbs."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from handlers.askers import asker_of_command
from handlers.inbound import Body, InboundHandler, with_meant_line
from handlers.requests import Asker, Request
from handlers.slack_facts import Identity
from handlers.unwrap import unwrap
from handlers.verbs.parse import parse


def register(app: AsyncApp, inbound: InboundHandler, command: str) -> None:
    """Registers the listener for the command."""
    middleware, listener = inbound.listener(request_from_command)
    app.command(command, middleware=middleware)(listener)


def request_from_command(identity: Identity, body: Body) -> Request | None:
    """Reads a typed command; its trigger_id is the same at every redelivery."""
    asker = asker_of_command(identity, body)
    trigger_id = str(body.get("trigger_id") or "")
    request = request_from_line(str(body.get("text") or ""), asker, trigger_id, body.get("response_url"))
    return replace(request, trigger_id=trigger_id) if request.ask.opens_modal else request


def request_from_line(raw_line: str, asker: Asker, request_id: str, response_url: str | None = None) -> Request:
    """Parses a line as Slack sends it."""
    line = unwrap(raw_line).strip()
    ask, asker = parse(line, asker)
    request = Request(request_id, asker, ask, response_url=response_url, replaceable=response_url is not None)
    return with_meant_line(request, line)
