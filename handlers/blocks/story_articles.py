"""Renders the answer of ``story``: facts, topics with counts, and the articles in the order of publication."""

from __future__ import annotations

from handlers.blocks.blockkit import (
    HEADLINE_MAX_CHARS,
    NAME_MAX_CHARS,
    Json,
    actions_block,
    bullet_list,
    clean,
    header_block,
    link_run,
    option,
    paragraph,
    plain_text,
    rich_text_block,
    safe_url,
    text_block,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.blocks.page_buttons import add_page_buttons
from handlers.cards.story_articles import ArticleLine, StoryArticlesCard

FACTS_SHOWN, TOPICS_SHOWN, LINE_NOTES_SHOWN = 16, 8, 5
LINE_HEADLINE_CHARS = 160
SPLIT_SHOWN, NEAR_SHOWN = 50, 10
OPTION_VALUE_MAX_CHARS = 150
"""Slack rejects an option with a longer value."""


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
    if menus := _change_menus(card, localizer):
        builder.add_footer(actions_block("pact:story:change", menus))
    add_page_buttons(builder, "pact:story", f"story {story_id}", (card.page, card.pages), localizer, left_out)
    return builder.build(f"{title} · {headline}")


def _change_menus(card: StoryArticlesCard, localizer: Localizer) -> list[Json]:
    """Returns the menus that split an article off and merge another story; none in an answer for everybody."""
    if not card.may_change or localizer.public:
        return []
    story_id = clean(card.story, 20)
    split = [
        option(f"{number}. {clean(line.outlet, 24)}: {clean(line.headline, 60)}", _split_line(story_id, number, line))
        for number, line in enumerate(card.articles, start=card.first)
    ]
    merge = [
        option(f"{clean(other, 12)} {clean(headline, 70)}", f"merge {story_id} {clean(other, 12)}")
        for other, headline in card.near[:NEAR_SHOWN]
    ]
    menus = [_menu("pact:run:split", localizer.text("articles.split"), split[:SPLIT_SHOWN])] if len(split) > 1 else []
    return [*menus, *([_menu("pact:run:merge", localizer.text("articles.merge"), merge)] if merge else [])]


def _split_line(story_id: str, number: int, line: ArticleLine) -> str:
    """Returns the line that splits an article off, by its address: a number may be another article's by then."""
    by_address = f"split {story_id} {line.url}"
    is_short = len(by_address) <= OPTION_VALUE_MAX_CHARS and safe_url(line.url) == line.url
    return by_address if is_short else f"split {story_id} {number}"


def _menu(action_id: str, label: str, options: list[Json]) -> Json:
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain_text(label, 75),
        "options": options,
    }


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
