"""Renders what a query would have found, each hit with its matches in bold, and each near miss with its reason."""

from __future__ import annotations

from handlers.blocks.answer_cards import add_offers
from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    QUERY_MAX_CHARS,
    Json,
    bullet_list,
    clean,
    header_block,
    highlighted_runs,
    paragraph,
    quote,
    rich_text_block,
    safe_url,
    text_block,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.blocks.page_buttons import add_page_buttons
from handlers.cards.preview import PreviewCard, PreviewLine

HITS_SHOWN, NOTES_SHOWN, SENTENCES_SHOWN = 12, 5, 3
HEADLINE_CHARS = 150


def preview_message(card: PreviewCard, localizer: Localizer) -> RenderedMessage:
    """Renders a page of hits under the number of all, then the near misses."""
    title = localizer.text("preview.title", query=clean(localizer.typed_query(card.query), QUERY_MAX_CHARS))
    count = _count_text(card, localizer)
    builder = MessageBuilder()
    builder.add_body(header_block("pact:preview", title))
    notes = [paragraph(localizer.note_run(note)) for note in card.notes[:NOTES_SHOWN]]
    builder.add_body(rich_text_block("pact:preview:count", paragraph(text_run(count, bold=True)), *notes))
    added = 0
    for number, line in enumerate(card.hits[:HITS_SHOWN]):
        if not builder.add_body(_hit_block(f"pact:preview:{number}", line, localizer)):
            break
        added += 1
    left_out = _add_misses(builder, card, localizer)
    if left_out:
        builder.add_footer(text_block("pact:preview:more", localizer.text("preview.more_misses", n=left_out)))
    add_page_buttons(builder, "pact:preview", card.line, (card.page, card.pages), localizer, len(card.hits) - added)
    add_offers(builder, card.offers, localizer)
    return builder.build(f"{title}. {count}")


def _count_text(card: PreviewCard, localizer: Localizer) -> str:
    """Returns the number of stories; of more than a week also the number a week."""
    if not card.stories:
        return localizer.text("preview.none", days=card.days)
    said = localizer.text("preview.count", n=card.stories, days=card.days)
    if card.days <= 7:
        return said
    a_week = max(1, round(card.stories * 7 / card.days))
    return f"{said} {localizer.text('preview.a_week', n=a_week)}"


def _hit_block(block_id: str, line: PreviewLine, localizer: Localizer) -> Json:
    parts = [paragraph(*_line_runs(line, localizer))]
    if line.sentence is not None and line.sentence.text.strip():
        parts.append(quote(highlighted_runs(line.sentence)))
    parts += [quote(highlighted_runs(sentence)) for sentence in line.more[:SENTENCES_SHOWN]]
    return rich_text_block(block_id, *parts)


def _line_runs(line: PreviewLine, localizer: Localizer) -> list[Json]:
    """Returns the headline as a link with its matches in bold, the outlet, the time, and the story."""
    facts = [clean(line.outlet, NAME_MAX_CHARS), localizer.format_datetime(line.at)]
    if line.articles > 1:
        facts.append(localizer.text("digest.articles", n=line.articles))
    facts.append(clean(line.story, 20))
    runs = highlighted_runs(line.headline, HEADLINE_CHARS) or [text_run(localizer.text("story.no_headline"))]
    url = safe_url(line.url)
    linked = [{**run, "type": "link", "url": url} for run in runs] if url is not None else runs
    return [*linked, text_run(" — " + " · ".join(fact for fact in facts if fact))]


def _add_misses(builder: MessageBuilder, card: PreviewCard, localizer: Localizer) -> int:
    """Adds the near misses, each with its reason; returns how many are not shown."""
    if not card.misses:
        return card.misses_left_out
    items = []
    for line in card.misses:
        runs = _line_runs(line, localizer)
        items.append([*runs, text_run(" · "), localizer.note_run(line.why)] if line.why else runs)
    heading = paragraph(text_run(localizer.text("preview.misses"), bold=True))
    if not builder.add_body(rich_text_block("pact:preview:misses", heading, bullet_list(items))):
        return card.misses_left_out + len(items)
    return card.misses_left_out
