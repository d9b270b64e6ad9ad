"""Runs a fake Slack on loopback: Web API, Socket Mode, signed events over HTTP, and a page."""

from __future__ import annotations

from handlers.fake_slack.server import CommandResult, FakeSlack

__all__ = ["CommandResult", "FakeSlack"]
