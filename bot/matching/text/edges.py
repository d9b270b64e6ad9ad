"""What must not stand beside a spelling, as one small number each: most of what an automaton finds fails by that alone.

The lowest two bits speak of the character before, the next two of the one behind. 0: it must be looked at more closely;
1 and 4: a Latin letter or digit there is the end of it; 2: a Hangul syllable is; 3 and 8: nothing there can be wrong;
12: only particles may follow; 16: it was sought often enough in this text.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.matching.text.korean import ends_here, is_hangul, is_latin

Edges = int
_LATIN_BEFORE, _HANGUL_BEFORE, _ANY_BEFORE = 1, 2, 3
_LATIN_BEHIND, ANY_BEHIND, _PARTICLE_BEHIND = 4, 8, 12
BEFORE = 3
SPENT: Edges = 16
CERTAIN: Edges = _ANY_BEFORE | ANY_BEHIND


def edges_of(spelling: str, left: bool, right: bool = True, particles: bool = False) -> Edges:
    """The edges of a spelling. ``left``, ``right``: every owner of it refuses a word that runs on there;
    ``particles``: every owner refuses what is not a particle behind Hangul."""
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
    """Whether a kind of character was met, kept for each: one look-up instead of five comparisons."""

    def __init__(self, kind: Callable[[str], bool]) -> None:
        super().__init__()
        self._kind = kind

    def __missing__(self, char: str) -> bool:
        self[char] = self._kind(char)
        return self[char]


_LATIN, _HANGUL = _Characters(is_latin), _Characters(is_hangul)
_NOTHING, _ANYTHING = _Characters(lambda _: False), _Characters(lambda _: True)
_REFUSED_BEFORE = (*(_NOTHING, _LATIN, _HANGUL, _NOTHING) * 4, _ANYTHING)
_REFUSED_BEHIND = (*[_NOTHING] * 4, *[_LATIN] * 4, *[_NOTHING] * 4, *[_HANGUL] * 4)
"""At the number of the edges: which character there is the end of it, unless it begins a particle."""

Match = tuple[int, int, int]


def standing(matches: list[Match], edges: bytes | bytearray, text: str, low: int, begin: int, stop: int) -> list[Match]:
    """Those of an automaton's matches in ``text[low:stop]`` that end behind ``begin`` and may stand there, at their
    places in the text. Matches: (number of the spelling, start, end)."""
    before, behind, kept = _REFUSED_BEFORE, _REFUSED_BEHIND, []
    part = f" {text[low : stop + 1]} "  # the blanks are what stands before the first character and behind the last
    for match in matches:
        index, start, end = match
        edge = edges[index]
        if before[edge][part[start]]:
            continue
        if behind[edge][part[end + 1]] and not (edge >= _PARTICLE_BEHIND and ends_here(text, end + low)):
            continue
        if not begin:
            kept.append(match)
        elif end + low > begin:
            kept.append((index, start + low, end + low))
    return kept
