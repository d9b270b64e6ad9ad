"""Notifies the operators, at most once a day, of a job that is set aside because its workers died while they ran it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.deliveries.notices import OperatorsChannel, notify_operators, operators_teams
from bot.model import Job
from bot.store.engine import Connection


class SetAsideJobs:
    """Reports such jobs; ``operators`` None leaves it to the log."""

    def __init__(self, operators: OperatorsChannel | None, now: Callable[[], datetime]) -> None:
        self._operators = operators
        self._now = now

    async def notify(self, c: Connection, job: Job, pause: timedelta) -> None:
        """Enqueues the notice in the transaction that sets the job aside for this pause."""
        now = self._now()
        args = {"job": f"{job.name} {job.key}".strip(), "until": (now + pause).isoformat()}
        what = f"job:{job.name}:{job.key}:{now.date().isoformat()}"
        for team in await operators_teams(c, self._operators):
            await notify_operators(c, self._operators, team, what, "job_set_aside", args, now)
