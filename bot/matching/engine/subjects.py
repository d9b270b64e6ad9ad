"""Decides which fields are subjects of an article; the others are named in passing.

In passing is a field that stands only in names, in clauses of history or biography, or, in an article about the pact,
in sentences about a rival. A field that history names in two sentences, or in the headline, is a subject all the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.text.korean import is_hangul
from settings.lexicon import Lexicon

_RIVAL_CHARS = 300
_LIFE_CHARS_BEFORE, _LIFE_CHARS_BEHIND = 14, 24
"""So near a field does a word of somebody's life stand: a former AI researcher, 반도체 회사 출신."""
_LIST = 3
"""So many fields in a sentence are a list of fields to work on, whenever it was made."""
_BREAK = re.compile(r"[,;:()…]")
_JOINT_CHARS_BEFORE, _JOINT_CHARS_BEHIND = 2, 8
_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d\d)년|\b(?:in|of|a|the)(?: [a-z]{3,9}\.?)? ((?:19|20)\d\d)s?\b(?! [a-z]+s\b)|\d년 전 "
)
_STILL = re.compile("부터|이후|이래|만에|째|시작[된한]|보다|대비|since|than")
"""What began in the past, or is compared with it, is news."""


def subjects(fields: Sequence[Evidence], lexicon: Lexicon, *, about_the_pact: bool) -> frozenset[str]:
    """The fields that are subjects; ``fields`` are the headline, if there is one, and the text."""
    places: dict[str, list[tuple[Evidence, Accepted]]] = {}
    for evidence in fields:
        for sector in evidence.of_kind("sector"):
            places.setdefault(sector.topic, []).append((evidence, sector))
    own = lexicon.pact_sectors if about_the_pact else tuple(places)
    year = lexicon.window_opens_on.year
    return frozenset(
        topic
        for topic, standing in places.items()
        if _is_subject(standing if topic in own else [place for place in standing if not _on_a_rival(*place)], year)
    )


def _is_subject(places: Sequence[tuple[Evidence, Accepted]], year: int) -> bool:
    in_history: set[tuple[str, int]] = set()
    for evidence, sector in places:
        sentence = evidence.field.sentences.around(sector.start)[0]
        in_history.add((evidence.field.name, sentence))
        if len(in_history) > 1 or evidence.field.name == "headline" or not _in_history(evidence, sector, year):
            return True
    return False


def _on_a_rival(evidence: Evidence, sector: Accepted) -> bool:
    begin, stop = evidence.field.sentences.around(sector.start)
    return evidence.cue(("background",), max(begin, sector.start - _RIVAL_CHARS), min(stop, sector.end + _RIVAL_CHARS))


def _in_history(evidence: Evidence, sector: Accepted, year: int) -> bool:
    """Does its clause tell of years before the pact, or what somebody studied or did before?"""
    sentence = evidence.field.sentences.around(sector.start)
    if len({other.topic for other in evidence.of_kind("sector", *sentence)}) >= _LIST:
        return False
    low, high = _clause(evidence, sector)
    text = evidence.field.text
    if _STILL.search(text, low, high):
        return False
    if evidence.cue(("history",), low, high) or _in_a_life(evidence, sector, low, high):
        return True
    return any(int(match[1] or match[2] or 0) < year for match in _YEAR.finditer(text, low, high))


def _in_a_life(evidence: Evidence, sector: Accepted, low: int, high: int) -> bool:
    """Does a word of somebody's life stand beside the field: before it in English, behind it in Korean?"""
    places = evidence.places(("biography",), low, min(high, sector.end + _LIFE_CHARS_BEHIND))
    return any(
        start >= sector.end if is_hangul(evidence.field.text[start]) else 0 <= sector.start - end <= _LIFE_CHARS_BEFORE
        for start, end in places
    )


def _clause(evidence: Evidence, sector: Accepted) -> tuple[int, int]:
    """The clause around a field: from comma to comma, but for the commas of a list of fields."""
    text, (low, high) = evidence.field.text, evidence.field.sentences.around(sector.start)
    for match in _BREAK.finditer(text, low, sector.start):
        low = low if _joins_fields(evidence, match.start()) else match.end()
    breaks = _BREAK.finditer(text, sector.end, high)
    return low, next((match.start() for match in breaks if not _joins_fields(evidence, match.start())), high)


def _joins_fields(evidence: Evidence, at: int) -> bool:
    beside = (at - _JOINT_CHARS_BEFORE, at), (at, at + _JOINT_CHARS_BEHIND)
    starts, ends = evidence.field.sector_starts, evidence.field.sector_ends
    return all(
        bisect_left(places, low) < bisect_left(places, high + 1)
        for places, (low, high) in zip((ends, starts), beside, strict=True)
    )
