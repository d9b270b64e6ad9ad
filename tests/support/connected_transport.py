"""Connects a Slack app to the fake Slack over either transport."""

from __future__ import annotations

from handlers.fake_slack import FakeSlack
from handlers.http_mode import HttpMode
from handlers.slack import SlackApp
from handlers.socket_mode import PING_SECONDS, SocketMode
from tests.support.http_server import PROBES


async def connected_transport(
    kind: str, slack: FakeSlack, slack_app: SlackApp, ping_seconds: float = PING_SECONDS
) -> SocketMode | HttpMode:
    """Starts ``socket`` or ``http``; the fake Slack reaches the app when this returns."""
    if kind == "socket":
        sockets = SocketMode(slack_app.app, slack.app_token, ping_seconds=ping_seconds)
        await sockets.start()
        await slack.wait_for(lambda: slack.socket_connections)
        return sockets
    http = HttpMode(slack_app, PROBES, port=0, host="127.0.0.1")
    await http.start()
    slack.deliver_to(f"http://127.0.0.1:{http.port}/slack/events")
    return http
