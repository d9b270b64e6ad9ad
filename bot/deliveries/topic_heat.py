"""Counts the new stories of each topic in a window of days, against the topic's own eight weeks before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.deliveries.linked_stories import view_of
from bot.model import Topics
from bot.store import articles, sources
from bot.store.articles import Appearance
from bot.store.engine import Connection
from bot.stories.facts.spikes import BASELINE_WEEKS, Past, usual_stories, verdict
from bot.stories.workspace_view import WorkspaceView
from handlers.cards.topic_heat import TopicHeat

DAY = timedelta(days=1)
TOGETHER = DAY
"""Outlets whose first readings are no further apart were added together."""
SPIKE_DAYS = 7
"""A digest compares the last week with the weeks before."""


@dataclass(frozen=True, slots=True)
class HeatWindow:
    """The days that are counted, and how far back the past is known."""

    now: datetime
    days: int
    zone: str
    """Days begin at this zone's midnight."""
    oldest: datetime
    """The first reading of any outlet; the beginning of the eight weeks where that is later."""
    new_outlets: frozenset[str] = frozenset()
    """Outlets that were first read later: what they report is counted, but makes no week unusual."""
    unread_on: frozenset[date] = frozenset()
    """Days of the window on which no article was read, so that no number of stories is known."""

    @property
    def since(self) -> datetime:
        """The instant at which the past ends and the window begins."""
        return self.now - timedelta(days=self.days)

    @property
    def past_days(self) -> float:
        """The length of the past, as far as outlets were read then."""
        return max(0.0, (self.since - self.oldest) / DAY)

    @property
    def local_days(self) -> tuple[date, ...]:
        """The days of the window, oldest first; the last one may not be over."""
        last_on = self.day_of(self.now)
        return tuple(last_on - timedelta(days=step) for step in reversed(range(self.days)))

    def day_of(self, at: datetime) -> date:
        """Returns the local day of an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def begin_of(self, on: date) -> datetime:
        """Returns the instant at which a local day begins."""
        return datetime.combine(on, time(), ZoneInfo(self.zone)).astimezone(UTC)


def past_from(since: datetime) -> datetime:
    """Returns the beginning of the eight weeks before a window."""
    return since - timedelta(weeks=BASELINE_WEEKS)


async def heat_window(c: Connection, now: datetime, days: int, zone: str) -> HeatWindow:
    """Returns the window of the last days; the past begins when the first outlet was read, or eight weeks before."""
    since = now - timedelta(days=days)
    first_reading_at: dict[str, datetime] = {}
    for row in await sources.all_of(c):
        if row.baseline_at:
            first_reading_at[row.outlet] = min(row.baseline_at, first_reading_at.get(row.outlet, row.baseline_at))
    oldest = max(past_from(since), min(first_reading_at.values(), default=since))
    new = frozenset(outlet for outlet, at in first_reading_at.items() if at > oldest + TOGETHER)
    return HeatWindow(now, days, zone, oldest, new)


async def with_unread_days(c: Connection, window: HeatWindow) -> HeatWindow:
    """Returns the window with the days on which no article was read, of any topic; the last day still goes on."""
    days = window.local_days
    read = await articles.read_between(c, [window.begin_of(on) for on in days])
    return replace(window, unread_on=frozenset(on for on, was_read in zip(days, read, strict=False) if not was_read))


async def first_appearances(c: Connection, team: str, window: HeatWindow) -> list[Appearance]:
    """Returns the stories of a window and its past with their topics, as the workspace sees them, oldest first."""
    view = await view_of(c, team)
    since = past_from(window.since)
    return _as_seen(view, await articles.first_appearances(c, since, window.new_outlets, view.split_articles))


async def appearances_as_seen(c: Connection, team: str, appearances: Iterable[Appearance]) -> list[Appearance]:
    """Returns appearances with the story under which the workspace sees each."""
    return _as_seen(await view_of(c, team), appearances)


def _as_seen(view: WorkspaceView, appearances: Iterable[Appearance]) -> list[Appearance]:
    if not view.changed:
        return list(appearances)
    shown = ((each, view.shown_in(each.article, each.story)) for each in appearances)
    return [each if story == each.story else replace(each, story=story) for each, story in shown]


async def spikes_of_week(c: Connection, team: str, now: datetime, zone: str) -> tuple[TopicHeat, ...]:
    """Returns the topics that have unusually many new stories this week."""
    window = await heat_window(c, now, SPIKE_DAYS, zone)
    recent = await first_appearances(c, team, window)
    return tuple(row for row in heat_of(recent, window) if row.verdict == "spike")


def heat_of(appearances: Sequence[Appearance], window: HeatWindow) -> tuple[TopicHeat, ...]:
    """Counts each topic's new stories from appearances that stand oldest first; the topic with the most comes first.

    Sectors are always counted. The pact, a sister pact and an official are left out unless they are a spike.
    """
    first_at: dict[str, dict[int, datetime]] = {}
    first_by_known: dict[str, dict[int, datetime]] = {}
    sectors = {sector for each in appearances for sector in each.topics.sectors}
    for each in appearances:
        for topic in topics_named(each.topics):
            first_at.setdefault(topic, {}).setdefault(each.story, each.first_seen_at)
            if each.outlet not in window.new_outlets:
                first_by_known.setdefault(topic, {}).setdefault(each.story, each.first_seen_at)
    rows = [_topic_heat(topic, of_topic, first_by_known.get(topic, {}), window) for topic, of_topic in first_at.items()]
    shown = [row for row in rows if row.topic in sectors or row.verdict == "spike"]
    return tuple(sorted(shown, key=lambda row: (-row.stories, row.topic)))


def topics_named(topics: Topics) -> tuple[str, ...]:
    """Returns the keys of all topics."""
    pact = ("pact",) if topics.pact else ()
    return (*pact, *topics.sister_pact, *topics.officials, *topics.sectors)


def _topic_heat(
    topic: str, first_at: Mapping[int, datetime], first_by_known: Mapping[int, datetime], window: HeatWindow
) -> TopicHeat:
    since = window.since
    inside = [at for at in first_at.values() if at >= since]
    past = _past(first_by_known.values(), window)
    judged = verdict(sum(at >= since for at in first_by_known.values()), window.days, past)
    by_day = Counter(map(window.day_of, inside))
    return TopicHeat(
        topic=topic,
        stories=len(inside),
        by_day=tuple(by_day[on] or (None if on in window.unread_on else 0) for on in window.local_days),
        usual=0.0 if judged == "too_few" else usual_stories(window.days, past),
        n=past.stories,
        verdict=judged,
    )


def _past(first_at: Iterable[datetime], window: HeatWindow) -> Past:
    since, oldest, span = window.since, window.oldest, window.days * DAY
    before = [at for at in first_at if oldest <= at < since]
    spans = int(window.past_days // window.days)
    of_span = Counter((since - at) // span for at in before)
    return Past(len(before), window.past_days, [of_span[span] for span in range(spans)])
