"""Cuts what may be kept of a text: sentences with mentions where the outlet's terms allow it, else none."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Mention
from bot.store.sentences import MAX_SENTENCE_CHARACTERS, MAX_SENTENCES

BEFORE_MATCH_CHARACTERS = 100
"""Of a long sentence, so much is kept before the match."""


def kept_mentions(mentions: Sequence[Mention], *, text_allowed: bool) -> tuple[Mention, ...]:
    """Returns every mention with its place, and with as much of its sentence as may be kept."""
    allowed = set(kept_sentences(mentions)) if text_allowed else set()
    return tuple(_with_excerpt(mention, allowed) for mention in mentions)


def kept_sentences(mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Returns the text's sentences that hold a mention, each once, within the limits of number and length."""
    excerpts = dict.fromkeys(_excerpt(mention) for mention in mentions if mention.field == "text" and mention.context)
    return tuple(excerpts)[:MAX_SENTENCES]


def _with_excerpt(mention: Mention, allowed: set[str]) -> Mention:
    excerpt = _excerpt(mention)
    return mention._replace(context=excerpt if mention.field == "headline" or excerpt in allowed else "")


def _excerpt(mention: Mention) -> str:
    if len(mention.context) <= MAX_SENTENCE_CHARACTERS:
        return mention.context
    start = max(0, mention.context.find(mention.quote) - BEFORE_MATCH_CHARACTERS)
    return mention.context[start : start + MAX_SENTENCE_CHARACTERS]
