"""The README's commands for several machines: four processes on one PostgreSQL, with workers that die."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field

import pytest

from tests.fleet.fleet_harness import UNSENT, Fleet
from tests.support.console_process import Process
from tests.support.journey import ROOT
from tests.support.ports import free_port

HEADING = "### Several machines"
NUMBERS = {"two": 2, "three": 3}
TEAMS = 3
CHANNELS = 20
TAKEOVER_SECONDS = 30.0 + 15.0
"""Others take over within 30 s when workers die; then they read the story and post it in every channel."""
SETTLE_SECONDS = 120.0
"""A post whose sender was killed is unknown for 45 s, and is then read back twice."""


def readme_lines() -> list[tuple[str, int]]:
    """Returns each command under the heading, with the number of machines that its comment names."""
    text = (ROOT / "README.md").read_text("utf-8")
    [block] = re.findall(rf"^{HEADING}\n.*?^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[:1]
    lines = []
    for line in block.splitlines():
        command, _, comment = line.partition("#")
        counted = re.search(r"on (two|three) machines", comment)
        lines.append((command.strip(), NUMBERS[counted[1]] if counted else 1))
    return lines


def test_three_commands_bring_up_the_parts() -> None:
    lines = readme_lines()
    assert [(re.search(r"--only (\w+)", command) or [""])[1] for command, _ in lines] == ["slack", "clock", "worker"]
    assert [machines for _, machines in lines] == [1, 1, 2]
    assert "pactbot migrate && " in lines[0][0]


@dataclass
class Machines:
    """The processes that the README's commands have started, and the workspaces that they serve."""

    fleet: Fleet
    port: int
    web: Process
    others: list[Process]
    workers: list[Process] = field(default_factory=list)
    worker_line: str = ""

    async def install_everywhere(self) -> None:
        """Three workspaces install the app, and subscribe 20 channels to quantum."""
        slack = self.fleet.slack
        teams = [(slack.team_id, "seoyeon")]
        for number in range(1, TEAMS):
            team = slack.add_team(f"Desk {number}")
            slack.add_user(f"admin{number}", "Admin", team_id=team, is_admin=True)
            teams.append((team, f"admin{number}"))
        await self.fleet.install(self.port, teams)
        for number in range(CHANNELS):
            team, admin = teams[number % TEAMS]
            name = f"quantum-{number}"
            slack.add_channel(name, team_id=team)
            await self.fleet.subscribe("quantum OR 6G", name, admin)

    async def add_worker(self) -> None:
        """Start one more worker, as on another machine."""
        self.workers.append(await self.fleet.start(self.worker_line))
        await self.workers[-1].until_output("started", 60.0)


@pytest.fixture
async def machines(fleet: Fleet) -> Machines:
    """What README says, run at once on four machines; only the port is one that is free here."""
    fleet.read_only("hanbit", "seoul-courier")
    fleet.use_oauth()
    fleet.settings["SLACK_SIGNING_SECRET"] = fleet.slack.signing_secret
    (web_line, _), (clock_line, _), (worker_line, workers) = readme_lines()
    assert "PORT=3000 " in web_line
    port = free_port()
    began = time.monotonic()
    lines = [web_line.replace("PORT=3000 ", f"PORT={port} "), clock_line, *[worker_line] * workers]
    formats = ["text", "text", *["json"] * workers]
    web, clock, *started = [
        await fleet.start(line, {"PACT_LOG": each}) for line, each in zip(lines, formats, strict=True)
    ]
    await asyncio.gather(*(each.until_output("started", 60.0) for each in (web, clock, *started)))
    assert time.monotonic() - began < 60.0
    fleet.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
    await fleet.until_read("hanbit", "seoul-courier")
    return Machines(fleet, port, web, [clock], started, worker_line)


async def test_a_story_is_posted_once_in_20_channels_of_3_workspaces_though_a_worker_dies(machines: Machines) -> None:
    fleet = machines.fleet
    await machines.install_everywhere()
    dying = machines.workers.pop()
    await fleet.kill(dying)  # with whatever it was reading; the deliveries are those of the living
    await fleet.until_rows(UNSENT, 0)
    fleet.publish("quantum-hanbit")
    await fleet.until_told("50큐비트", TAKEOVER_SECONDS)
    await fleet.until_rows(UNSENT, 0)
    fleet.assert_told_once("50큐비트")
    _assert_traced(fleet)
    await fleet.stop(machines.web, *machines.others, *machines.workers)
    assert fleet.rows("SELECT count(*) FROM deliveries WHERE state = 'sending'") == [(0,)]


def _assert_traced(fleet: Fleet) -> None:
    """One id leads from the article in its source to its posts, and one from a command to its post, in every log."""
    [(article,)] = fleet.rows("SELECT id FROM articles WHERE headline LIKE '%50큐비트%'")
    lines = fleet.traced(f"a{article}")
    events = [event for _, event in lines]
    assert list(dict.fromkeys(events)) == ["listed", "page_read", "enqueued", "assigned", "claimed", "sent"]
    assert events.count("claimed") == events.count("sent") == CHANNELS
    [(trace,)] = fleet.rows("SELECT trace FROM deliveries WHERE kind = 'change' ORDER BY id LIMIT 1")
    of_request = fleet.traced(trace)
    assert len({process for process, _ in (*lines, *of_request)}) >= 2, "a worker logs JSON, and web logs text"
    assert {event for _, event in of_request} == {"received", "asked", "enqueued", "claimed", "sent", "answered"}


@pytest.mark.long
async def test_stories_are_posted_once_while_workers_are_killed_in_the_middle_of_posting(machines: Machines) -> None:
    fleet = machines.fleet
    await machines.install_everywhere()
    await machines.add_worker()
    fleet.publish("quantum-hanbit")
    await fleet.next_call()
    for _ in range(4):  # each dies while it may be posting, and another takes its place
        await fleet.kill(machines.workers.pop(0))
        await machines.add_worker()
        if not await fleet.calls_again():
            break
    await fleet.until_told("50큐비트", SETTLE_SECONDS)
    await fleet.until_rows(UNSENT, 0, SETTLE_SECONDS)
    fleet.assert_told_once("50큐비트")
    for dying in machines.workers[:2]:  # two of three
        await fleet.kill(dying)
    fleet.publish("sixg-courier")
    await fleet.until_told("6G", TAKEOVER_SECONDS)
    await fleet.until_rows(UNSENT, 0, SETTLE_SECONDS)
    fleet.assert_told_once("6G")
    await fleet.stop(machines.web, *machines.others, machines.workers[2])
