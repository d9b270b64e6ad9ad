"""The parts that verbs' parsers share: a line cut into words, numbers, durations, times, and what is not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask, Unclear

_UNIT_SECONDS = {"m": 60, "분": 60, "h": 3_600, "시간": 3_600, "d": 86_400, "일": 86_400, "w": 604_800, "주": 604_800}
_DURATION = re.compile(r"([0-9]{1,4})(m|h|d|w|분|시간|일|주)(?:간|동안)?", re.IGNORECASE)
_TIME = re.compile(r"([01]?[0-9]|2[0-3])(?::([0-5][0-9])|시(?:([0-5]?[0-9])분)?)")
_STORY = re.compile(r"ST([0-9]{1,9})", re.IGNORECASE)

ALL = frozenset({"all", "everything", "모두", "전부", "전체"})
OFF = frozenset({"off", "끄기", "끔"})
FILLERS = frozenset({"for", "동안", "at", "에"})
"""Words that may stand between the words that count."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A part of the line that is parsed later, and where it begins (for the caret)."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the line and where it begins."""

    text: str
    position: int

    @property
    def word(self) -> str:
        """The word without regard to case."""
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
        """What follows the verb."""
        return self.tokens[1:]

    def words_without(self, fillers: frozenset[str]) -> tuple[Token, ...]:
        """What follows the verb, without words that mean nothing by themselves."""
        return tuple(token for token in self.words if token.word not in fillers)

    def rest(self) -> Rest:
        """Everything after the verb, as it was typed."""
        if not self.words:
            return Rest("", len(self.text.rstrip()))
        start = self.words[0].position
        return Rest(self.text[start:].rstrip(), start)

    def word_for(self, english: str, korean: str) -> str:
        """A word to offer, in the language of the typed verb."""
        return korean if is_korean(self.verb.text) else english

    def offer(self, *words: str) -> str:
        """A line to offer: the verb as it was typed, and these words."""
        return " ".join([self.verb.text, *words])

    def missing(self, code: str, nearest: str | None = None) -> Unclear:
        """Something is wanted after the end of the line."""
        return Unclear(len(self.text.rstrip()) + 1, 1, code, nearest)

    def ends_after(self, used: int, ask: Ask) -> Ask:
        """The ask, unless more words than ``used`` (the verb among them) stand in the line."""
        return ends_here(self.tokens[used:], ask, " ".join(token.text for token in self.tokens[:used]))


def line_of(text: str) -> Line:
    """The line cut at white space."""
    return Line(text, tuple(Token(found[0], found.start()) for found in re.finditer(r"\S+", text)))


def ends_here(surplus: tuple[Token, ...], ask: Ask, nearest: str) -> Ask:
    """The ask, unless words follow that its verb does not take."""
    return unclear(surplus[0], "not_taken", nearest) if surplus else ask


def unclear(token: Token, code: str, nearest: str | None = None) -> Unclear:
    """This word is not understood."""
    return Unclear(token.position, len(token.text), code, nearest)


def is_korean(word: str) -> bool:
    """Whether a word has Hangul syllables."""
    return any("가" <= letter <= "힣" for letter in word)


def story_number(word: str) -> int | None:
    """91 of ``ST91``: at most nine ASCII digits, so that every database can look for it; None for anything else."""
    found = _STORY.fullmatch(word)
    return int(found[1]) if found else None


def duration_seconds(word: str) -> int | None:
    """Seconds of ``3d``, ``4h``, ``30m``, ``2w``, ``3일``, ``4시간``; None for anything else."""
    found = _DURATION.fullmatch(word)
    return int(found[1]) * _UNIT_SECONDS[found[2].casefold()] if found and int(found[1]) else None


def clock_time(word: str) -> str | None:
    """HH:MM of ``8:30``, ``08:30``, ``8시``, ``8시30분``; None for anything else."""
    found = _TIME.fullmatch(word)
    return f"{int(found[1]):02}:{int(found[2] or found[3] or 0):02}" if found else None
