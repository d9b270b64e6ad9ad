"""Renders the timeline: the events of each month as a list, with what kind they are and where they were read."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    NOTE_MAX_CHARS,
    Json,
    actions_block,
    bullet_list,
    button,
    button_value,
    clean,
    code_run,
    context_block,
    header_block,
    link_run,
    paragraph,
    rich_text_block,
    text_block,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.blocks.page_buttons import add_page_buttons
from handlers.cards.timeline import TimelineCard, TimelineEntry
from handlers.text.words import has_key
from handlers.verbs.registry import korean_line

ENTRIES_SHOWN, SOURCES_SHOWN = 20, 3
EVENT_MAX_CHARS = 200


def timeline_message(card: TimelineCard, localizer: Localizer) -> RenderedMessage:
    """Renders one page of the timeline."""
    title = timeline_title(card, localizer)
    builder = MessageBuilder()
    builder.add_body(header_block("pact:timeline", title))
    count = localizer.text("timeline.count", n=card.total) if card.total else localizer.text("timeline.none")
    builder.add_body(text_block("pact:timeline:count", count))
    shown = card.entries[:ENTRIES_SHOWN]
    added = 0
    for number, (month, of_month) in enumerate(groupby(shown, key=lambda entry: localizer.format_month(entry.on))):
        entries = list(of_month)
        heading = paragraph(text_run(month, bold=True))
        items = bullet_list([event_runs(entry, localizer) for entry in entries])
        if not builder.add_body(rich_text_block(f"pact:timeline:{number}", heading, items)):
            break
        added += len(entries)
    if card.note is not None:
        builder.add_footer(rich_text_block("pact:timeline:note", paragraph(*localizer.note_runs(card.note))))
    place = (card.page, card.pages)
    add_page_buttons(builder, "pact:timeline", card.line, place, localizer, len(card.entries) - added)
    line = f"{card.line} file"
    value = button_value(korean_line(line) if localizer.language == "ko" else line)
    if card.entries and value:
        label = localizer.text("heat.files" if card.has_chart else "heat.file")
        builder.add_footer(actions_block("pact:timeline:file", [button("pact:run:file", label, value)]))
        if card.chart_hint and not localizer.public:
            builder.add_footer(context_block("pact:timeline:charts", localizer.text("heat.charts")))
    return builder.build(f"{title} · {count}")


def timeline_title(card: TimelineCard, localizer: Localizer) -> str:
    """Returns the title with the period."""
    return localizer.text("timeline.title", period=_period(card, localizer))


def _period(card: TimelineCard, localizer: Localizer) -> str:
    first = localizer.format_date(card.begins_on, year=True) if card.begins_on else localizer.text("timeline.all")
    last = localizer.format_date(card.ends_on, year=True) if card.ends_on else localizer.text("timeline.now")
    return first if first == last else localizer.text("timeline.period", begin=first, end=last)


def event_runs(entry: TimelineEntry, localizer: Localizer, *, year: bool = False) -> list[Json]:
    """Returns a dated event: its day, with the year on request, its kind, its words and where it was read."""
    facts = [fact for fact in (day_of(entry, localizer, year=year), kind_name(entry, localizer)) if fact]
    runs = [text_run(f"{' · '.join(facts)}  "), link_run(entry.url, event_words(entry, localizer), bold=True)]
    if entry.story:
        runs += [text_run(" "), code_run(entry.story, 20)]
    if note := _in_language(entry.note, localizer):
        runs.append(text_run(f" ({note})"))
    elif entry.uncertain:
        runs.append(text_run(f" ({localizer.text('timeline.uncertain')})"))
    sources = ", ".join(clean(source, NAME_MAX_CHARS) for source in entry.sources[:SOURCES_SHOWN])
    if sources:
        runs.append(text_run(f" — {localizer.text('timeline.sources', names=sources)}"))
    return runs


def day_of(entry: TimelineEntry, localizer: Localizer, *, year: bool) -> str:
    """Returns an event's day, or its first and last."""
    day = localizer.format_date(entry.on, year)
    if entry.until is None:
        return day
    other_year = entry.until.year != entry.on.year
    return localizer.text("timeline.period", begin=day, end=localizer.format_date(entry.until, other_year))


def kind_name(entry: TimelineEntry, localizer: Localizer) -> str:
    """Returns what kind of event it is, or nothing for a kind without a name."""
    key = f"timeline.kind_{entry.kind}"
    return localizer.text(key) if has_key(key) else ""


def event_words(entry: TimelineEntry, localizer: Localizer) -> str:
    """Returns what happened, in the reader's language where it is known in it."""
    return _in_language(entry.text, localizer)


def _in_language(text: Mapping[str, str], localizer: Localizer) -> str:
    """Returns the words in the reader's language, else in any that there is."""
    words = text.get(localizer.language) or next(iter(text.values()), "")
    return clean(words, min(EVENT_MAX_CHARS, NOTE_MAX_CHARS))
