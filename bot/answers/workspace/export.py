"""Answers ``export``: a file with the stored articles of some days, in a direct message."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.exports.collect import articles_by_day
from bot.exports.table import Format, Row, file_of, row_of
from handlers.cards.answers import NoticeCard
from handlers.cards.file import FileToSend
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.text.times import local_date
from handlers.verbs.export import Export

MAX_ROWS = 50_000
"""About 20 MB. The newest are kept, and the answer says that there are more."""


@answers(Export)
async def export(context: AnswerContext, requester: Requester, ask: Export) -> Shown:
    """Sends the file; says how many articles and stories it has. Without any there is no file."""
    now = context.now()
    rows, is_whole = await _rows(context, requester.asker.team, now - timedelta(days=ask.days), now)
    if not rows:
        return requester.shown(NoticeCard((Note("export_empty", {"n": str(ask.days)}),)))
    content = await asyncio.to_thread(file_of, rows, cast(Format, ask.written_as))
    name = file_name(now, ask.days, requester.zone, ask.written_as)
    counts = {
        "n": str(len(rows)),
        "stories": str(len({row["story"] for row in rows})),
        "days": str(ask.days),
        "name": name,
    }
    notes = [Note("export_sent", counts)] + ([] if is_whole else [Note("export_cut", {"n": str(MAX_ROWS)})])
    return replace(requester.shown(NoticeCard(tuple(notes))), files=(FileToSend(name, name, content),))


def file_name(now: datetime, days: int, zone: str, written_as: str) -> str:
    """Returns the name with the reader's first and last date of the period; the last one is today."""
    begins_on, today = (local_date(at, zone) for at in (now - timedelta(days=days), now))
    return f"pactbot-{begins_on:%Y%m%d}-{today:%Y%m%d}.{written_as}"


async def _rows(context: AnswerContext, team: str, since_at: datetime, until_at: datetime) -> tuple[list[Row], bool]:
    """Returns the rows, the newest article last, and whether these are all."""
    names = {key: outlet.name for key, outlet in context.outlets.items()}
    rows: list[Row] = []
    is_whole = True
    async for of_day in articles_by_day(context.store, since_at, until_at, team):
        rows += [row_of(article, names) for article in of_day]
        if len(rows) > MAX_ROWS:
            rows, is_whole = rows[-MAX_ROWS:], False
    return rows, is_whole
