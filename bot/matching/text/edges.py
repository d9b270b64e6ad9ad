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

from bot.matching.text.korean import PARTICLE_STARTS, continues_word, ends_here, is_hangul, is_latin

Edges = int
LATIN_BEFORE, _HANGUL_BEFORE, ANY_BEFORE = 1, 2, 3
_LATIN_BEHIND, ANY_BEHIND, _PARTICLE_BEHIND = 4, 8, 12
BEFORE = 3
"""The mask of the bits for the character before."""
SPENT: Edges = 16
CERTAIN: Edges = ANY_BEFORE | ANY_BEHIND


def edges_of(spelling: str, left: bool, right: bool = True, particles: bool = False) -> Edges:
    """The edges of a spelling.

    ``left``, ``right``: every owner refuses a word that continues there. ``particles``: every owner refuses Hangul
    behind it that is not a particle.
    """
    first, last = spelling[0], spelling[-1]
    if is_hangul(first):
        before = _HANGUL_BEFORE if left else 0
    elif is_latin(first):
        before = LATIN_BEFORE if left else 0
    else:
        before = ANY_BEFORE
    if is_hangul(last):
        return before | (_PARTICLE_BEHIND if particles else ANY_BEHIND)
    return before | ((_LATIN_BEHIND if right else 0) if is_latin(last) else ANY_BEHIND)


_ACCEPT, REFUSE, _LOOK = 0, 1, 2
"""What one byte beside a match says: the edge is good, it is not, or the whole character has to be looked at."""
OUTSIDE = b"\xff"
"""Stands before the first byte of a text and behind its last; no character has this byte in UTF-8."""
_MOST_KNOWN = 1 << 16


def _by_byte(refused: Callable[[str], bool], longer: int) -> bytes:
    """For each byte of UTF-8 what it says; ``longer`` is said of those that are no character by themselves."""
    said = [REFUSE if refused(chr(byte)) else _ACCEPT for byte in range(0x80)]
    return bytes([*said, *[longer] * (0xFF - 0x80), _ACCEPT])


_ANY = bytes(256)
_NONE = bytes([REFUSE]) * 256
_LATIN, _HANGUL = _by_byte(is_latin, _LOOK), _by_byte(lambda _: False, _LOOK)
SAID_BEFORE = (*(_ANY, _LATIN, _HANGUL, _ANY) * 4, _NONE)
"""By the number of the edges, what each byte before a match says: 0 accepts, 1 refuses, 2 asks `ENDS_INSIDE`."""
SAID_BEHIND = (*[_ANY] * 4, *[_LATIN] * 4, *[_ANY] * 4, *[_HANGUL] * 4, _NONE)
"""The same of each byte behind it; 2 asks `runs_on`."""


class _EndsWith(dict[bytes, bool]):
    """Whether three bytes end with a character of a kind, kept for each three: one look-up instead of decoding."""

    def __init__(self, kind: Callable[[str], bool]) -> None:
        super().__init__()
        self._kind = kind

    def __missing__(self, ending: bytes) -> bool:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        # what stands before the last character may be a part of one, and four bytes are neither Latin nor Hangul
        char = ending.decode("utf-8", "ignore")[-1:]
        self[ending] = bool(char) and self._kind(char)
        return self[ending]


_NOTHING = _EndsWith(lambda _: False)
ENDS_INSIDE = (_NOTHING, _EndsWith(is_latin), _EndsWith(continues_word), _NOTHING)
"""By the bits for the character before: whether the word runs on from it, for the three bytes that end with it."""


class _RunsOn(dict[bytes, bool | None]):
    """Whether a word runs on into these bytes, one syllable or two and a byte more; None where that is not enough."""

    def __missing__(self, following: bytes) -> bool | None:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        chars = following.decode("utf-8", "ignore")
        more = following[3 * len(chars) :]
        is_open = all(map(is_hangul, chars)) and chars[0] in PARTICLE_STARTS and (not more or 0xEA <= more[0] <= 0xED)
        self[following] = None if is_open else not ends_here(chars, 0)
        return self[following]


_RUNS_ON = _RunsOn()


def runs_on(edges: Edges, text: bytes, end: int) -> bool | None:
    """Does the word that ends before this byte run on? None where the next two syllables do not say it."""
    if edges < _PARTICLE_BEHIND:
        return is_latin(text[end : end + 4].decode("utf-8", "ignore")[0])
    known = _RUNS_ON[text[end : end + 4]]
    return _RUNS_ON[text[end : end + 7]] if known is None else known
