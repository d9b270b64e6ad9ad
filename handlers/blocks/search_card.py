"""Renders the stories that a search found, each with its matches in bold."""

from __future__ import annotations

from handlers.blocks.answer_cards import add_offers
from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    QUERY_MAX_CHARS,
    Json,
    clean,
    header_block,
    highlighted_runs,
    link_run,
    paragraph,
    quote,
    rich_text_block,
    safe_url,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.blocks.page_buttons import add_page_buttons
from handlers.blocks.person_card import LINE_HEADLINE_CHARS, report_runs
from handlers.cards.search import SearchCard, SearchLine
from handlers.cards.texts import Lead

LINES_SHOWN, WORDS_SHOWN, NOTES_SHOWN, SENTENCES_SHOWN = 12, 4, 3, 3


def search_message(card: SearchCard, localizer: Localizer) -> RenderedMessage:
    """Renders a page of stories with the number of all."""
    title = localizer.text("search.title", query=clean(localizer.typed_query(card.query), QUERY_MAX_CHARS))
    count = _count_text(card, localizer)
    builder = MessageBuilder()
    builder.add_body(header_block("pact:search", title))
    notes = [paragraph(localizer.note_run(note)) for note in card.notes[:NOTES_SHOWN]]
    builder.add_body(rich_text_block("pact:search:count", paragraph(text_run(count)), *notes))
    added = 0
    for number, line in enumerate(card.lines[:LINES_SHOWN]):
        if not builder.add_body(_line_block(f"pact:search:{number}", line, localizer)):
            break
        added += 1
    add_page_buttons(builder, "pact:search", card.line, (card.page, card.pages), localizer, len(card.lines) - added)
    add_offers(builder, card.offers, localizer)
    return builder.build(f"{title}. {count}")


def _count_text(card: SearchCard, localizer: Localizer) -> str:
    if not card.stories:
        said = localizer.text("search.none", days=card.days)
    else:
        key = "search.count" if card.is_whole else "search.count_newest"
        said = localizer.text(key, n=card.stories, days=card.days)
    if card.since_at is not None:
        day = localizer.format_date(localizer.local_date(card.since_at), year=True)
        said += " " + localizer.text("search.since", day=day)
    return said


def _line_block(block_id: str, line: SearchLine, localizer: Localizer) -> Json:
    runs = report_runs(line.report, localizer, _headline_runs(line, localizer))
    if words := ", ".join(f"“{clean(word, NAME_MAX_CHARS)}”" for word in line.words[:WORDS_SHOWN]):
        runs.append(text_run(f" · {localizer.text('search.in_text', words=words)}"))
    parts = [paragraph(*runs)]
    if line.sentence is not None:
        parts.append(quote(highlighted_runs(line.sentence)))
    parts += [quote(highlighted_runs(sentence)) for sentence in line.more[:SENTENCES_SHOWN]]
    return rich_text_block(block_id, *parts)


def _headline_runs(line: SearchLine, localizer: Localizer) -> list[Json]:
    """Returns the headline as links, of which the matches are bold."""
    headline = Lead(line.headline.text or localizer.text("story.no_headline"), line.headline.bold)
    url = safe_url(line.report.url)
    runs = highlighted_runs(headline, LINE_HEADLINE_CHARS)
    if url is None or not runs:
        return runs or [link_run(line.report.url, headline.text)]
    return [{**run, "type": "link", "url": url} for run in runs]
