"""Measures what a person of one workspace waits for while another workspace types hundreds of commands at once."""

from __future__ import annotations

import asyncio
import statistics
import time

import pytest

from tests.fleet.fleet_harness import Fleet
from tests.support.ports import free_port

FLOOD = 300
ASKED = 20


async def _ask(fleet: Fleet) -> tuple[list[float], list[float], int]:
    """Seconds to each acknowledgement and each answer in the quiet workspace, and how often none came in time."""
    acks, answers, failed = [], [], 0
    for _ in range(ASKED):
        began = time.monotonic()
        result = await fleet.slack.command("status", channel="quiet", user="admin1")
        failed += not result.acked
        acks.append(result.ack_seconds)
        await fleet.slack.wait_for(result.messages, 60.0)
        answers.append(time.monotonic() - began)
    return acks, answers, failed


def _shown(what: str, acks: list[float], answers: list[float], failed: int) -> str:
    figures = (f"{statistics.median(each):.3f} s, at most {max(each):.3f} s" for each in (acks, answers))
    return f"{what}: acknowledged after {next(figures)}; answered after {next(figures)}; {failed} not acknowledged"


@pytest.mark.bench
@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_a_flood_of_commands(fleet: Fleet, transport: str) -> None:
    fleet.read_only("hanbit")
    fleet.use_oauth()
    port = free_port()
    if transport == "http":
        fleet.settings["SLACK_SIGNING_SECRET"] = fleet.slack.signing_secret
    else:
        fleet.settings["SLACK_APP_TOKEN"] = fleet.slack.app_token
    await fleet.call("exec pactbot migrate")
    web = await fleet.start("exec pactbot run --only slack", {"PORT": str(port)})
    await web.until_output("started", 60.0)
    if transport == "http":
        fleet.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
    quiet = fleet.slack.add_team("Quiet")
    fleet.slack.add_user("admin1", "Admin", team_id=quiet, is_admin=True)
    fleet.slack.add_channel("quiet", team_id=quiet)
    await fleet.install(port, [(fleet.slack.team_id, "seoyeon"), (quiet, "admin1")])
    alone = _shown("alone", *await _ask(fleet))
    flood = [asyncio.create_task(fleet.slack.command("status", channel="policy", user="seoyeon")) for _ in range(FLOOD)]
    beside = _shown(f"beside {FLOOD} commands", *await _ask(fleet))
    acked = sum(result.acked for result in await asyncio.gather(*flood))
    print(f"\n{transport}: {alone}\n{transport}: {beside}\n{transport}: {acked} of the {FLOOD} acknowledged in time")
    await fleet.stop(web)
