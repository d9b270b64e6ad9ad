"""Gives a job's function what it asks first, because the transaction that claims the job can answer it, too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.model import Job
from bot.store.steps import StepConnection

Beginning = TypeVar("Beginning")


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
