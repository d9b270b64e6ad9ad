"""The evidence in one field of an article: the forms and cues that count, with their places in the folded text."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as made

from bot.matching.engine.cues import Countries
from bot.matching.engine.field import FieldText
from bot.model import MentionKind

_TECH_CHARS = 20
"""Characters before an agreement's noun in which a word like "technology" belongs to it."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A form that stands in its meant sense."""

    kind: MentionKind
    topic: str
    term: str
    start: int
    end: int


@dataclass(slots=True)
class Evidence:
    """One field with its accepted forms, cues and agencies."""

    field: FieldText
    countries: Countries
    accepted: list[Accepted] = made(default_factory=list)
    cues: dict[str, list[tuple[int, int]]] = made(default_factory=dict)
    agencies: list[tuple[int, int, str]] = made(default_factory=list)
    names: list[Accepted] = made(default_factory=list)
    """Words of fields in the names of organisations and laws; they are no evidence."""

    @property
    def sisters(self) -> tuple[str, ...]:
        """The cues of all countries but Korea."""
        return tuple(cue for country, cues in self.countries.items() if country != "korea" for cue in cues)

    def cue(self, names: Iterable[str], start: int, end: int) -> bool:
        """Does a cue of one of these names stand between two places?"""
        return next(self.places(names, start, end), None) is not None

    def places(self, names: Iterable[str], start: int, end: int) -> Iterator[tuple[int, int]]:
        """The cues of these names between two places."""
        for name in names:
            spans = self.cues.get(name, [])
            index = bisect_left(spans, (start, -1))
            while index < len(spans) and spans[index][0] < end:
                if spans[index][1] <= end:
                    yield spans[index]
                index += 1

    def is_on_technology(self, start: int, end: int) -> bool:
        """Is the agreement at this place one on technology: 기술 협력 각서, a science and technology memorandum?"""
        return self.cue(("tech_agreement",), max(0, start - _TECH_CHARS), end + 4)

    def of_kind(self, kind: MentionKind, start: int = 0, end: int = sys.maxsize) -> Iterator[Accepted]:
        """The accepted forms of one kind between two places, in order."""
        index = bisect_left(self.accepted, start, key=lambda accepted: accepted.start)
        while index < len(self.accepted) and self.accepted[index].start < end:
            accepted = self.accepted[index]
            if accepted.kind == kind and accepted.end <= end:
                yield accepted
            index += 1
