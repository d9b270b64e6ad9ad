"""Chooses and cuts the lead: the one sentence of an article that a card quotes, with its matches marked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Mention
from handlers.cards.texts import Lead, Span

LEAD_MAX_CHARS = 200
"""A card quotes one sentence of an outlet's text, of at most this length."""


def best_lead(mentions: Sequence[Mention]) -> Lead | None:
    """The sentence with most mentions, those that name the pact first; None where no sentence is stored."""
    sentences: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.field == "text" and mention.context and not mention.passing:
            sentences.setdefault(mention.context, []).append(mention)
    if not sentences:
        return None
    best = max(
        sentences,
        key=lambda sentence: (any(m.kind == "pact" for m in sentences[sentence]), len(sentences[sentence])),
    )
    return lead_with_matches(best, sentences[best])


def lead_with_matches(sentence: str, mentions: Sequence[Mention]) -> Lead:
    """A sentence with its matches marked, cut to what a card may show."""
    spans: list[Span] = []
    for mention in mentions:
        at = sentence.find(mention.quote)
        if at >= 0:
            spans.append(Span(at, at + len(mention.quote)))
    start, end = _cut(sentence, min((span.start for span in spans), default=0))
    before, after = ("…" if start else ""), ("…" if end < len(sentence) else "")
    shift = len(before) - start
    kept = [Span(span.start + shift, span.end + shift) for span in spans if start <= span.start < span.end <= end]
    return Lead(before + sentence[start:end] + after, _merged(kept))


def _cut(sentence: str, first_match: int) -> tuple[int, int]:
    """The part that a card shows: from the beginning while the first match fits, and never half a word."""
    most_chars = LEAD_MAX_CHARS - 2
    if len(sentence) <= LEAD_MAX_CHARS:
        return 0, len(sentence)
    start = 0 if first_match < most_chars * 2 // 3 else min(first_match - 60, len(sentence) - most_chars)
    if start:
        start = sentence.find(" ", start, first_match) + 1 or start
    end = min(len(sentence), start + most_chars)
    blank = sentence.rfind(" ", start + most_chars // 2, end)
    return start, (blank if end < len(sentence) and blank > first_match else end)


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
