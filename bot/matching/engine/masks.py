"""What stands on a page and says nothing: names, licence and summary lines, captions, bylines, most-read blocks."""

from __future__ import annotations

import re
from bisect import bisect_right

from bot.matching.engine.vocabulary import SearchResult, Vocabulary
from settings.lexicon import Mask

Span = tuple[int, int, str]
_REACH = 220
_MAX_LINE = 240
_MAX_WINDOWS = 20_000
_TITLE_LENGTH = 45
_BODY_END = re.compile(r"(?:다\.|[.!?])[\"')\]]*\s*$")


class Masked:
    """The hidden spans of one folded text, by the kind of mention they hide."""

    def __init__(self, text: str, found: SearchResult, vocabulary: Vocabulary) -> None:
        spans: dict[str, list[Span]] = {}
        for start, end, mask in found.masks:
            _add(spans, vocabulary.masks[mask], start, end)
        for mask, places in _by_mask(found).items():
            spec = vocabulary.masks[mask]
            pattern = vocabulary.mask_patterns[mask]
            if spec.block:
                for start, end in _blocks(text, places, [len(b) for b in spec.block]):
                    _add(spans, spec, start, end)
            elif pattern is not None and (not spec.line or "\n" in text):
                for start, end in _matches(text, pattern, places, spec.line):
                    _add(spans, spec, start, end)
        self._spans = {kind: _merged(found_spans) for kind, found_spans in spans.items()}
        self._starts = {kind: [start for start, _, _ in own] for kind, own in self._spans.items()}

    def hides(self, kind: str, start: int, end: int) -> str | None:
        """The name of a mask that covers this place whole; None if none does."""
        if kind not in self._starts:
            return None
        at = bisect_right(self._starts[kind], start)
        for _, own_end, name in self._spans[kind][max(0, at - 3) : at]:
            if end <= own_end:
                return name
        return None


def _add(spans: dict[str, list[Span]], mask: Mask, start: int, end: int) -> None:
    for kind in mask.hides:
        spans.setdefault(kind, []).append((start, end, mask.name))


def _by_mask(found: SearchResult) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    for start, mask in found.anchors:
        places.setdefault(mask, []).append(start)
    return {mask: sorted(set(starts))[:_MAX_WINDOWS] for mask, starts in places.items()}


def _merged(spans: list[Span]) -> list[Span]:
    """Disjoint spans, in order; touching ones stay apart, because a mention lies in one of them whole."""
    merged: list[Span] = []
    for start, end, name in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, end, name))
    return merged


def _matches(text: str, pattern: re.Pattern[str], places: list[int], line: bool) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    done = 0
    for place in places:
        if place < done:
            continue
        begin, end = _line(text, place)
        if line:
            if end - begin <= _MAX_LINE and pattern.fullmatch(text[begin:end].strip()):
                found.append((begin, end))
            done = end
            continue
        begin, end = max(begin, place - _REACH, done), min(end, place + _REACH)
        found += [(begin + m.start(), begin + m.end()) for m in pattern.finditer(text[begin:end])]
        done = max(place + 1, found[-1][1] if found else 0)
    return found


def _line(text: str, at: int) -> tuple[int, int]:
    begin = text.rfind("\n", max(0, at - 2_000), at) + 1
    begin = begin or max(0, at - 2_000)
    end = text.find("\n", at, at + 2_000)
    return begin, end if end >= 0 else min(len(text), at + 2_000)


def _blocks(text: str, places: list[int], lengths: list[int]) -> list[tuple[int, int]]:
    """From a heading at the start of a line to the next line that reads like an article's own sentence."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place < found[-1][1]:
            continue
        begin, end = _line(text, place)
        heading = text[begin:end].strip()
        if place - begin > 6 or "\n" not in text or len(heading) > max(lengths) + 60 or _BODY_END.search(heading):
            continue
        found.append((begin, _block_end(text, end)))
    return found


def _block_end(text: str, end: int) -> int:
    while end < len(text):
        following = text.find("\n", end + 1)
        following = len(text) if following < 0 else following
        line = text[end + 1 : following]
        if len(line) >= _TITLE_LENGTH and _BODY_END.search(line):
            return end
        end = following
    return len(text)
