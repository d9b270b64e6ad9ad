"""Starts bots quickly: imports everything once, and forks one process for each line on standard input.

A line is JSON. ``kind`` is ``bot`` (its App and its signals, with the delivery policy of the first argument and bursts
that last as many seconds as the second one says) or ``naive`` (a sender of the same deliveries without the protocol).
``only`` names the one part of the bot, ``clock_seconds`` by how much the clock of its machine is ahead, and
``database_url`` the address at which it finds the database, where that is another one. Standard output says
``began PID`` and ``ended PID CODE``; the processes' logs, with their pid, go to one standard error. At the end of the
input every process is killed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import selectors
import signal
import sys
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientError
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text

from bot.app import App, Part
from bot.cli.signals import run_until_signal
from bot.composition import load_config
from bot.deliveries import holds
from bot.outbox.policy import DeliveryPolicy, metadata_key
from bot.present import Present
from bot.queue import embedded, heartbeats
from bot.queue.open_queue import open_queue
from bot.store.engine import Store
from handlers.client import close_client, make_client
from handlers.history import EVENT_TYPE
from settings import logs
from settings.config import Settings, load

log = logging.getLogger("chaos")
JOB_LEASE_SECONDS = 3.0
"""It is shorter than the bot's own, like the delivery policy: a killed bot's outlets are read again after it."""
DUE = text(
    "SELECT d.id, d.key, p.slack_id FROM deliveries d JOIN destinations p ON p.id = d.destination "
    "WHERE d.state = 'due' ORDER BY d.id LIMIT 16"
)
MARK = text("UPDATE deliveries SET state = 'sent', ts = :ts WHERE id = :id")


class NaiveSender:
    """Posts, then marks the row, as most bots do; after any error it posts again."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.database_url.get_secret_value()
        assert settings.slack_bot_token is not None
        self._token, self._api_url = settings.slack_bot_token.get_secret_value(), settings.slack_api_url

    async def run(self) -> int:
        """Send until it is killed."""
        store, client = Store.open(self._address), make_client(self._api_url, self._token)
        log.info("started")
        try:
            while True:
                async with store.read() as c:
                    rows = (await c.execute(DUE)).all()
                for row in rows:
                    await self._send(store, client, row.id, row.key, row.slack_id)
                await asyncio.sleep(0 if rows else 0.1)
        finally:
            await close_client(client)
            await store.close()

    async def _send(self, store: Store, client: AsyncWebClient, number: int, key: str, channel: str) -> None:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": metadata_key(key)}}
        try:
            answer = await client.chat_postMessage(channel=channel, text=key, metadata=metadata)
        except (ClientError, TimeoutError, SlackApiError) as error:
            log.info("posted_again", extra={"why": type(error).__name__})
            return
        async with store.begin() as c:
            await c.execute(MARK, {"ts": str(answer["ts"]), "id": number})


class ForkServer:
    """Forks processes and reports their ends."""

    def __init__(self, policy: DeliveryPolicy) -> None:
        self._settings = load()
        self._config = load_config(self._settings)
        open_queue(Store.open(self._settings.database_url.get_secret_value()), lambda: datetime.now(UTC))  # imports it
        self._policy = policy
        self._children: set[int] = set()

    def serve(self) -> None:
        """Fork until the input ends."""
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(wake)
        with selectors.DefaultSelector() as selector:
            selector.register(0, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select()}
                if woken in ready:
                    os.read(woken, 512)
                    self._collect_ended()
                if 0 in ready:
                    lines = os.read(0, 65_536)
                    if not lines:
                        break
                    for line in lines.splitlines():
                        self._fork(json.loads(line))
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)

    def _collect_ended(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)
            print("ended", pid, os.waitstatus_to_exitcode(status), flush=True)

    def _fork(self, order: dict[str, Any]) -> None:
        pid = os.fork()
        if pid:
            self._children.add(pid)
            print("began", pid, flush=True)
            return
        code = 1
        try:
            code = self._run_child(**order)
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stderr.flush()
            os._exit(code)  # nothing of the parent must be cleaned up here

    def _run_child(self, kind: str, only: Part | None, clock_seconds: float, database_url: str) -> int:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        logs.set_up("json", "INFO")
        with logs.bound(pid=os.getpid()):
            if kind == "naive":
                return asyncio.run(NaiveSender(self._settings).run())
            config = self._config
            if database_url:
                address = {"database_url": SecretStr(database_url)}
                config = replace(config, settings=config.settings.model_copy(update=address))
            wrong_by = timedelta(seconds=clock_seconds)
            app = App(config, only, policy=self._policy, present=Present(lambda: datetime.now(UTC) + wrong_by))
            return asyncio.run(run_until_signal(app))


if __name__ == "__main__":
    holds.BURST_WINDOW = timedelta(seconds=float(sys.argv[2]))
    embedded.LEASE_SECONDS, embedded.EXPIRE_SECONDS = JOB_LEASE_SECONDS, JOB_LEASE_SECONDS / 3
    heartbeats.STALLED_SECONDS, heartbeats.HEARTBEAT_SECONDS = JOB_LEASE_SECONDS, JOB_LEASE_SECONDS / 3
    ForkServer(DeliveryPolicy(**json.loads(sys.argv[1]))).serve()
