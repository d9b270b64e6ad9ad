"""Answers ``heat``: the new stories of each sector by day or week, and the same as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.deliveries.topic_heat import first_appearances, heat_of, heat_window, with_unread_days
from bot.exports import heat_chart
from bot.exports.heat_table import heat_csv
from bot.exports.picture import is_installed
from handlers.cards.file import FileToSend
from handlers.cards.heat import HeatCard, HeatRow
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.cards.topic_heat import TopicHeat
from handlers.text.times import local_date
from handlers.verbs.heat import Heat

MOST_COLUMNS = 8
"""What fits the width of a phone."""
DAYS_A_WEEK = 7
DAY = timedelta(days=1)


@answers(Heat)
async def heat(context: AnswerContext, requester: Requester, ask: Heat) -> Shown:
    """Shows the grid; on request its file goes to the person's direct message."""
    now, zone = context.now(), requester.zone
    async with context.store.read() as c:
        window = await with_unread_days(c, await heat_window(c, end_of_day(now, zone), ask.days, zone))
        rows = heat_of(await first_appearances(c, requester.asker.team, window), window)
    card = card_of(rows, now, zone, ask.days)
    hint = not card.has_chart and requester.asker.standing == "admin"
    card = replace(card, unread_on=tuple(sorted(window.unread_on)), chart_hint=hint)
    shown = requester.shown(card, share=True)
    if not ask.as_file:
        return shown
    files = await asyncio.to_thread(files_of, card, requester.language)
    note = Note("heat_sent", {"name": ", ".join(file.name for file in files)})
    share = f"heat {ask.days}d" if shown.share else None
    return replace(shown, card=replace(card, note=note), share=share, files=files)


def files_of(card: HeatCard, language: str) -> tuple[FileToSend, ...]:
    """Returns the CSV and, where it can be drawn, the picture."""
    last_on = local_date(card.now, card.zone)
    name = f"pactbot-heat-{last_on - (card.days - 1) * DAY:%Y%m%d}-{last_on:%Y%m%d}"
    table = FileToSend(f"{name}.csv", f"{name}.csv", heat_csv([row.heat for row in card.rows], last_on, language))
    if not card.has_chart or not card.rows:
        return (table,)
    picture = heat_chart.heat_png(card, language)
    return table, FileToSend(f"{name}.png", f"{name}.png", picture, heat_chart.alt_text(card, language))


def end_of_day(now: datetime, zone: str) -> datetime:
    """Returns the last second of the local day, so that the days that are counted are whole ones."""
    tomorrow = datetime.combine(local_date(now, zone) + DAY, time(), ZoneInfo(zone))
    return tomorrow.astimezone(now.tzinfo) - timedelta(seconds=1)


def card_of(rows: Sequence[TopicHeat], now: datetime, zone: str, days: int) -> HeatCard:
    """Sums the days of each topic into columns, the last of which ends today."""
    step = column_days(days)
    return HeatCard(
        zone=zone,
        now=now,
        days=days,
        column_days=step,
        begins=column_begins(local_date(now, zone), days, step),
        rows=tuple(HeatRow(row, cells_of(row.by_day, step)) for row in rows),
        has_chart=is_installed(),
    )


def column_days(days: int) -> int:
    """Returns the length of a column: one day, or so many whole weeks that the columns fit."""
    if days <= MOST_COLUMNS:
        return 1
    return -(-days // (MOST_COLUMNS * DAYS_A_WEEK)) * DAYS_A_WEEK


def column_begins(last_on: date, days: int, step: int) -> tuple[date, ...]:
    """Returns the first day of each column, oldest first; the first column may be shorter than the others."""
    first_on = last_on - (days - 1) * DAY
    begins = [max(first_on, last_on - (end + step - 1) * DAY) for end in range(0, days, step)]
    return tuple(reversed(begins))


def cells_of(by_day: Sequence[int | None], step: int) -> tuple[int | None, ...]:
    """Returns the sum of each column, oldest first; None where no day of the column was read."""
    columns = [by_day[max(0, end - step) : end] for end in reversed(range(len(by_day), 0, -step))]
    return tuple(None if set(days) == {None} else sum(count or 0 for count in days) for days in columns)
