"""A bare slack-bolt app whose handler only acknowledges, over Socket Mode or HTTP: Bolt's own floor.

Run by its path. Reads SLACK_BOT_TOKEN, PEER_API_URL and either SLACK_APP_TOKEN or SLACK_SIGNING_SECRET with PORT.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def build() -> AsyncApp:
    """Returns an app with one command that does nothing."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["PEER_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ.get("SLACK_SIGNING_SECRET", ""))

    @app.command("/pact")
    async def empty(ack: AsyncAck) -> None:
        await ack()

    return app


async def listen() -> None:
    """Runs until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = build()
    if "SLACK_APP_TOKEN" in os.environ:
        await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect_async()  # type: ignore[no-untyped-call]
    else:
        from aiohttp import web

        runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
    sys.stderr.write("listening\n")
    await stop.wait()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(listen())
