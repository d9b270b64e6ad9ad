"""Encodes the word edges of a spelling in one number, because most matches of an automaton fail by their edges.

======  ==========================================================================================
bits    meaning
======  ==========================================================================================
0, 1    the character before. 0: the owner checks it; 1: no Latin letter or digit; 2: no Hangul; 3: any
2, 3    the character behind. 0: the owner checks it; 4: no Latin letter or digit; 8: any; 12: of Hangul, only particles
4       16: the spelling was found often enough in this text, and every further match is refused
======  ==========================================================================================
"""

from __future__ import annotations

from collections.abc import Callable

from bot.matching.text.korean import continues_word, ends_here, is_hangul, is_latin

Edges = int
_LATIN_BEFORE, _HANGUL_BEFORE, _ANY_BEFORE = 1, 2, 3
_LATIN_BEHIND, ANY_BEHIND, _PARTICLE_BEHIND = 4, 8, 12
BEFORE = 3
"""The mask of the bits for the character before."""
SPENT: Edges = 16
CERTAIN: Edges = _ANY_BEFORE | ANY_BEHIND


def edges_of(spelling: str, left: bool, right: bool = True, particles: bool = False) -> Edges:
    """The edges of a spelling.

    ``left``, ``right``: every owner refuses a word that continues there. ``particles``: every owner refuses Hangul
    behind it that is not a particle.
    """
    first, last = spelling[0], spelling[-1]
    if is_hangul(first):
        before = _HANGUL_BEFORE if left else 0
    elif is_latin(first):
        before = _LATIN_BEFORE if left else 0
    else:
        before = _ANY_BEFORE
    if is_hangul(last):
        return before | (_PARTICLE_BEHIND if particles else ANY_BEHIND)
    return before | ((_LATIN_BEHIND if right else 0) if is_latin(last) else ANY_BEHIND)


class _Characters(dict[str, bool]):
    """Whether a character is of a kind, kept for each character: one look-up instead of five comparisons."""

    def __init__(self, kind: Callable[[str], bool]) -> None:
        super().__init__()
        self._kind = kind

    def __missing__(self, char: str) -> bool:
        self[char] = self._kind(char)
        return self[char]


_LATIN, _HANGUL, _INSIDE = _Characters(is_latin), _Characters(is_hangul), _Characters(continues_word)
_NOTHING, _ANYTHING = _Characters(lambda _: False), _Characters(lambda _: True)
_REFUSED_BEFORE = (*(_NOTHING, _LATIN, _INSIDE, _NOTHING) * 4, _ANYTHING)
_REFUSED_BEHIND = (*[_NOTHING] * 4, *[_LATIN] * 4, *[_NOTHING] * 4, *[_HANGUL] * 4)
"""By the number of the edges: the characters that are refused there, unless they begin a particle."""

Match = tuple[int, int, int]


def with_good_edges(
    matches: list[Match], edges: bytes | bytearray, text: str, search_start: int, part_start: int, search_end: int
) -> list[Match]:
    """The matches in ``text[search_start:search_end]`` that have good edges, with their places in the whole text.

    A match is (number of the spelling, start, end); those that end by ``part_start`` belong to the part before.
    """
    before, behind, kept = _REFUSED_BEFORE, _REFUSED_BEHIND, []
    part = f" {text[search_start : search_end + 1]} "  # blanks stand before the first character and behind the last
    for match in matches:
        index, start, end = match
        edge = edges[index]
        if before[edge][part[start]]:
            continue
        if behind[edge][part[end + 1]] and not (edge >= _PARTICLE_BEHIND and ends_here(text, end + search_start)):
            continue
        if not part_start:
            kept.append(match)
        elif end + search_start > part_start:
            kept.append((index, start + search_start, end + search_start))
    return kept
