"""Draws the timeline as a picture: its last events from top to bottom."""

from __future__ import annotations

from bot.exports.picture import ALT_MAX_CHARS, INK, PALE, RED, Picture
from handlers.blocks.localizer import Localizer
from handlers.blocks.timeline_card import day_of, event_words, kind_name, timeline_title
from handlers.cards.timeline import TimelineCard, TimelineEntry

WIDTH, MARGIN, TITLE_ROW, ROW = 800, 16, 40, 44
DATE = 250
"""The width of the days; a dot and the event follow."""
DOT, GAP = 5, 18
MAX_ROWS = 24
"""More would be too small on a phone; the CSV has all."""
LINE_COLOUR = (205, 208, 212)


def alt_text(card: TimelineCard, entries: tuple[TimelineEntry, ...], localizer: Localizer) -> str:
    """Returns the picture in words: its title, and each event with its day."""
    events = [f"{day_of(entry, localizer, year=True)} {event_words(entry, localizer)}" for entry in shown(entries)]
    return f"{timeline_title(card, localizer)}: {'; '.join(events)}"[:ALT_MAX_CHARS]


def shown(entries: tuple[TimelineEntry, ...]) -> tuple[TimelineEntry, ...]:
    """Returns the events that the picture shows: the last ones."""
    return entries[-MAX_ROWS:]


def timeline_png(card: TimelineCard, entries: tuple[TimelineEntry, ...], localizer: Localizer) -> bytes:
    """Returns the picture: a dot for each event, hollow for what is to come, red for major news."""
    rows = shown(entries)
    picture = Picture(WIDTH, MARGIN * 2 + TITLE_ROW + ROW * len(rows))
    picture.write_title(MARGIN, MARGIN + TITLE_ROW / 2, timeline_title(card, localizer))
    if left_out := len(entries) - len(rows):
        picture.write(WIDTH - MARGIN, MARGIN + TITLE_ROW / 2, f"+{left_out}", right=True, colour=PALE)
    x, top = MARGIN + DATE + GAP, MARGIN + TITLE_ROW
    if len(rows) > 1:
        picture.fill(x - 1, top + ROW / 2, x + 1, top + ROW * (len(rows) - 0.5), LINE_COLOUR)
    for number, entry in enumerate(rows):
        _draw_event(picture, entry, x, top + ROW * (number + 0.5), localizer)
    return picture.png()


def _draw_event(picture: Picture, entry: TimelineEntry, x: float, y: float, localizer: Localizer) -> None:
    words = event_words(entry, localizer)
    if not picture.can_write(words):
        words = entry.story or kind_name(entry, localizer)
    kind = " · ".join(part for part in (kind_name(entry, localizer), *entry.sources[:1] * bool(entry.story)) if part)
    days = picture.fitted(day_of(entry, localizer, year=True), DATE)
    picture.write(MARGIN + DATE, y, days, right=True, colour=PALE)
    picture.dot(x, y, DOT, RED if entry.kind == "story" else INK, hollow=entry.kind == "coming")
    left = x + GAP
    picture.write(left, y - 9, picture.fitted(words, WIDTH - MARGIN - left))
    picture.write(
        left, y + 9, picture.fitted(kind if picture.can_write(kind) else "", WIDTH - MARGIN - left), colour=PALE
    )
