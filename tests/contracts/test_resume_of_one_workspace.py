"""A workspace that comes back, by its token, an install or an invitation, releases what is its own and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from bot.deliveries.resume import resume_destination, resume_team
from bot.store import destinations, installations
from tests.support.delivery_rows import Columns, add_row
from tests.support.outbox_harness import OutboxHarness, ScriptedSlack
from tests.support.two_workspaces import rows_of

OURS, THEIRS = "T1", "T2"
WAITING: tuple[Columns, ...] = ({"state": "waiting"}, {"state": "waiting", "created_at": -2 * 86_400}, {"state": "due"})
"""What came while the channel was away, lately and days ago, and what is due while the token does not work."""


async def stop_both(harness: OutboxHarness) -> None:
    """Both workspaces, with channels of the same ids and the same deliveries, are stopped at the same instant."""
    at = harness.clock.at
    async with harness.store.begin() as c:
        for team in (OURS, THEIRS):
            await installations.put(c, team, at)
            for number, columns in enumerate(WAITING):
                await add_row(c, at, {"team": team, "kind": "notice", "channel_slack_id": f"C{number}", **columns})
            await installations.stop(c, team, "token_revoked", at, at)


async def resume_by_token(harness: OutboxHarness) -> None:
    theirs = ScriptedSlack(harness.clock, token_works=False)
    harness.posters = {OURS: harness.slack, THEIRS: theirs}
    await harness.rounds(5, harness.outbox())
    assert {method for method, _, _ in theirs.called} == {"confirm"}


async def resume_by_install(harness: OutboxHarness) -> None:
    async with harness.store.begin() as c:
        assert await resume_team(c, OURS, harness.clock.at)


async def resume_by_invitation(harness: OutboxHarness) -> None:
    async with harness.store.begin() as c:
        for destination in await destinations.all_of_team(c, OURS):
            await resume_destination(c, destination, "invited", harness.clock.at)


@pytest.mark.parametrize("resume", [resume_by_token, resume_by_install, resume_by_invitation])
async def test_what_another_workspace_has_waiting_stays_as_it_is(harness: OutboxHarness, resume: Any) -> None:
    await stop_both(harness)
    before, ours_before = await rows_of(harness.store, THEIRS), await rows_of(harness.store, OURS)
    await resume(harness)
    after = await rows_of(harness.store, THEIRS)
    for rows in (before, after):
        for row in rows["installations"]:
            del row["ask_again_at"]  # its own token is asked for at its own time
        for row in rows["destinations"]:
            del row["may_post"]  # a claim has looked there, and found the workspace stopped
    assert after == before
    assert (await rows_of(harness.store, OURS))["deliveries"] != ours_before["deliveries"]
