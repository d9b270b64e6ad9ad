"""Answers ``timeline``: the milestones of the pact's calendar, the major news that was read, and what comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.answers.context import AnswerContext, Requester
from bot.answers.pact.pact_events import coming_entry, milestone_entry, story_entry, with_stories
from bot.answers.registry import answers
from bot.deliveries.linked_stories import groups_of
from bot.exports import timeline_chart
from bot.exports.picture import is_installed
from bot.exports.timeline_table import timeline_csv
from bot.store import pact_stories
from bot.store.engine import Connection
from handlers.blocks.localizer import localizer_for
from handlers.cards.file import FileToSend
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.cards.timeline import TimelineCard, TimelineEntry
from handlers.text.times import local_date
from handlers.verbs.timeline import Timeline
from scrapers.outlet import Outlet
from settings.pact_calendar import PactCalendar

ENTRIES_A_PAGE = 12
DAY = timedelta(days=1)
EARLIEST = date(1970, 1, 2)
START = datetime(1970, 1, 1, tzinfo=UTC)


@answers(Timeline)
async def timeline(context: AnswerContext, requester: Requester, ask: Timeline) -> Shown:
    """Shows a page of the timeline; a number behind the last page shows the last one."""
    today, team = local_date(context.now(), requester.zone), requester.asker.team
    begins_on = _begin(ask, context.calendar, today)
    entries = calendar_entries(context.calendar, context.outlets, begins_on, ask.ends_on, today)
    async with context.store.read() as c:
        story_days = await _major_stories(c, team, begins_on, ask.ends_on, requester.zone)
        entries += [story_entry(number, on) for number, on in story_days.items()]
        entries.sort(key=lambda entry: (entry.on, entry.kind == "story"))
        pages = max(1, -(-len(entries) // ENTRIES_A_PAGE))
        page = min(ask.page, pages)
        places = slice((page - 1) * ENTRIES_A_PAGE, page * ENTRIES_A_PAGE)
        wanted = entries if ask.as_file else entries[places]
        known = await with_stories(c, team, wanted, context.outlets, requester.language)
    card = TimelineCard(
        zone=requester.zone,
        begins_on=begins_on,
        ends_on=ask.ends_on,
        entries=tuple(known[places] if ask.as_file else known),
        total=len(entries),
        line=line_of(ask),
        page=page,
        pages=pages,
        has_chart=is_installed(),
        chart_hint=not is_installed() and requester.asker.standing == "admin",
    )
    if not (ask.as_file and known):
        return requester.shown(card, share=True)
    files = await asyncio.to_thread(files_of, card, tuple(known), requester.language, today)
    note = Note("heat_sent", {"name": ", ".join(file.name for file in files)})
    return replace(requester.shown(replace(card, note=note)), files=files)


def files_of(
    card: TimelineCard, entries: tuple[TimelineEntry, ...], language: str, today: date
) -> tuple[FileToSend, ...]:
    """Returns the CSV of all events and, where it can be drawn, the picture of the last ones."""
    name = f"pactbot-timeline-{today:%Y%m%d}"
    table = FileToSend(f"{name}.csv", f"{name}.csv", timeline_csv(entries, language))
    if not card.has_chart:
        return (table,)
    localizer = localizer_for(language, card.zone)
    picture = timeline_chart.timeline_png(card, entries, localizer)
    alt = timeline_chart.alt_text(card, entries, localizer)
    return table, FileToSend(f"{name}.png", f"{name}.png", picture, alt)


def _begin(ask: Timeline, calendar: PactCalendar, today: date) -> date | None:
    """Returns the first day: without a period, that of the month in which the pact came into force."""
    if ask.days is not None:
        return today - ask.days * DAY
    return calendar.in_force_on.replace(day=1) if ask.is_usual else ask.begins_on


def line_of(ask: Timeline) -> str:
    """Returns the line that asks for this period, without its page."""
    if ask.days is not None:
        return f"timeline {ask.days}d"
    if ask.is_usual:
        return "timeline"
    begin = ask.begins_on.isoformat() if ask.begins_on else ""
    return f"timeline {begin}..{ask.ends_on.isoformat() if ask.ends_on else 'now'}"


def calendar_entries(
    calendar: PactCalendar, outlets: Mapping[str, Outlet], begins_on: date | None, ends_on: date | None, today: date
) -> list[TimelineEntry]:
    """Returns the milestones of a period and, until it has passed, the next formal event, the earliest first."""
    coming = coming_entry(calendar, today, outlets)
    entries = [milestone_entry(milestone, outlets) for milestone in calendar.milestones] + ([coming] if coming else [])
    return [entry for entry in entries if _overlaps(entry, begins_on, ends_on)]


def _overlaps(entry: TimelineEntry, begins_on: date | None, ends_on: date | None) -> bool:
    is_after_begin = begins_on is None or (entry.until or entry.on) >= begins_on
    return is_after_begin and (ends_on is None or entry.on <= ends_on)


async def _major_stories(
    c: Connection, team: str, begins_on: date | None, ends_on: date | None, zone: str
) -> dict[int, date]:
    """Returns the stories of severity 1 of a period, as the workspace sees them, each with its first day."""
    # a day more: the period's days are those of the reader's zone
    since_at = datetime.combine(begins_on - DAY, time(), UTC) if begins_on and begins_on > EARLIEST else START
    groups = await groups_of(c, team)
    first, last = begins_on or date.min, ends_on or date.max
    days: dict[int, date] = {}
    for row in await pact_stories.since(c, since_at):
        on = local_date(row.first_seen_at, zone)
        if row.severity and first <= on <= last:
            leader = groups.leader(row.id)
            days[leader] = min(on, days.get(leader, on))
    return days
