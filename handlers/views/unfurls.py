"""Renders what stands below a link in somebody's message: the story of the linked article, and *Why?*."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.blocks.blockkit import Json, actions_block, button, clean, context_block, paragraph, rich_text_block
from handlers.blocks.localizer import localizer_for
from handlers.blocks.story_line import story_line
from handlers.cards.shown import Shown
from handlers.cards.unfurl import UnfurlCard
from handlers.text.words import NO_NAMES, Names


def unfurls(shown: Shown, names: Names = NO_NAMES, command: str = "/pact") -> Mapping[str, Json]:
    """Returns the blocks below each link, by the link as it stands in the message."""
    card = shown.card
    assert isinstance(card, UnfurlCard)
    localizer = localizer_for(shown.language, card.zone, names, command, public=True)
    found: dict[str, Json] = {}
    for number, (url, line) in enumerate(card.links):
        why = button("pact:why", localizer.text("button.why"), f"why {clean(line.story, 20)}")
        is_in_line = line.headline_language != localizer.language  # then the line itself names the topics
        topics = "" if is_in_line else localizer.topic_names(line.topics, 4)
        blocks = [
            rich_text_block(f"pact:unfurl:{number}", paragraph(*story_line(line, localizer, card.on))),
            *([context_block(f"pact:unfurl:{number}:topics", topics)] if topics else []),
            actions_block(f"pact:unfurl:{number}:do", [why]),
        ]
        found[url] = {"blocks": blocks}
    return found
