"""Renders the board of some days' stories: first reports, disagreements, and what one language alone tells."""

from __future__ import annotations

from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    Json,
    bullet_list,
    clean,
    code_run,
    header_block,
    link_run,
    paragraph,
    rich_text_block,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.cards.story_board import BoardLine, StoryBoardCard

OUTLETS_SHOWN, LINES_SHOWN, NOTES_SHOWN = 12, 5, 3
LINE_HEADLINE_CHARS = 140


def story_board_message(card: StoryBoardCard, localizer: Localizer) -> RenderedMessage:
    """Renders the board."""
    title = localizer.text("board.title", days=card.days)
    builder = MessageBuilder()
    builder.add_body(header_block("pact:board", title))
    count = localizer.text("board.count" if card.stories else "board.none", n=card.stories, several=card.several)
    if not card.is_whole:
        count += " " + localizer.text("board.newest")
    builder.add_body(rich_text_block("pact:board:count", paragraph(text_run(count))))
    if card.stories:
        _add_comparisons(builder, card, localizer)
    return builder.build(f"{title}. {count}")


def _add_comparisons(builder: MessageBuilder, card: StoryBoardCard, localizer: Localizer) -> None:
    """Adds who was first, where outlets differ, and what one language alone tells."""
    _add_firsts(builder, card, localizer)
    differing = localizer.text("board.differ", n=card.differing) if card.differing else localizer.text("board.agree")
    _add_lines(builder, "pact:board:differ", differing, card.differences, localizer)
    gap = localizer.text("board.languages", both=card.both, ko=card.ko_alone, en=card.en_alone)
    builder.add_body(rich_text_block("pact:board:gap", paragraph(text_run(gap, bold=True))))
    for name, lines in (("ko", card.ko_lines), ("en", card.en_lines)):
        if lines:
            _add_lines(builder, f"pact:board:{name}", localizer.text(f"board.{name}_alone"), lines, localizer)


def _add_firsts(builder: MessageBuilder, card: StoryBoardCard, localizer: Localizer) -> None:
    heading = paragraph(text_run(localizer.text("board.firsts", n=card.decided, several=card.several), bold=True))
    parts = [heading, paragraph(text_run(localizer.text("board.firsts_rule")))]
    items: list[list[Json]] = []
    for outlet, first, reported in card.firsts[:OUTLETS_SHOWN]:
        counts = localizer.text("board.first_of", n=first, all=reported)
        items.append([text_run(clean(outlet, NAME_MAX_CHARS), bold=True), text_run(f" {counts}")])
    builder.add_body(rich_text_block("pact:board:firsts", *parts, *([bullet_list(items)] if items else [])))


def _add_lines(
    builder: MessageBuilder, block_id: str, heading: str, lines: tuple[BoardLine, ...], localizer: Localizer
) -> None:
    items = [_runs(line, localizer) for line in lines[:LINES_SHOWN]]
    parts = [paragraph(text_run(heading, bold=True)), *([bullet_list(items)] if items else [])]
    builder.add_body(rich_text_block(block_id, *parts))


def _runs(line: BoardLine, localizer: Localizer) -> list[Json]:
    headline = clean(line.headline, LINE_HEADLINE_CHARS) or localizer.text("story.no_headline")
    runs = [link_run(line.url, headline), text_run(" "), code_run(line.story, 20)]
    runs.append(text_run(f" · {localizer.text('board.outlets', n=line.outlets)}"))
    for note in line.notes[:NOTES_SHOWN]:
        runs += [text_run(" · "), localizer.note_run(note)]
    return runs
