"""Renders an official with offices, quotes and appearances, and the list of all officials."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    Json,
    clean,
    code_run,
    context_block,
    header_block,
    highlighted_runs,
    link_run,
    paragraph,
    quote,
    rich_text_block,
    text_block,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.blocks.page_buttons import add_page_buttons
from handlers.cards.person import OfficeLine, OfficialsCard, PersonCard, QuoteLine, ReportLine

OFFICES_SHOWN, ALIASES_SHOWN, QUOTES_SHOWN, APPEARANCES_SHOWN, OFFICIALS_SHOWN = 6, 12, 6, 12, 40
LINE_HEADLINE_CHARS = 160
_DAY = re.compile(r"([1-9]\d{3})-(0[1-9]|1[0-2])(?:-\d\d)?")


def person_message(card: PersonCard, localizer: Localizer) -> RenderedMessage:
    """Renders an official."""
    name = _in_language(card.name, localizer)
    builder = MessageBuilder()
    builder.add_body(header_block("pact:who", name))
    builder.add_body(
        rich_text_block("pact:who:facts", *[paragraph(text_run(line)) for line in _facts(card, localizer)])
    )
    builder.add_body(
        text_block("pact:who:quotes", localizer.text("who.quotes" if card.quotes else "who.no_quotes"), bold=True)
    )
    left_out = 0
    for number, line in enumerate(card.quotes[:QUOTES_SHOWN]):
        if not builder.add_body(_quote_block(f"pact:who:quote:{number}", line, localizer)):
            left_out += 1
    heading = "who.appearances" if card.appearances else "who.no_appearances"
    builder.add_body(text_block("pact:who:seen", localizer.text(heading), bold=True))
    items = [report_runs(line, localizer) for line in card.appearances[:APPEARANCES_SHOWN]]
    left_out += builder.add_list("pact:who:report", items)
    add_page_buttons(builder, "pact:who", card.line, (card.page, card.pages), localizer, left_out)
    return builder.build(f"{name}. {_facts(card, localizer)[0]}")


def _facts(card: PersonCard, localizer: Localizer) -> list[str]:
    """Returns the offices and the other names, at least one line."""
    other = [clean(name, NAME_MAX_CHARS) for language, name in card.name.items() if language != localizer.language]
    names = [*other, *(clean(alias, NAME_MAX_CHARS) for alias in card.aliases[:ALIASES_SHOWN])]
    lines = [_office_text(office, localizer) for office in card.offices[:OFFICES_SHOWN]]
    aliases = localizer.text("who.aliases", names=", ".join(filter(None, names)))
    others = localizer.text("who.other_scripts", n=card.other_scripts) if card.other_scripts else ""
    return [*lines, f"{aliases} {others}".strip()]


def _office_text(office: OfficeLine, localizer: Localizer) -> str:
    text = _in_language(office.text, localizer)
    since, until = (_month(day or "", localizer) for day in (office.since, office.until))
    if since or until:
        return localizer.text("who.office_period", office=text, since=since, until=until)
    return text


def _month(day: str, localizer: Localizer) -> str:
    """Returns the month of ``2025-03`` or ``2025-03-31`` in words; another text as it is."""
    match = _DAY.fullmatch(day)
    return localizer.format_month(date(int(match[1]), int(match[2]), 1)) if match else clean(day, 20)


def _quote_block(block_id: str, line: QuoteLine, localizer: Localizer) -> Json:
    return rich_text_block(
        block_id, quote(highlighted_runs(line.sentence)), paragraph(*report_runs(line.report, localizer))
    )


def report_runs(line: ReportLine, localizer: Localizer, headline_runs: Sequence[Json] = ()) -> list[Json]:
    """Returns an article: its time, outlet and language, the headline (as a link, or as it is given), the story."""
    language = line.language if line.language in ("ko", "en") else "other"
    facts = [
        _when(line, localizer),
        clean(line.outlet, NAME_MAX_CHARS),
        localizer.text(f"articles.language_{language}"),
    ]
    headline = clean(line.headline, LINE_HEADLINE_CHARS) or localizer.text("story.no_headline")
    runs = [text_run(f"{' · '.join(facts)}  "), *(headline_runs or [link_run(line.url, headline)])]
    if line.story:
        runs += [text_run(" "), code_run(line.story, 20)]
    if line.articles > 1:
        runs.append(text_run(f" · {localizer.text('who.articles', n=line.articles)}"))
    return runs


def _when(line: ReportLine, localizer: Localizer) -> str:
    if line.published_at is None:
        return localizer.text("story.undated", when=localizer.format_datetime(line.seen_at))
    if line.date_only:
        return localizer.format_date(localizer.local_date(line.published_at), year=True)
    return localizer.format_datetime(line.published_at, year=True)


def officials_message(card: OfficialsCard, localizer: Localizer) -> RenderedMessage:
    """Renders the list of all officials, each with the line that shows more."""
    title = localizer.text("who.list_title")
    builder = MessageBuilder()
    builder.add_body(header_block("pact:who", title))
    items = []
    for line in card.lines[:OFFICIALS_SHOWN]:
        office = f" — {_office_text(line.office, localizer)}" if line.office else ""
        items.append(
            [text_run(_in_language(line.name, localizer), bold=True), text_run(f"{office}  "), code_run(line.word, 40)]
        )
    left_out = builder.add_list("pact:who:official", items)
    if left_out:
        builder.add_footer(context_block("pact:who:more", f"+{left_out}"))
    first = clean(card.lines[0].word, 40) if card.lines else ""
    example = localizer.localized_command(f"who {first}")
    builder.add_footer(context_block("pact:who:example", localizer.text("error.example", line=example)))
    return builder.build(title)


def _in_language(text: Mapping[str, str], localizer: Localizer) -> str:
    return clean(text.get(localizer.language) or next(iter(text.values()), ""), 120) or "–"
