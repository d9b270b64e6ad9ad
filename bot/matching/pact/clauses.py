"""Cuts the headline and the lead of an article into the spans and clauses that severity reads."""

from __future__ import annotations

import re

from bot.matching.engine.evidence import Evidence
from bot.matching.pact.decision import PactDecision
from bot.matching.text.lazy_pattern import lazy_pattern

HEADLINE_CHARS = 400
"""What is read of a headline."""
_FIRST_PARAGRAPH_CHARS = 400
_SUBTITLE_CHARS = 70
_SUBTITLES = 6
_LEAD_SENTENCES = 4
_SENTENCE_CHARS = 1000
_KOREAN_BREAK = lazy_pattern(
    r"[…→\n;:!?]|\. |, |\" |지만[, ]|으나[, ]|는데[, ]|[됐했었]으며[, ]|[됐했었]고[, ]|반면[, ]"
)
_GLOSS = lazy_pattern(r"\([a-z]{2,6}\)")
_QUOTED_NAME = lazy_pattern(
    r"[\"'](?P<name>[^\"'\n]{3,60}?(?:deal|pact|accord|memorandum|mou|agreement|협약|협정|각서))[\"']"
)
"""A deal's name in quotes, which end no clause."""
_DEAL = (
    r"(?P<kept>\b(?:deal|pact|accord|agreement|memorandum|memo|mou|understanding)(?: (?:with"
    r"|between) [\w.' ]{2,50}?)?)"
)
_PREDICATES = (
    r"is|was|are|were|has|have|will|comes?|came|takes?|took|ceases?|ceased|ends|ended|resume[sd]|expire[sd]|lapse[sd]"
    r"|collapse[sd]|falls?|fell|dies|died|becomes?|became"
)
_ASIDES = (
    lazy_pattern(
        rf"{_DEAL}, (?:(?:(?:under|in|by|through) )?which|(?:once |first |last |also |formally )?"
        r"(?:signed|struck|reached|concluded|agreed|inked|sealed|unveiled|announced|launched|hailed|touted"
        r"|billed|seen|suspended|halted|paused|frozen|stalled|shelved|dormant"
        rf"|covering|an?|the)) [^,.;:\n]{{3,110}},(?= (?:{_PREDICATES}) )"
    ),
    lazy_pattern(
        r"(?P<kept>(?:^|- )[\w.' ]{3,50}), (?:[a-z]+ing|angered|in|on|at|after|citing|despite|under|with|through"
        r"|via|by|as|late|early)"
        r" [^,.;:\n]{3,90},"
    ),
    lazy_pattern(
        rf"{_DEAL} (?:spanning|covering|on(?! [a-z]+day|(?: [a-z]{{3}}\.? \d))) (?:(?!, (?:the|an?|it|its|officials) )"
        rf"[^.;:\n]){{3,90}}?(?= (?:{_PREDICATES}) )"
    ),
    lazy_pattern(
        rf"{_DEAL} (?:signed|struck|reached|concluded|inked|sealed) (?:by|with|at|in|last|between)\b[^,.;:\n]{{3,90}}?"
        rf"(?= (?:{_PREDICATES}) )"
    ),
    lazy_pattern(rf"{_DEAL} (?:that|which) [^,.;:\n]{{3,90}}?(?= (?:{_PREDICATES}) )"),
)
"""Relative clauses and appositions between a noun and its verb."""


def lead(evidence: Evidence, decision: PactDecision) -> list[tuple[int, int]]:
    """The headline as a whole, or the first sentence and those of the first paragraph that name the pact."""
    if evidence.field.name == "headline":
        return [(0, min(len(evidence.field.text), HEADLINE_CHARS))]
    start, stop = _first_paragraph(evidence.field.text)
    spans = [evidence.field.sentences.around(0), evidence.field.sentences.around(start)]
    spans += [
        evidence.field.sentences.around(mention.start)
        for other, mention in decision.pact
        if other is evidence and mention.start < stop
    ]
    return [(begin, min(end, begin + _SENTENCE_CHARS)) for begin, end in dict.fromkeys(spans)][:_LEAD_SENTENCES]


def _first_paragraph(text: str) -> tuple[int, int]:
    """Where the first paragraph begins and ends; short lines before it are bylines or sub-headlines."""
    end = 0
    for _ in range(_SUBTITLES):
        following = text.find("\n", end)
        following = len(text) if following < 0 else following
        if following - end >= _SUBTITLE_CHARS or following == len(text):
            return min(end, max(0, len(text) - 1)), min(following, end + _FIRST_PARAGRAPH_CHARS)
        end = following + 1
    return min(end, max(0, len(text) - 1)), end


def without_asides(text: str, begin: int) -> str:
    """A text with blanks for its asides: "the deal, signed last year, is dead"."""
    text = text[:begin] + _QUOTED_NAME.sub(r" \g<name> ", text[begin:])
    text = text[:begin] + _GLOSS.sub(lambda match: " " * len(match[0]), text[begin:])
    for pattern in _ASIDES:
        text = text[:begin] + pattern.sub(_blanked, text[begin:])
    return text


def _blanked(match: re.Match[str]) -> str:
    return match["kept"].ljust(len(match[0]))


def korean_clause(text: str, begin: int, start: int) -> int:
    """Where the clause of a Korean verb begins."""
    cuts = [match.end() for match in _KOREAN_BREAK.finditer(text, begin, start)]
    return cuts[-1] if cuts else begin
