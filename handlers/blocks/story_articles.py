"""Renders the answer of ``story``: facts, topics with counts, and the articles in the order of publication."""

from __future__ import annotations

from handlers.blocks.blockkit import (
    HEADLINE_MAX_CHARS,
    NAME_MAX_CHARS,
    Json,
    bullet_list,
    clean,
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
from handlers.cards.story_articles import ArticleLine, StoryArticlesCard

FACTS_SHOWN, TOPICS_SHOWN, LINE_NOTES_SHOWN = 16, 8, 5
LINE_HEADLINE_CHARS = 160


def story_articles_message(card: StoryArticlesCard, localizer: Localizer) -> RenderedMessage:
    """Renders one page of a story's articles."""
    story_id = clean(card.story, 20)
    title = localizer.text("articles.title", story=story_id)
    headline = clean(card.headline, HEADLINE_MAX_CHARS) or localizer.text("story.no_headline")
    builder = MessageBuilder()
    builder.add_body(header_block("pact:story:title", title))
    builder.add_body(rich_text_block("pact:story:headline", paragraph(link_run(card.url, headline, bold=True))))
    facts = [[localizer.note_run(note)] for note in card.facts[:FACTS_SHOWN]]
    facts += [[text_run(line)] for line in _topic_lines(card, localizer)]
    if facts:
        builder.add_body(rich_text_block("pact:story:facts", bullet_list(facts)))
    builder.add_body(text_block("pact:story:articles", localizer.text("articles.in_order"), bold=True))
    left_out = builder.add_list(
        "pact:story:article", [_runs(line, localizer) for line in card.articles], first=card.first
    )
    if left_out or card.pages > card.page:
        builder.add_footer(context_block("pact:story:more", _more(card, left_out, localizer)))
    return builder.build(f"{title} · {headline}")


def _more(card: StoryArticlesCard, left_out: int, localizer: Localizer) -> str:
    page = localizer.text("articles.page", page=card.page, pages=card.pages)
    hidden = [f"+{left_out}"] if left_out else []
    line = localizer.localized_command(f"story {clean(card.story, 20)} {card.page + 1}")
    return " · ".join([page, *hidden, *([line] if card.pages > card.page else [])])


def _topic_lines(card: StoryArticlesCard, localizer: Localizer) -> list[str]:
    lines = []
    for kind, counted in (("sectors", card.sectors), ("officials", card.officials)):
        shown = [f"{localizer.topic_names((topic,))} {count}" for topic, count in counted[:TOPICS_SHOWN]]
        if len(counted) > TOPICS_SHOWN:
            shown.append(f"+{len(counted) - TOPICS_SHOWN}")
        if shown:
            lines.append(localizer.text(f"articles.{kind}", names=", ".join(shown)))
    return lines


def _runs(line: ArticleLine, localizer: Localizer) -> list[Json]:
    language = line.language if line.language in ("ko", "en") else "other"
    facts = [
        _when(line, localizer),
        clean(line.outlet, NAME_MAX_CHARS),
        localizer.text(f"articles.language_{language}"),
    ]
    headline = clean(line.headline, LINE_HEADLINE_CHARS) or localizer.text("story.no_headline")
    runs = [text_run(f"{' · '.join(facts)}  "), link_run(line.url, headline)]
    for note in line.notes[:LINE_NOTES_SHOWN]:
        runs += [text_run(" · "), localizer.note_run(note)]
    return runs


def _when(line: ArticleLine, localizer: Localizer) -> str:
    if line.published_at is None:
        return localizer.text("story.undated", when=localizer.format_datetime(line.seen_at))
    if line.date_only:
        return localizer.text("articles.day", day=localizer.format_date(localizer.local_date(line.published_at)))
    return localizer.format_both_zones(line.published_at)
