"""Maps each job's name to the function that runs it; a function returns the jobs that follow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

from bot.begun_jobs import BegunJobs
from bot.deliveries.digest import Digests
from bot.model import Job, JobFunction
from bot.operations.absent_channels import AbsentChannels
from bot.operations.alias_scout import AliasScout
from bot.operations.audit import Auditor
from bot.operations.cleanup import Cleanup
from bot.outlet_jobs import OutletJobs
from bot.websub.requests import HubRequests


class Jobs:
    """The functions of all jobs."""

    def __init__(
        self,
        outlet_jobs: OutletJobs,
        digests: Digests,
        cleanup: Cleanup,
        auditor: Auditor,
        alias_scout: AliasScout,
        absent_channels: AbsentChannels,
        wake_outbox: Callable[[], None],
        hub_requests: HubRequests | None = None,
    ) -> None:
        self._outlet_jobs = outlet_jobs
        self._digests = digests
        self._cleanup = cleanup
        self._auditor = auditor
        self._alias_scout = alias_scout
        self._absent_channels = absent_channels
        self._wake_outbox = wake_outbox
        self._hub_requests = hub_requests

    def table(self) -> Mapping[str, JobFunction]:
        """Every job's function by its name."""
        return {
            "scrape": BegunJobs(self._outlet_jobs.begin_in_step, self._outlet_jobs.scrape),
            "read": self._outlet_jobs.read,
            "deliver": self._deliver,
            "digest": _then_deliver(self._digests.enqueue_due),
            "cleanup": _then_deliver(self._cleanup.run),
            "audit": self._audit,
            "scout": _then_deliver(self._alias_scout.run),
            "absent_channels": self._check_absent_channels,
            "websub": self._ask_hubs,
        }

    async def _deliver(self, _key: str) -> Iterable[Job]:
        self._wake_outbox()
        return []

    async def _ask_hubs(self, key: str) -> Iterable[Job]:
        """Asks hubs; a job that a process with a public address has left does nothing without one."""
        return await self._hub_requests.run(key) if self._hub_requests is not None else []

    async def _audit(self, key: str) -> Iterable[Job]:
        """Audits; an audit that Slack's rate limit stopped goes on later."""
        following = list(await _then_deliver(self._auditor.run)(key))
        if self._auditor.next_at is not None:
            following.append(Job("audit", key, self._auditor.next_at))
        return following

    async def _check_absent_channels(self, key: str) -> Iterable[Job]:
        """Checks the channels whose ids follow the number in the key; the rest follow a little later."""
        check = await self._absent_channels.run(int(key or 0))
        following = [Job("deliver")] if check.resumed else []
        if check.after is not None:
            following.append(Job("absent_channels", str(check.after), check.next_at))
        return following


def _then_deliver(enqueue: Callable[[], Awaitable[int]]) -> JobFunction:
    """A job that enqueues deliveries and, if there are any, wakes the outbox by the job ``deliver``."""

    async def run(_key: str) -> Iterable[Job]:
        return [Job("deliver")] if await enqueue() else []

    return run
