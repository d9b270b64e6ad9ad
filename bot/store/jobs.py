"""The queue's jobs: of one name and key at most one waits, and one more may run meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter

from sqlalchemy import ColumnElement, delete, exists, func, not_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import ClaimLost
from bot.model import Job
from bot.store.rows import MOST_PARAMETERS, chunks, insert_into, insert_or_ignore
from bot.store.schema import WAITING, jobs

_j = jobs.c
_other = jobs.alias("other")


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that a worker has claimed; ``id`` and ``epoch`` prove the claim."""

    id: int
    job: Job
    epoch: int
    tries: int
    """The number of tries, with the present one."""


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """A job that was run, with those that follow it."""

    claimed: ClaimedJob
    following: Sequence[Job]


async def enqueue(c: AsyncConnection, wanted: Iterable[Job], now: datetime) -> None:
    """Store jobs; one whose name and key wait already may become due earlier."""
    values = [{"name": job.name, "key": job.key, "due_at": job.due_at or now, "put_at": now} for job in wanted]
    if not values:
        return
    new = insert_into(c, jobs)
    earlier = {"set_": {"due_at": new.excluded.due_at}, "where": _j.due_at > new.excluded.due_at}
    new = new.on_conflict_do_update(index_elements=[_j.name, _j.key], index_where=WAITING, **earlier)
    await c.execute(new, sorted(values, key=itemgetter("name", "key")))


async def claim(
    c: AsyncConnection,
    now: datetime,
    worker: str,
    lease_seconds: float,
    limit: int,
) -> list[ClaimedJob]:
    """Claim due jobs, the longest due first; never one whose name and key is running."""
    running = exists().where(_other.c.name == _j.name, _other.c.key == _j.key, _other.c.state == "running")
    due = select(_j.id).where(_j.state == "waiting", _j.due_at <= now, not_(running))
    query = due.order_by(_j.due_at, _j.id).limit(limit).with_for_update(skip_locked=True)
    job_ids = list((await c.execute(query)).scalars())
    if not job_ids:
        return []
    lease = {"worker": worker, "lease_until_at": now + timedelta(seconds=lease_seconds)}
    taken = update(jobs).where(_j.id.in_(job_ids))
    taken = taken.values(state="running", epoch=_j.epoch + 1, tries=_j.tries + 1, **lease)
    rows = await c.execute(taken.returning(_j.id, _j.name, _j.key, _j.due_at, _j.epoch, _j.tries))
    return [
        ClaimedJob(row.id, Job(row.name, row.key, row.due_at), row.epoch, row.tries)
        for row in sorted(rows, key=attrgetter("due_at", "id"))
    ]


async def renew(c: AsyncConnection, claimed: Sequence[ClaimedJob], now: datetime, lease_seconds: float) -> set[int]:
    """Extend leases; return the ids of those jobs that no other worker has by now."""
    renewed: set[int] = set()
    until_at = now + timedelta(seconds=lease_seconds)
    for some in _in_parts(claimed):
        ours = update(jobs).where(*_still_claimed(some)).values(lease_until_at=until_at)
        renewed.update((await c.execute(ours.returning(_j.id))).scalars())
    return renewed


async def finish(c: AsyncConnection, job: ClaimedJob) -> None:
    """Delete a job that was run; ClaimLost when another worker has it by now."""
    if not await _delete(c, [job]):
        raise _lost(job)


async def finish_some(c: AsyncConnection, done: Sequence[FinishedJob], now: datetime) -> list[ClaimLost | None]:
    """Delete jobs that were run and enqueue those that follow; ClaimLost for each that another worker has by now."""
    deleted = await _delete(c, [each.claimed for each in done])
    ours = [each for each in done if each.claimed.id in deleted]
    await enqueue(c, [job for each in ours for job in each.following], now)
    return [None if each.claimed.id in deleted else _lost(each.claimed) for each in done]


async def _delete(c: AsyncConnection, claimed: Sequence[ClaimedJob]) -> set[int]:
    """Delete the jobs that are still claimed so, by their ids; return the ids of those that were deleted."""
    deleted: set[int] = set()
    for some in _in_parts(claimed):
        deleted.update((await c.execute(delete(jobs).where(*_still_claimed(some)).returning(_j.id))).scalars())
    return deleted


def _in_parts(claimed: Sequence[ClaimedJob]) -> Iterator[Sequence[ClaimedJob]]:
    """The jobs in the order of their ids, which is that of every process."""
    return chunks(sorted(claimed, key=attrgetter("id")), MOST_PARAMETERS // 3)


def _still_claimed(claimed: Sequence[ClaimedJob]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition of jobs that no other worker has; their ids alone make SQLite look them up by these."""
    pairs = [(each.id, each.epoch) for each in claimed]
    return _j.id.in_([each.id for each in claimed]), tuple_(_j.id, _j.epoch).in_(pairs)


def _lost(job: ClaimedJob) -> ClaimLost:
    return ClaimLost(f"job {job.job.name} {job.job.key}")


async def retry_at(c: AsyncConnection, job: ClaimedJob, at: datetime, now: datetime) -> None:
    """Make a job wait until then, with its count of tries; it is dropped where another of its name and key waits."""
    await finish(c, job)
    values = {"name": job.job.name, "key": job.job.key, "due_at": at, "put_at": now, "tries": job.tries}
    await c.execute(insert_or_ignore(c, jobs).values(**values))


async def expire(c: AsyncConnection, now: datetime) -> int:
    """Make the jobs of workers that are gone wait again; return their number."""
    query = select(jobs).where(_j.state == "running", _j.lease_until_at < now).with_for_update(skip_locked=True)
    rows = (await c.execute(query)).all()
    for row in rows:
        await retry_at(c, ClaimedJob(row.id, Job(row.name, row.key), row.epoch, row.tries), now, now)
    return len(rows)


async def next_due_at(c: AsyncConnection) -> datetime | None:
    """When the next waiting job is due, or None."""
    query = select(func.min(_j.due_at, type_=_j.due_at.type)).where(_j.state == "waiting")
    due_at: datetime | None = (await c.execute(query)).scalar_one()
    return due_at
