"""Audits each workspace once a day: every post stands once in its channel, and nothing that was due is lost.

The audit reads the channels back and counts the keys that the messages carry. A post that is missing there was deleted
by a person or lost; the audit cannot tell which. Lost is a match that its digest has passed over, or a message that has
been due for a day in an active channel; what is held or waits for an absent channel is not lost.

Where Slack limits the rate, an audit stops and goes on at the same page later, so that it spreads over the day and
leaves half of the allowance to reading back single messages.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.deliveries.digest import ripe_matches
from bot.deliveries.due_digests import due_digests
from bot.deliveries.linked_stories import story_as_seen
from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.deliveries.quiet_hours import quiet_until
from bot.model import Delivery, Destination
from bot.outbox.policy import metadata_key
from bot.store import destinations, installations, matches, subscriptions
from bot.store.deliveries import audits, unconfirmed
from bot.store.deliveries.audits import Audit
from bot.store.engine import Connection, Store
from handlers.errors import OutcomeUnknown, PostError, RateLimited
from handlers.history import HistoryPage

log = logging.getLogger("pactbot.audit")

DAY = timedelta(days=1)
SETTLED_AFTER = timedelta(hours=1)
"""A digest that fell due less than this ago may still be on its way."""
CLOCK_MARGIN = timedelta(minutes=15)
"""Slack's clock and ours may differ by this much."""
READABLE_AFTER = timedelta(minutes=5)
"""A post younger than this may not be readable yet: the next audit counts it."""
MAX_PERIOD = timedelta(days=7)
"""An audit also covers the days before it on which there was none, at most this many."""
READS_MAX = 200
PAGES_MAX = 50
"""Pages that are read of one channel or thread; one with more counts as unread."""
PAUSE_SECONDS = 1.5
ALLOWANCES_A_READ = 2
"""After a rate limit the audit waits so many times Retry-After."""


class HistoryReader(Protocol):
    """Reads channels back; raises the kinds of PostError."""

    async def read_page(
        self, channel: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None, cursor: str = ""
    ) -> HistoryPage:
        """A page of the history between two instants: the first, or the one of a cursor."""


@dataclass
class AuditCounts:
    """The counts of what the channels show."""

    doubled: int = 0
    missing: int = 0
    unread: int = 0

    def add(self, delivery: Delivery, times: int) -> None:
        """Counts one delivery that stands in its channel ``times`` times; one that a person deleted may be missing."""
        missing = times == 0 and delivery.state == "sent"
        self.doubled += max(0, times - 1)
        self.missing += missing
        if missing or times > 1:
            fields = {"delivery": delivery.id, "key": delivery.key, "channel": delivery.slack_id, "times": times}
            log.warning("delivery_count_wrong", extra=fields)


@dataclass
class Reading:
    """An audit that is being made: what it found in rows, and which channels and threads are still to be read."""

    began_at: datetime
    posted: int
    given_up: Sequence[Delivery]
    lost: int
    counts: AuditCounts
    left: deque[ThreadReading]

    def result(self) -> Audit:
        """The audit's result; what is still to be read counts as unread."""
        counts, unread = self.counts, self.counts.unread + len(self.left)
        return Audit(
            self.began_at.date(), self.posted, counts.doubled, self.lost, unread, counts.missing, len(self.given_up)
        )


@dataclass
class ThreadReading:
    """A channel or thread that is being read: its deliveries, the keys and ts found so far, and the next page."""

    channel: str
    thread_ts: str | None
    deliveries: Sequence[Delivery]
    posted: set[tuple[str, str]] = field(default_factory=set)
    cursor: str = ""
    pages: int = 0


class Auditor:
    """Audits each workspace once a day; ``operators`` get a notice only when something is wrong."""

    def __init__(
        self,
        store: Store,
        reader_of: Callable[[str], HistoryReader],
        operators: OperatorsChannel | None,
        now: Callable[[], datetime],
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._store = store
        self._reader_of = reader_of
        self._operators = operators
        self._now = now
        self._pause_seconds = pause_seconds
        self._readings: dict[str, Reading] = {}
        self._running = asyncio.Lock()
        self.next_at: datetime | None = None
        """When an audit that was rate limited goes on; None after one that has ended."""

    async def run(self) -> int:
        """Audits the workspaces that were not audited today; returns the number of notices.

        A clock that was put forward ends the lease of a job that still runs, so the job begins once more: it waits.
        """
        async with self._running:
            async with self._store.read() as c:
                teams = [row.team for row in await installations.all_of(c) if row.state == "active"]
                last = await audits.last_of_all(c)
            today, self.next_at = self._now().date(), None
            return sum([await self._audit(team) for team in teams if team not in last or last[team].on < today])

    async def _audit(self, team: str) -> int:
        """Audits one workspace as far as Slack allows; an audit of yesterday ends with what it has."""
        reading = self._readings.get(team) or await self._begin(team)
        self._readings[team] = reading
        is_today = reading.began_at.date() == self._now().date()
        if is_today and not await self._read(team, reading):
            return 0
        del self._readings[team]
        audit = reading.result()
        wrong = audit.doubled or audit.lost or audit.missing or audit.unsent
        for delivery in reading.given_up:
            fields = {"delivery": delivery.id, "key": delivery.key, "why": delivery.error}
            log.warning("delivery_given_up", extra=fields)
        log.log(logging.ERROR if wrong else logging.INFO, "audited", extra={"team": team, **asdict(audit)})
        async with self._store.begin() as c:
            saved = await audits.save(c, team, audit, reading.began_at)
            return await self._notify(c, team, audit, self._now()) if saved and wrong else 0

    async def _begin(self, team: str) -> Reading:
        now = self._now()
        async with self._store.read() as c:
            since, until = audit_period(await audits.last_at(c, team), now)
            sent = await audits.sent_between(c, team, since, until)
            given_up = await audits.given_up(c, team, since, until)
            lost = await count_lost(c, team, now)
        threads = [ThreadReading(*place, group) for place, group in by_channel_and_thread(sent).items()]
        counts = AuditCounts(unread=max(0, len(threads) - READS_MAX))
        return Reading(now, len(sent), given_up, lost, counts, deque(threads[:READS_MAX]))

    async def _read(self, team: str, reading: Reading) -> bool:
        """Reads what is left; False where Slack limits the rate before the end."""
        while reading.left:
            thread = reading.left[0]
            try:
                await self._read_thread(team, thread)
            except RateLimited as limit:
                pause = timedelta(seconds=limit.retry_after_seconds) * ALLOWANCES_A_READ
                self.next_at = min(self.next_at or datetime.max.replace(tzinfo=UTC), self._now() + pause)
                return False
            except PostError as error:
                log.warning("channel_not_audited", extra={"channel": thread.channel, "why": error.code})
                reading.counts.unread += 1
            else:
                times = Counter(key for key, _ in thread.posted)
                for delivery in thread.deliveries:
                    reading.counts.add(delivery, times[metadata_key(delivery.key)])
            reading.left.popleft()
            await asyncio.sleep(self._pause_seconds)
        return True

    async def _read_thread(self, team: str, thread: ThreadReading) -> None:
        """Counts the keys of one channel or thread, from its next page on."""
        since = min(delivery.first_try_at or delivery.created_at for delivery in thread.deliveries) - CLOCK_MARGIN
        until = max(delivery.sent_at or delivery.created_at for delivery in thread.deliveries) + CLOCK_MARGIN
        while thread.pages < PAGES_MAX:
            page = await self._reader_of(team).read_page(
                thread.channel, since_at=since, until_at=until, thread_ts=thread.thread_ts, cursor=thread.cursor
            )
            thread.posted.update(page.posted)
            thread.pages, thread.cursor = thread.pages + 1, page.next_cursor
            if not page.next_cursor:
                return
        raise OutcomeUnknown("too_many_pages", thread.channel)

    async def _notify(self, c: Connection, team: str, audit: Audit, now: datetime) -> int:
        names = ("posted", "doubled", "missing", "lost", "unsent")
        args = {name: str(getattr(audit, name)) for name in names}
        what = f"audit:{audit.on.isoformat()}"
        return await notify_operators(c, self._operators, team, what, "audit_wrong", args, now)


def audit_period(last_at: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """The time that an audit covers: since the last audit, or one day; no post is counted twice or left out."""
    until = now - READABLE_AFTER
    since = until - DAY if last_at is None else last_at - READABLE_AFTER
    return max(since, now - MAX_PERIOD), until


def by_channel_and_thread(sent: Sequence[Delivery]) -> Mapping[tuple[str, str | None], list[Delivery]]:
    """Deliveries by channel and thread, because a channel's history does not show what stands in threads."""
    grouped: defaultdict[tuple[str, str | None], list[Delivery]] = defaultdict(list)
    for delivery in sent:
        grouped[delivery.slack_id, delivery.thread_ts].append(delivery)
    return grouped


async def count_lost(c: Connection, team: str, now: datetime) -> int:
    """The number of deliveries and stories that were due more than a day ago and are neither sent, held nor waiting."""
    overdue = await audits.overdue(c, team, now - DAY)
    unreported = await unconfirmed.unreported_before(c, team, now - DAY)
    lost = len(overdue) + len(unreported)
    for destination_id in await matches.channels_with_untold(c, team, now - DAY):
        destination = await destinations.get(c, destination_id)
        if destination is not None and quiet_until(destination, now) is None:
            lost += await _count_passed_over(c, destination, now)
    return lost


async def _count_passed_over(c: Connection, destination: Destination, now: datetime) -> int:
    """The number of stories that were ripe when their last digest fell due and are still untold."""
    subscribed = await subscriptions.of_destination(c, destination.id)
    min_outlets = {subscription.id: subscription.min_outlets for subscription in subscribed}
    lost: set[int] = set()
    for due in due_digests(destination, subscribed, now - SETTLED_AFTER):
        for match in await ripe_matches(c, destination, due.subscriptions, due.at):
            seen = await story_as_seen(c, destination.team, match.story)
            of_story = seen.articles if seen else ()
            outlets_then = {article.outlet for article in of_story if article.first_seen_at <= due.at}
            if match.matched_at < now - DAY and len(outlets_then) >= min_outlets[match.subscription]:
                lost.add(match.story)
    return len(lost)
