"""What may be kept of a text: the sentences of its mentions where the outlet allows it, else its headline alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Mention
from bot.store.mentions import MOST_CHARACTERS, MOST_SENTENCES

BEFORE_MATCH = 100
"""Of a long sentence, so much is kept before the match."""


def kept_text(found: Sequence[Mention], *, allowed: bool) -> tuple[Mention, ...]:
    """Mentions with as much of their sentence as may be kept; where they stand is kept of all."""
    room = set(kept_sentences(found)) if allowed else set()
    return tuple(_shortened(one, room) for one in found)


def kept_sentences(found: Sequence[Mention]) -> tuple[str, ...]:
    """The sentences of the text that hold a mention, each once, no more and no longer than may be kept."""
    sentences = dict.fromkeys(_sentence(one) for one in found if one.field == "text" and one.context)
    return tuple(sentences)[:MOST_SENTENCES]


def _shortened(mention: Mention, room: set[str]) -> Mention:
    short = _sentence(mention)
    return mention._replace(context=short if mention.field == "headline" or short in room else "")


def _sentence(mention: Mention) -> str:
    if len(mention.context) <= MOST_CHARACTERS:
        return mention.context
    start = max(0, mention.context.find(mention.quote) - BEFORE_MATCH)
    return mention.context[start : start + MOST_CHARACTERS]
