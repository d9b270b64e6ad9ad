"""Parts that verbs' parsers share: the words of a line, numbers, durations, times, and words not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask, Unclear

_UNIT_SECONDS = {"m": 60, "분": 60, "h": 3_600, "시간": 3_600, "d": 86_400, "일": 86_400, "w": 604_800, "주": 604_800}
_DURATION = re.compile(r"([0-9]{1,4})(m|h|d|w|분|시간|일|주)(?:간|동안)?", re.IGNORECASE)
_TIME = re.compile(r"([01]?[0-9]|2[0-3])(?::([0-5][0-9])|시(?:([0-5]?[0-9])분)?)")
_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_ID = re.compile(r"#?(st|s|)([0-9]{1,9})")
_STORY = re.compile(r"ST([0-9]{1,9})", re.IGNORECASE)

ALL = frozenset({"all", "everything", "모두", "전부", "전체"})
OFF = frozenset({"off", "끄기", "끔"})
FILLERS = frozenset({"for", "동안", "at", "에"})
"""Words that may stand between the words that count."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A part of the line, and its place in the line (for the caret)."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the line, and its place in the line."""

    text: str
    position: int

    @property
    def word(self) -> str:
        """The word in one case, for comparisons."""
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of at least one word; the first word is the verb."""

    text: str
    tokens: tuple[Token, ...]

    @property
    def verb(self) -> Token:
        """The word that names the verb, as it was typed."""
        return self.tokens[0]

    @property
    def words(self) -> tuple[Token, ...]:
        """The words after the verb."""
        return self.tokens[1:]

    def words_without(self, fillers: frozenset[str]) -> tuple[Token, ...]:
        """Returns the words after the verb that are no fillers."""
        return tuple(token for token in self.words if token.word not in fillers)

    def rest(self) -> Rest:
        """Returns the text after the verb, as it was typed."""
        if not self.words:
            return Rest("", len(self.text.rstrip()))
        start = self.words[0].position
        return Rest(self.text[start:].rstrip(), start)

    def word_for(self, english: str, korean: str) -> str:
        """Returns the word of the two that is in the language of the typed verb."""
        return korean if is_korean(self.verb.text) else english

    def offer(self, *words: str) -> str:
        """Returns a line to offer: the verb as it was typed, and these words."""
        return " ".join([self.verb.text, *words])

    def missing(self, code: str, nearest: str | None = None) -> Unclear:
        """Says that a word is missing at the end of the line; a line to offer can only be an example."""
        return Unclear(len(self.text.rstrip()) + 1, 1, code, nearest, example=True)

    def ends_after(self, used: int, ask: Ask) -> Ask:
        """Returns the ask, or ``Unclear`` where the line has more words than ``used`` (the verb is one of them)."""
        return ends_here(self.tokens[used:], ask, " ".join(token.text for token in self.tokens[:used]))


def line_of(text: str) -> Line:
    """Cuts a line at white space; full-width letters, digits and signs are read as the ASCII ones in their places."""
    text = text.translate(_FULL_WIDTH)
    return Line(text, tuple(Token(match[0], match.start()) for match in re.finditer(r"\S+", text)))


def ends_here(surplus: tuple[Token, ...], ask: Ask, nearest: str) -> Ask:
    """Returns the ask, or ``Unclear`` where words are left that its verb does not take."""
    return unclear(surplus[0], "not_taken", nearest, example=True) if surplus else ask


def tokens_from(tokens: tuple[Token, ...], position: int) -> tuple[Token, ...]:
    """Returns the tokens that begin at this place of the line, or behind it."""
    return tuple(token for token in tokens if token.position >= position)


def unclear(token: Token, code: str, nearest: str | None = None, *, example: bool = False) -> Unclear:
    """Says that this word is not understood."""
    return Unclear(token.position, len(token.text), code, nearest, example)


def place_of(line: str, named: str) -> tuple[int, int] | None:
    """Returns the place and the length of what a line says of a thing: an id in any spelling (S12, 12, #7), or a text.

    None where the line does not say it, as a button's line need not.
    """
    read, wanted = line_of(line), _id_of(named)
    for token in read.tokens[1:]:
        typed = _id_of(token.text.rstrip(","))
        if wanted and typed and typed[1] == wanted[1] and typed[0] in (wanted[0], wanted[0].removeprefix("s")):
            return token.position, len(token.text)
    said = re.search(re.escape(named), read.text, re.IGNORECASE) if named else None
    return (said.start(), len(named)) if said else None


def _id_of(word: str) -> tuple[str, int] | None:
    """Returns ``("st", 91)`` for ST91, ``("s", 12)`` for S12, ``("", 7)`` for 7 and #7; None for anything else."""
    match = _ID.fullmatch(word.casefold())
    return (match[1], int(match[2])) if match else None


def is_korean(word: str) -> bool:
    """Returns whether a word has Hangul syllables."""
    return any("가" <= letter <= "힣" for letter in word)


def parse_story_number(word: str) -> int | None:
    """Returns 91 for ``ST91``, and None for anything but ST with one to nine ASCII digits.

    Nine digits fit into every database's integer.
    """
    match = _STORY.fullmatch(word)
    return int(match[1]) if match else None


def duration_seconds(word: str) -> int | None:
    """Returns the seconds of ``3d``, ``4h``, ``30m``, ``2w``, ``3일``, ``4시간``; None for anything else."""
    match = _DURATION.fullmatch(word)
    return int(match[1]) * _UNIT_SECONDS[match[2].casefold()] if match and int(match[1]) else None


def clock_time(word: str) -> str | None:
    """Returns HH:MM for ``8:30``, ``08:30``, ``8시``, ``8시30분``; None for anything else."""
    match = _TIME.fullmatch(word)
    return f"{int(match[1]):02}:{int(match[2] or match[3] or 0):02}" if match else None
