"""Makes dated events of the calendar's milestones and of stories, for the timeline and the clauses' evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.answers.pact.source_names import source_names
from bot.deliveries.cards_from_rows import digest_line
from bot.deliveries.linked_stories import stories_as_seen
from bot.model import story_id
from bot.store.engine import Connection
from bot.stories.workspace_view import SeenStory
from handlers.cards.timeline import TimelineEntry
from scrapers.outlet import Outlet
from settings.pact_calendar import Milestone, PactCalendar


def milestone_entry(milestone: Milestone, outlets: Mapping[str, Outlet]) -> TimelineEntry:
    """Returns a milestone of the calendar as an event."""
    return TimelineEntry(
        on=milestone.on,
        kind=milestone.kind,
        text={"ko": milestone.ko, "en": milestone.en},
        sources=source_names(milestone.sources, outlets),
        until=milestone.until,
        uncertain=milestone.uncertain,
        note=milestone.note,
    )


def coming_entry(calendar: PactCalendar, today: date, outlets: Mapping[str, Outlet]) -> TimelineEntry | None:
    """Returns the next formal event; None once its last day has passed."""
    event = calendar.next_event
    if event.until < today:
        return None
    return TimelineEntry(
        on=event.begins_on,
        kind="coming",
        text={"ko": event.ko, "en": event.en},
        sources=source_names(event.sources, outlets),
        until=event.until if event.until != event.begins_on else None,
        uncertain=event.uncertain,
        note=event.note,
    )


def story_entry(number: int, on: date) -> TimelineEntry:
    """Returns a story as an event; ``with_stories`` adds its words."""
    return TimelineEntry(on, "story", {}, (), story=story_id(number))


async def with_stories(
    c: Connection, team: str, entries: Iterable[TimelineEntry], outlets: Mapping[str, Outlet], language: str
) -> list[TimelineEntry]:
    """Returns the events with the headlines of their stories, as the workspace sees them."""
    every = list(entries)
    numbers = [int(entry.story.removeprefix("ST")) for entry in every if entry.story]
    seen_of = {story_id(seen.story.id): seen for seen in await stories_as_seen(c, team, numbers)}
    return [_with_story(entry, seen_of.get(entry.story or ""), outlets, language) for entry in every]


def _with_story(
    entry: TimelineEntry, seen: SeenStory | None, outlets: Mapping[str, Outlet], language: str
) -> TimelineEntry:
    if seen is None:
        return entry
    line = digest_line(seen.story, seen.articles, outlets, language)
    return replace(entry, text={line.headline_language: line.headline}, sources=(line.outlet,), url=line.url)
