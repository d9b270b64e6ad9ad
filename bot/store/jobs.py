"""The queue's jobs: of one name and key at most one waits, and one more may run meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter

from sqlalchemy import Insert, Integer, and_, bindparam, delete, exists, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import ClaimLost
from bot.model import Job
from bot.store.plain_statements import Statement, given
from bot.store.rows import insert_into, insert_or_ignore
from bot.store.schema import WAITING, jobs
from bot.store.steps import StepConnection, awaited

SUSPECT_DEATHS = 2
"""A job during which so many workers died runs alone among its like in a worker, so that the next death is its own."""
MOST_DEATHS = 3
"""A job during which so many workers died, one after the other, is set aside."""
SET_ASIDE_FOR = tuple(timedelta(minutes=n) for n in (1, 4, 15, 60))
"""How long it waits after that death, and after each further one; the last stands for all that follow.

The first is short, because a machine that restarts often ends whatever runs: then the job has no fault.
"""

_j = jobs.c
_other = jobs.alias("other")
_running = exists().where(_other.c.name == _j.name, _other.c.key == _j.key, _other.c.state == "running")
_is_due = and_(_j.state == "waiting", _j.due_at <= given(_j.due_at, "now"))
_suspect = jobs.alias("suspect")
_suspect_runs = exists().where(_suspect.c.state == "running", _suspect.c.deaths >= SUSPECT_DEATHS)
_next_suspect = (
    select(func.min(_suspect.c.id))
    .where(_suspect.c.state == "waiting", _suspect.c.deaths >= SUSPECT_DEATHS)
    .where(_suspect.c.due_at <= given(_j.due_at, "now"), not_(_suspect_runs))
    .scalar_subquery()
)
_DUE = Statement(
    select(_j.id)
    .where(_is_due, not_(_running), or_(_j.deaths < SUSPECT_DEATHS, _j.id == _next_suspect))
    .order_by(_j.due_at, _j.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
_CLAIM = Statement(
    update(jobs)
    .where(_j.id == given(_j.id, "of_id"))
    .values(
        state="running",
        epoch=_j.epoch + 1,
        tries=_j.tries + 1,
        worker=given(_j.worker),
        lease_until_at=given(_j.lease_until_at),
    )
    .returning(_j.id, _j.name, _j.key, _j.due_at, _j.epoch, _j.tries, _j.deaths)
)
_is_claimed = and_(_j.id == given(_j.id, "of_id"), _j.epoch == given(_j.epoch, "of_epoch"))
"""Whether no other worker has the job."""
_RENEW = Statement(update(jobs).where(_is_claimed).values(lease_until_at=given(_j.lease_until_at)).returning(_j.id))
_DELETE = Statement(delete(jobs).where(_is_claimed).returning(_j.id))
_NEXT_DUE = Statement(select(func.min(_j.due_at, type_=_j.due_at.type)).where(_j.state == "waiting"))


def _enqueue(database: str) -> Insert:
    columns = (_j.name, _j.key, _j.due_at, _j.put_at)
    new = insert_into(database, jobs).values({column.name: given(column) for column in columns})
    statement: Insert = new.on_conflict_do_update(
        index_elements=[_j.name, _j.key],
        index_where=WAITING,
        set_={"due_at": new.excluded.due_at},
        where=and_(_j.due_at > new.excluded.due_at, _j.deaths < MOST_DEATHS),
    )
    return statement


_ENQUEUE = Statement(_enqueue)


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that a worker has claimed; ``id`` and ``epoch`` prove the claim."""

    id: int
    job: Job
    epoch: int
    tries: int
    """The number of tries, with the present one."""
    deaths: int = 0
    """How many workers died, one after the other, while they ran it."""

    @property
    def set_aside_for(self) -> timedelta | None:
        """How long it waits, so that it kills no more workers; None where too few died."""
        if self.deaths < MOST_DEATHS:
            return None
        return SET_ASIDE_FOR[min(self.deaths - MOST_DEATHS, len(SET_ASIDE_FOR) - 1)]

    def after_death(self) -> ClaimedJob:
        """Returns it as it is when its worker has died."""
        return replace(self, deaths=self.deaths + 1)


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """A job that was run, with those that follow it."""

    claimed: ClaimedJob
    following: Sequence[Job]


def enqueue_in_step(c: StepConnection, wanted: Iterable[Job], now: datetime) -> None:
    """Store jobs; one whose name and key wait already may become due earlier."""
    values = [{"name": job.name, "key": job.key, "due_at": job.due_at or now, "put_at": now} for job in wanted]
    c.each(_ENQUEUE, sorted(values, key=itemgetter("name", "key")))


def claim_in_step(c: StepConnection, now: datetime, worker: str, lease_seconds: float, limit: int) -> list[ClaimedJob]:
    """Claim due jobs, the longest due first; never one whose name and key is running."""
    due = c.rows(_DUE, {"now": now, "limit": limit})
    lease = {"worker": worker, "lease_until_at": now + timedelta(seconds=lease_seconds)}
    claimed = c.each(_CLAIM, [{"of_id": job_id, **lease} for (job_id,) in due])
    return [
        ClaimedJob(job_id, Job(name, key, due_at), epoch, tries, deaths)
        for ((job_id, name, key, due_at, epoch, tries, deaths),) in claimed
    ]


def renew_in_step(c: StepConnection, claimed: Sequence[ClaimedJob], now: datetime, lease_seconds: float) -> set[int]:
    """Extend leases; return the ids of those jobs that no other worker has by now."""
    until_at = now + timedelta(seconds=lease_seconds)
    in_order = sorted(claimed, key=attrgetter("id"))
    values = [{"of_id": each.id, "of_epoch": each.epoch, "lease_until_at": until_at} for each in in_order]
    return {job_id for rows in c.each(_RENEW, values) for (job_id,) in rows}


def finish_in_step(c: StepConnection, job: ClaimedJob) -> None:
    """Delete a job that was run; ClaimLost when another worker has it by now."""
    if not c.rows(_DELETE, {"of_id": job.id, "of_epoch": job.epoch}):
        raise _lost(job)


def finish_some_in_step(c: StepConnection, done: Sequence[FinishedJob], now: datetime) -> list[ClaimLost | None]:
    """Delete jobs that were run and enqueue those that follow; ClaimLost for each that another worker has by now."""
    in_order = sorted((each.claimed for each in done), key=attrgetter("id"))
    deleted = c.each(_DELETE, [{"of_id": each.id, "of_epoch": each.epoch} for each in in_order])
    ours = {each.id for each, rows in zip(in_order, deleted, strict=True) if rows}
    enqueue_in_step(c, [job for each in done if each.claimed.id in ours for job in each.following], now)
    return [None if each.claimed.id in ours else _lost(each.claimed) for each in done]


def next_due_at_in_step(c: StepConnection) -> datetime | None:
    """When the next waiting job is due, or None."""
    ((due_at,),) = c.rows(_NEXT_DUE, {})
    instant: datetime | None = due_at
    return instant


enqueue = awaited(enqueue_in_step)
claim = awaited(claim_in_step)
renew = awaited(renew_in_step)
finish = awaited(finish_in_step)
finish_some = awaited(finish_some_in_step)
next_due_at = awaited(next_due_at_in_step)


def _lost(job: ClaimedJob) -> ClaimLost:
    return ClaimLost(f"job {job.job.name} {job.job.key}")


async def retry_at(c: AsyncConnection, job: ClaimedJob, at: datetime, now: datetime, tries: int) -> None:
    """Make a job wait until then, with this count of tries; it is dropped where another of its name and key waits."""
    await finish(c, job)
    await c.execute(insert_or_ignore(c, jobs).values(**_waiting(job, at, now, tries)))


def _waiting(job: ClaimedJob, at: datetime, now: datetime, tries: int) -> dict[str, object]:
    named = {"name": job.job.name, "key": job.job.key, "due_at": at, "put_at": now}
    return {**named, "tries": tries, "deaths": job.deaths}


async def take_left(c: AsyncConnection, due_before: datetime, limit: int) -> list[Job]:
    """Delete waiting jobs that nobody has claimed since then, and return them, due now."""
    left = select(_j.id).where(_j.state == "waiting", _j.due_at < due_before).order_by(_j.due_at, _j.id).limit(limit)
    rows = await c.execute(
        delete(jobs).where(_j.id.in_(left.with_for_update(skip_locked=True))).returning(_j.name, _j.key)
    )
    return [Job(name, key) for name, key in rows]


async def expire(c: AsyncConnection, now: datetime, living: str = "") -> list[ClaimedJob]:
    """Make jobs wait again whose lease has ended; return them, with one more death where their worker is gone.

    The worker ``living``, which asks, has only left its own to their lease. One of the same name and key that waits
    takes over the count: it is the same work.
    """
    query = select(jobs).where(_j.state == "running", _j.lease_until_at < now).with_for_update(skip_locked=True)
    expired = []
    for row in (await c.execute(query)).all():
        job = ClaimedJob(row.id, Job(row.name, row.key), row.epoch, row.tries, row.deaths)
        job = job if row.worker == living else job.after_death()
        await finish(c, job)
        due_at = now + (job.set_aside_for or timedelta(0))
        again = insert_into(c.dialect.name, jobs).values(**_waiting(job, due_at, now, row.tries))
        counted = {"due_at": again.excluded.due_at, "deaths": again.excluded.deaths}
        await c.execute(
            again.on_conflict_do_update(index_elements=[_j.name, _j.key], index_where=WAITING, set_=counted)
        )
        expired.append(job)
    return expired
