"""Masks the parts of a page that hold no mentions: names, licence lines, captions, bylines, most-read blocks."""

from __future__ import annotations

import re
from bisect import bisect_right

from bot.matching.engine.vocabulary import SearchResult, Vocabulary
from settings.lexicon import Mask

Span = tuple[int, int, str]
_REACH_CHARS = 220
_MAX_LINE_CHARS = 240
_LINE_SEARCH_CHARS = 2_000
_INDENT_CHARS = 6
_HEADING_TAIL_CHARS = 60
_MAX_WINDOWS = 20_000
_SENTENCE_CHARS = 45
_BODY_END = re.compile(r"(?:다\.|[.!?])[\"')\]]*\s*$")


class Masked:
    """The masked spans of one folded text, by the kind of mention that they hide."""

    def __init__(self, text: str, search: SearchResult, vocabulary: Vocabulary) -> None:
        spans: dict[str, list[Span]] = {}
        for start, end, mask in search.masks:
            _add(spans, vocabulary.masks[mask], start, end)
        for mask, places in _by_mask(search).items():
            masked_by = vocabulary.masks[mask]
            pattern = vocabulary.mask_patterns[mask]
            if masked_by.block:
                for start, end in _blocks(text, places, [len(heading) for heading in masked_by.block]):
                    _add(spans, masked_by, start, end)
            elif pattern is not None and (not masked_by.line or "\n" in text):
                for start, end in _matches(text, pattern, places, masked_by.line):
                    _add(spans, masked_by, start, end)
        self._spans = {kind: _merged(of_kind) for kind, of_kind in spans.items()}
        self._starts = {kind: [start for start, _, _ in merged] for kind, merged in self._spans.items()}

    def hides(self, kind: str, start: int, end: int) -> str | None:
        """The name of a mask that covers this place as a whole; None if none does."""
        if kind not in self._starts:
            return None
        at = bisect_right(self._starts[kind], start)
        for _, span_end, name in self._spans[kind][max(0, at - 3) : at]:
            if end <= span_end:
                return name
        return None


def _add(spans: dict[str, list[Span]], mask: Mask, start: int, end: int) -> None:
    for kind in mask.hides:
        spans.setdefault(kind, []).append((start, end, mask.name))


def _by_mask(search: SearchResult) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    for start, mask in search.anchors:
        places.setdefault(mask, []).append(start)
    return {mask: sorted(set(starts))[:_MAX_WINDOWS] for mask, starts in places.items()}


def _merged(spans: list[Span]) -> list[Span]:
    """Disjoint spans in order; touching spans stay apart, because a mention lies in one of them as a whole."""
    merged: list[Span] = []
    for start, end, name in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, end, name))
    return merged


def _matches(text: str, pattern: re.Pattern[str], places: list[int], line: bool) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    done = 0
    for place in places:
        if place < done:
            continue
        begin, end = _line(text, place)
        if line:
            if end - begin <= _MAX_LINE_CHARS and pattern.fullmatch(text[begin:end].strip()):
                spans.append((begin, end))
            done = end
            continue
        begin, end = max(begin, place - _REACH_CHARS, done), min(end, place + _REACH_CHARS)
        spans += [(begin + match.start(), begin + match.end()) for match in pattern.finditer(text[begin:end])]
        done = max(place + 1, spans[-1][1] if spans else 0)
    return spans


def _line(text: str, at: int) -> tuple[int, int]:
    begin = text.rfind("\n", max(0, at - _LINE_SEARCH_CHARS), at) + 1
    begin = begin or max(0, at - _LINE_SEARCH_CHARS)
    end = text.find("\n", at, at + _LINE_SEARCH_CHARS)
    return begin, end if end >= 0 else min(len(text), at + _LINE_SEARCH_CHARS)


def _blocks(text: str, places: list[int], lengths: list[int]) -> list[tuple[int, int]]:
    """The spans from a heading at the start of a line to the next line that reads like a sentence of an article."""
    spans: list[tuple[int, int]] = []
    for place in places:
        if spans and place < spans[-1][1]:
            continue
        begin, end = _line(text, place)
        heading = text[begin:end].strip()
        if (
            place - begin > _INDENT_CHARS
            or "\n" not in text
            or len(heading) > max(lengths) + _HEADING_TAIL_CHARS
            or _BODY_END.search(heading)
        ):
            continue
        spans.append((begin, _block_end(text, end)))
    return spans


def _block_end(text: str, end: int) -> int:
    while end < len(text):
        following = text.find("\n", end + 1)
        following = len(text) if following < 0 else following
        line = text[end + 1 : following]
        if len(line) >= _SENTENCE_CHARS and _BODY_END.search(line):
            return end
        end = following
    return len(text)
