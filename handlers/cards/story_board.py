"""The answer of ``story 7d``: what the stories of some days show together."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A story in a list of the board."""

    story: str
    headline: str
    url: str
    outlets: int
    notes: tuple[Note, ...] = ()
    """On which facts outlets differ."""


@dataclass(frozen=True, slots=True)
class StoryBoardCard:
    """First reports, disagreements, and what one language alone tells."""

    zone: str
    days: int
    stories: int
    """The stories that began in these days."""
    several: int
    """Those of them that two outlets or more report."""
    is_whole: bool
    """Whether all of those were compared; else only the newest."""
    decided: int
    """Those of which the times tell who was first."""
    firsts: tuple[tuple[str, int, int], ...]
    """An outlet, how often it was first, and of how many of the decided stories that it reported."""
    differing: int
    differences: tuple[BoardLine, ...]
    both: int
    """The stories that are told in both languages; what follows is told in one of them alone."""
    ko_alone: int
    en_alone: int
    ko_lines: tuple[BoardLine, ...]
    en_lines: tuple[BoardLine, ...]
