"""What must not stand beside a spelling, as one small number each: most of what an automaton finds fails by that alone.

The lowest two bits speak of the character before, the next two of the one behind. 0: it must be looked at more closely;
1 and 4: a Latin letter or digit there is the end of it; 2: a Hangul syllable is; 3 and 8: nothing there can be wrong;
12: only particles may follow.
"""

from __future__ import annotations

from bot.matching.korean import ends_here, is_hangul, is_latin

Edges = int
_LATIN_BEFORE, _HANGUL_BEFORE, _ANY_BEFORE = 1, 2, 3
_LATIN_BEHIND, ANY_BEHIND, _PARTICLE_BEHIND = 4, 8, 12
BEFORE = 3
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


class _LatinCharacters(dict[str, bool]):
    """``is_latin`` of every character that was met, for one look-up instead of five comparisons."""

    def __missing__(self, char: str) -> bool:
        self[char] = is_latin(char)
        return self[char]


_LATIN = _LatinCharacters()


Match = tuple[int, int, int]


def standing(matches: list[Match], edges: bytes | bytearray, text: str, low: int, begin: int, stop: int) -> list[Match]:
    """Those of an automaton's matches in ``text[low:stop]`` that end behind ``begin`` and may stand there, at their
    places in the text. Matches: (number of the spelling, start, end)."""
    latin, size, kept = _LATIN, len(text), []
    part = text[low : stop + 1] if low or stop < size else text
    behind_all = len(part)
    for index, start, end in matches:
        edge = edges[index]
        before = edge & 3
        if before == 1:
            if start and latin[part[start - 1]]:
                continue
        elif before == 2 and start and "가" <= part[start - 1] <= "힣":
            continue
        if edge & 4 and end < behind_all:
            if edge & 8:
                if not ends_here(text, end + low):
                    continue
            elif latin[part[end]]:
                continue
        if end + low > begin:
            kept.append((index, start + low, end + low))
    return kept
