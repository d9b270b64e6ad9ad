"""The daily audit: is what was posted since the last one in its channel once, and was all told that was to be told?

The channels are read back and counted by the keys that the messages carry. What is not found there was deleted by
somebody, or lost; nobody can tell the two apart. A loss is a match that its digest has passed over, or a message that
has been due for a day in a channel that is there; what is held or waits is neither.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.deliveries.digest import ripe_matches
from bot.deliveries.due_digests import due_digests
from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.deliveries.quiet_hours import quiet_until
from bot.model import Delivery, Destination
from bot.outbox.policy import metadata_key
from bot.store import articles, destinations, installations, subscriptions
from bot.store.deliveries import audits, unconfirmed
from bot.store.deliveries.audits import Audit
from bot.store.engine import Connection, Store
from handlers.errors import PostError

log = logging.getLogger("pactbot.audit")

DAY = timedelta(days=1)
SETTLED_AFTER = timedelta(hours=1)
"""A digest that fell due less than this ago may still be on its way."""
CLOCK_MARGIN = timedelta(minutes=15)
"""Slack's clock and ours may differ."""
READABLE_AFTER = timedelta(minutes=5)
"""What was posted less than this ago may not be readable yet: the next audit counts it."""
MAX_PERIOD = timedelta(days=7)
"""An audit covers the days on which there was none, at most so many."""
READS_MAX = 200
PAUSE_SECONDS = 1.5


class HistoryReader(Protocol):
    """How channels are read back; raises the kinds of PostError."""

    async def keys_between(
        self, channel: str, since_at: datetime, until_at: datetime, *, thread_ts: str | None = None
    ) -> Counter[str]:
        """How often each key stands there."""


@dataclass
class AuditCounts:
    """What was found in the channels."""

    doubled: int = 0
    missing: int = 0
    unread: int = 0

    def note(self, one: Delivery, times: int) -> None:
        """One message stands there so often; what people deleted before our eyes is not missed."""
        missing = times == 0 and one.state == "sent"
        self.doubled += max(0, times - 1)
        self.missing += missing
        if missing or times > 1:
            log.warning("not_once", extra={"delivery": one.id, "key": one.key, "channel": one.slack_id, "times": times})


class Auditor:
    """Audits each workspace once a day. ``operators`` hear of it only when something is not right."""

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

    async def run(self) -> int:
        """Audits where it was not done today; returns how many messages are owed of it."""
        async with self._store.read() as c:
            teams = [one.team for one in await installations.all_of(c) if one.state == "active"]
            last = {team: await audits.last_of(c, team) for team in teams}
        today = self._now().date()
        return sum([await self._audit(team) for team, one in last.items() if one is None or one.on < today])

    async def _audit(self, team: str) -> int:
        now = self._now()
        async with self._store.read() as c:
            since, until = audit_period(await audits.last_at(c, team), now)
            sent = await audits.sent_between(c, team, since, until)
            given_up = await audits.given_up(c, team, since, until)
            lost = await count_lost(c, team, now)
        counted = await self._count(team, sent)
        unsent = len(given_up)
        found = Audit(now.date(), len(sent), counted.doubled, lost, counted.unread, counted.missing, unsent)
        wrong = found.doubled or found.lost or found.missing or found.unsent
        for one in given_up:
            log.warning("given_up", extra={"delivery": one.id, "key": one.key, "why": one.error})
        log.log(logging.ERROR if wrong else logging.INFO, "audited", extra={"team": team, **asdict(found)})
        async with self._store.begin() as c:
            fresh = await audits.save(c, team, found, now)
            return await self._tell(c, team, found, now) if fresh and wrong else 0

    async def _count(self, team: str, sent: Sequence[Delivery]) -> AuditCounts:
        """Reads back where these were posted, and counts them there."""
        places = list(by_channel_and_thread(sent).items())
        counted = AuditCounts(unread=max(0, len(places) - READS_MAX))
        for (channel, thread), mine in places[:READS_MAX]:
            since = min(one.first_try_at or one.created_at for one in mine) - CLOCK_MARGIN
            until = max(one.sent_at or one.created_at for one in mine) + CLOCK_MARGIN
            try:
                found = await self._reader_of(team).keys_between(channel, since, until, thread_ts=thread)
            except PostError as refusal:
                log.warning("not_audited", extra={"channel": channel, "why": refusal.code})
                counted.unread += 1
            else:
                for one in mine:
                    counted.note(one, found[metadata_key(one.key)])
            await asyncio.sleep(self._pause_seconds)
        return counted

    async def _tell(self, c: Connection, team: str, found: Audit, now: datetime) -> int:
        counts = ("posted", "doubled", "missing", "lost", "unsent")
        args = {name: str(getattr(found, name)) for name in counts}
        what = f"audit:{found.on.isoformat()}"
        return await notify_operators(c, self._operators, team, what, "audit_wrong", args, now)


def audit_period(last_at: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """What time an audit covers: since the one before, or a day; nothing is counted twice and nothing falls between."""
    until = now - READABLE_AFTER
    since = until - DAY if last_at is None else last_at - READABLE_AFTER
    return max(since, now - MAX_PERIOD), until


def by_channel_and_thread(sent: Sequence[Delivery]) -> Mapping[tuple[str, str | None], list[Delivery]]:
    """What was posted, by channel, and by thread where it is in one: a channel's history does not show threads."""
    found: defaultdict[tuple[str, str | None], list[Delivery]] = defaultdict(list)
    for one in sent:
        found[one.slack_id, one.thread_ts].append(one)
    return found


async def count_lost(c: Connection, team: str, now: datetime) -> int:
    """How much was to be told more than a day ago and neither was, nor is held, nor waits."""
    lost = len(await audits.overdue(c, team, now - DAY)) + len(await unconfirmed.unreported_before(c, team, now - DAY))
    for place in await destinations.all_of_team(c, team):
        if place.state == "active" and quiet_until(place, now) is None:
            lost += await _count_passed_over(c, place, now)
    return lost


async def _count_passed_over(c: Connection, place: Destination, now: datetime) -> int:
    """Stories that were ripe when the last digest of theirs fell due, and stay untold."""
    asked = await subscriptions.of_destination(c, place.id)
    outlets_of = {one.id: one.min_outlets for one in asked}
    lost: set[int] = set()
    for due in due_digests(place, asked, now - SETTLED_AFTER):
        for match in await ripe_matches(c, place, due.subscriptions, due.at):
            then = {one.outlet for one in await articles.of_story(c, match.story) if one.first_seen_at <= due.at}
            if match.matched_at < now - DAY and len(then) >= outlets_of[match.subscription]:
                lost.add(match.story)
    return len(lost)
