"""Gives a job's function what it asks first, because the transaction that claims the job can answer it, too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Generic, TypeVar

from bot.model import Job, JobFunction
from bot.store.jobs import ClaimedJob
from bot.store.steps import StepConnection

Beginning = TypeVar("Beginning")
Begun = Sequence[tuple[ClaimedJob, Any]]
"""Claimed jobs, each with the beginning that its function has for it."""


@dataclass(frozen=True, slots=True)
class BegunJobs(Generic[Beginning]):
    """The function of jobs of one name, with what is done for some of them when they are claimed."""

    begin_in_step: Callable[[StepConnection, Sequence[str]], Sequence[Beginning]]
    """Takes the jobs' keys; it runs in the database's thread."""
    run: Callable[[str, Beginning | None], Awaitable[Iterable[Job]]]
    """Runs a job with its beginning; None where it was not begun."""

    async def __call__(self, key: str) -> Iterable[Job]:
        """Runs a job that was not begun."""
        return await self.run(key, None)


def begun_in_step(c: StepConnection, claimed: Sequence[ClaimedJob], functions: Mapping[str, JobFunction]) -> Begun:
    """Returns the jobs with what their functions begin in the transaction of the claim; None where they do not."""
    beginnings: dict[str, Iterator[Any]] = {}
    for name in sorted({row.job.name for row in claimed}):
        function = functions.get(name)
        keys = [row.job.key for row in claimed if row.job.name == name]
        begun = function.begin_in_step(c, keys) if isinstance(function, BegunJobs) else repeat(None)
        beginnings[name] = iter(begun)
    return [(row, next(beginnings[row.job.name])) for row in claimed]
