"""A fleet of real processes on one PostgreSQL, between the fake Slack and the fake outlets."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace
from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets
from tests.support.console_process import Process
from tests.support.installer import PUBLIC_URL, SECRET_KEY, Installer
from tests.support.journey import ROOT

ARTICLES: dict[str, tuple[str, FakeArticle]] = {step.article.slug: (step.outlet, step.article) for step in load_demo()}
EVERY_MINUTES = 0.01
STOP_SECONDS = 15.0
PATIENCE_SECONDS = 60.0
CONSOLE = 'exec "{python}" -c "from bot.cli import main; main()" "$@"\n'
UNSENT = "SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'cancelled')"


@dataclass
class Fleet:
    """The processes that a test has started, with what they talk to."""

    folder: Path
    slack: FakeSlack
    fake_outlets: FakeOutlets
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)
    """What all processes have in common, beside the addresses of this machine."""
    processes: list[Process] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    """The names of the channels that subscribed."""

    def __post_init__(self) -> None:
        (self.folder / "bin").mkdir()
        self.use_console(CONSOLE.format(python=sys.executable))

    def use_console(self, line: str) -> None:
        """Let `pactbot` be this line of the shell."""
        script = self.folder / "bin" / "pactbot"
        script.write_text(f"#!/bin/sh\n{line}")
        script.chmod(0o755)

    def environment(self, code: Path = ROOT) -> dict[str, str]:
        """The settings of an operator, and the folder whose code `pactbot` runs."""
        return {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(code),
            "PACT_DATABASE_URL": self.database_url,
            "PACT_SLACK_API_URL": self.slack.api_url,
            "PACT_OUTLETS": str(self.folder / "outlets"),
            "PACT_BUILTIN_OUTLETS": "off",
            "PACT_TRUSTED_ADDRESSES": ",".join(sorted(self.fake_outlets.trusted)),
            "PACT_HOST_PAUSE_SECONDS": "0",
            "PACT_LANGUAGE": "en",
            **self.settings,
        }

    async def start(self, line: str, settings: Mapping[str, str] | None = None, *, code: Path = ROOT) -> Process:
        """Start a line of the shell, as somebody types it on a machine with these further settings."""
        log = self.folder / f"log-{len(self.processes)}"
        with log.open("wb") as out:
            running = await asyncio.create_subprocess_exec(
                "/bin/sh", "-c", line,
                cwd=self.folder, env={**self.environment(code), **(settings or {})}, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        self.processes.append(Process(running, log))
        return self.processes[-1]

    async def call(self, line: str, *, code: Path = ROOT) -> str:
        """Run a line of the shell to its end, which must be 0; its output."""
        process = await self.start(line, code=code)
        assert await process.end(PATIENCE_SECONDS) == 0, process.output()
        return process.output()

    async def kill(self, process: Process) -> None:
        """Kill a process and what its shell started (SIGKILL)."""
        os.killpg(process.running.pid, signal.SIGKILL)
        await process.running.wait()

    async def stop(self, *processes: Process) -> None:
        """Stop processes as a host does (SIGTERM); each ends in time and with 0."""
        for process in processes:
            os.killpg(process.running.pid, signal.SIGTERM)
        async with asyncio.timeout(STOP_SECONDS):
            codes = await asyncio.gather(*(process.running.wait() for process in processes))
        for process, code in zip(processes, codes, strict=True):
            assert code in (0, -signal.SIGTERM), process.output()  # a shell that does not wait dies of the signal
            assert "Traceback" not in process.output(), process.output()

    async def close(self) -> None:
        """Kill whatever still runs."""
        for process in self.processes:
            if process.running.returncode is None:
                await self.kill(process)

    # ── people and outlets ─────────────────────────────────────────────────────────────────────────────────

    def read_only(self, *outlets: str) -> None:
        """Write the specs of these outlets alone."""
        for spec in self.fake_outlets.write_specs(self.folder / "outlets", EVERY_MINUTES):
            if spec.stem not in outlets:
                spec.unlink()

    def publish(self, slug: str) -> None:
        """Publish a story of the demo."""
        self.fake_outlets.publish(*ARTICLES[slug])

    async def until_read(self, *outlets: str) -> None:
        """Wait until these outlets' baseline is stored."""
        wanted = ",".join(f"'{outlet}'" for outlet in outlets)
        query = f"SELECT count(*) FROM sources WHERE baseline_at IS NOT NULL AND outlet IN ({wanted})"
        await self.until_rows(query, len(outlets))

    async def subscribe(self, query: str, channel: str, user: str) -> None:
        """Subscribe a channel, and wait until the bot says so there."""
        result = await self.slack.command(f"subscribe {query}", channel=channel, user=user)
        assert result.acked, result.outcome
        team = self.slack.context.state.channel_named(channel).team_id
        subscribed = f"SELECT count(*) FROM subscriptions WHERE team = '{team}'"
        self.channels.append(channel)
        before = sum(self.slack.context.state.channel_named(each).team_id == team for each in self.channels)
        await self.until_rows(subscribed, before)

    async def install(self, port: int, teams: Sequence[tuple[str, str]]) -> None:
        """Install the app in each workspace, as its admin, from a browser."""
        for team, user in teams:
            browser = Installer(self.slack, port)
            page = await browser.install(team, self.slack.user(user))
            await browser.close()
            assert page.status_code == 200, page.text

    def use_oauth(self) -> None:
        """Let workspaces install the app; it has none until then."""
        self.slack.context.oauth.turn_on(f"{PUBLIC_URL}/slack/oauth_redirect")
        self.settings |= {
            "SLACK_CLIENT_ID": self.slack.context.oauth.client_id,
            "SLACK_CLIENT_SECRET": self.slack.context.oauth.client_secret,
            "PACT_SECRET_KEY": SECRET_KEY,
            "PACT_PUBLIC_URL": PUBLIC_URL,
        }

    # ── what the processes have logged ─────────────────────────────────────────────────────────────────────

    def traced(self, trace: str) -> list[tuple[str, str]]:
        """The process and the event of each line with this trace, in text or JSON, in the order of their instants."""
        found = []
        for process in self.processes:
            for line in process.output().splitlines():
                if re.search(rf"\b{trace}\b", line):
                    fields = json.loads(line) if line.startswith("{") else {}
                    at, _, event = line.split(maxsplit=3)[:3] if not fields else (fields["at"], "", fields["event"])
                    found.append((at, process.log.name, event))
        return [(process, event) for _, process, event in sorted(found)]

    # ── what stands in Slack and in the rows ───────────────────────────────────────────────────────────────

    def cards(self, part: str, channel: str) -> int:
        """The number of story cards in a channel that say this."""
        found = [each for each in self.slack.messages(channel) if each.get("bot_id") and part in str(each)]
        return sum("pact:mute" in str(each.get("blocks")) for each in found)

    async def until_told(self, part: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until every channel has a card that says this."""
        try:
            await self.slack.wait_for(lambda: all(self.cards(part, each) for each in self.channels), seconds)
        except TimeoutError:
            lacking = [channel for channel in self.channels if not self.cards(part, channel)]
            logs = "\n".join(f"--- {each.log.name}\n{each.output()[-2000:]}" for each in self.processes)
            raise AssertionError(f"{part} is not in {lacking}; {self.rows(UNSENT)} wait\n{logs}") from None

    async def next_call(self) -> None:
        """Wait until somebody calls Slack."""
        before = len(self.slack.context.calls)
        await self.slack.wait_for(lambda: len(self.slack.context.calls) > before, PATIENCE_SECONDS)

    async def calls_again(self) -> bool:
        """Wait until somebody calls Slack; False where nothing waits to be sent any more."""
        before = len(self.slack.context.calls)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.slack.context.calls) == before:
                if self.rows(UNSENT) == [(0,)]:
                    return False
                await asyncio.sleep(0.05)
        return True

    def assert_told_once(self, part: str) -> None:
        """Every channel has one card that says this, and nothing stands twice."""
        assert {channel: self.cards(part, channel) for channel in self.channels} == dict.fromkeys(self.channels, 1)
        self.assert_nothing_twice()

    def assert_nothing_twice(self) -> None:
        """No delivery stands in Slack twice."""
        keys: Counter[str] = Counter()
        for channel in self.slack.context.state.channels.values():
            keys.update(each.metadata["event_payload"]["key"] for each in channel.messages if each.metadata)
        assert [key for key, times in keys.items() if times > 1] == []

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Query the database."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    async def until_rows(self, query: str, number: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until a query that counts has this answer."""
        async with asyncio.timeout(seconds):
            while True:
                try:
                    if self.rows(query) == [(number,)]:
                        return
                except psycopg.errors.UndefinedTable:  # another process is about to migrate
                    pass
                await asyncio.sleep(0.1)


@asynccontextmanager
async def open_fleet(folder: Path, database_url: str, *, pace: Pace) -> AsyncIterator[Fleet]:
    """Opens the fake Slack and the fake outlets; kills at the end what a test has left running."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(pace=pace))
        fake_outlets = await stack.enter_async_context(FakeOutlets())
        fleet = Fleet(folder, slack, fake_outlets, database_url)
        stack.push_async_callback(fleet.close)
        yield fleet
