"""Chooses and cuts the lead: the one sentence of an article that a card quotes, with its matches marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.deliveries.datelines import dateline_chars
from bot.model import Mention
from handlers.cards.texts import Lead, Span

LEAD_MAX_CHARS = 200
"""A card quotes one sentence of an outlet's text, of at most this length."""
BROKEN_OFF_CHARS = 90
"""A line of this length without an end is a sentence that its page does not show to the end."""
WORD_CHARS = 30
_SENTENCE_END = re.compile(r"(?:[.!?…。]|[다요음함됨임])[\"'”’)\]」』*]*$")
_CLAUSE = re.compile(
    r"(?<=[가-힣])(?:지만|는데|으며|하며|라며|다며|면서|으나|했고|하고|됐고|되고|이고|였고)(?=[\s,])"
    r"|,(?=\s(?:but|which|who|while|where|whose|after|because|with|\w{2,}ing)\s)|;(?=\s)|\s(?=[—–]\s)"
    r"|(?<!,)\s(?=(?:but|which|who|while|after|because)\s)"
)
"""The end of a clause: a Korean connective, or what stands before an English one."""
_COMMA = re.compile(r"[,:](?=\s)")


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


def leads_of_all(mentions: Sequence[Mention], shown: Collection[tuple[str, str]], most: int) -> list[Lead]:
    """The sentences that together show every topic of the mentions that is not ``shown`` yet; ``most`` of them.

    The sentence that shows most of what is missing comes first, of equal ones the earlier.
    """
    sentences: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.field == "text" and mention.context:
            sentences.setdefault(mention.context, []).append(mention)
    missing = {topic_of(mention) for of_sentence in sentences.values() for mention in of_sentence} - set(shown)
    leads: list[Lead] = []
    while missing and len(leads) < most:
        best = max(sentences, key=lambda text: len(missing & {topic_of(each) for each in sentences[text]}))
        leads.append(lead_with_matches(best, sentences[best]))
        missing -= {topic_of(each) for each in sentences[best]}
    return leads


def topic_of(mention: Mention) -> tuple[str, str]:
    """What a mention names, so that two mentions of one topic count as one."""
    return mention.kind, mention.topic


def _sister_of(mentions: Sequence[Mention]) -> str | None:
    """The sister pact that a sentence names, where it does not name the pact."""
    if any(mention.kind == "pact" for mention in mentions):
        return None
    return next((mention.topic for mention in mentions if mention.kind == "sister"), None)


def lead_with_matches(sentence: str, mentions: Sequence[Mention]) -> Lead:
    """A sentence with its matches marked, without its dateline, cut to what a card may show."""
    sentence = _without_dateline(sentence, mentions)
    spans: list[Span] = []
    for mention in mentions:
        at = sentence.find(mention.quote)
        if at >= 0:
            spans.append(Span(at, at + len(mention.quote)))
    first_match, last_match = (
        min((span.start for span in spans), default=0),
        max((span.end for span in spans), default=0),
    )
    sentence, is_broken_off = _without_half_word(sentence, last_match)
    start, end = _cut(sentence, first_match)
    before, after = ("…" if start else ""), ("…" if is_broken_off or end < len(sentence) else "")
    shift = len(before) - start
    kept = [Span(span.start + shift, span.end + shift) for span in spans if start <= span.start < span.end <= end]
    return Lead(before + sentence[start:end] + after, _merged(kept), _sister_of(mentions))


def _without_dateline(sentence: str, mentions: Sequence[Mention]) -> str:
    """The sentence behind its dateline; the whole sentence where a match stands in what looks like one."""
    chars = dateline_chars(sentence)
    return sentence[chars:] if all(mention.quote in sentence[chars:] for mention in mentions) else sentence


def _without_half_word(sentence: str, last_match: int) -> tuple[str, bool]:
    """A sentence without its last word where its page breaks off within it, as one does that wants to be paid.

    A short line without a full stop is a heading; where a match stands in the last word, it stays.
    """
    if len(sentence) < BROKEN_OFF_CHARS or _SENTENCE_END.search(sentence):
        return sentence, False
    end = sentence.rfind(" ")
    is_word = len(sentence) - end <= WORD_CHARS
    return (sentence[:end].rstrip(" ,;:"), True) if is_word and end >= last_match else (sentence, False)


def _cut(sentence: str, first_match: int) -> tuple[int, int]:
    """The part that a card shows: from the beginning while the first match fits, to the end of a clause if possible.

    It never ends in half a word.
    """
    most_chars = LEAD_MAX_CHARS - 2
    if len(sentence) <= LEAD_MAX_CHARS:
        return 0, len(sentence)
    start = 0 if first_match < most_chars * 2 // 3 else min(first_match - 60, len(sentence) - most_chars)
    if start:
        start = sentence.find(" ", start, first_match) + 1 or start
    end = min(len(sentence), start + most_chars)
    if end == len(sentence):
        return start, end
    return start, _end_of_clause(sentence, start, end, first_match) or end


def _end_of_clause(sentence: str, start: int, end: int, first_match: int) -> int | None:
    """The last end of a clause behind the first match, else the last comma, else the last blank, or None.

    A clause may leave out more of the sentence than a comma, which may only stand in a list.
    """
    clauses = [
        match.end() if match[0].isalpha() else match.start()
        for match in _CLAUSE.finditer(sentence, start + (end - start) * 2 // 5, end)
    ]
    middle = start + (LEAD_MAX_CHARS - 2) // 2
    commas = [match.start() for match in _COMMA.finditer(sentence, middle, end)]
    places = [*clauses[-1:], *commas[-1:], sentence.rfind(" ", middle, end)]
    return next((place for place in places if place > first_match), None)


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
