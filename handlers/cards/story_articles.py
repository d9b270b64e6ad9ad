"""The answer of ``story``: a story's articles in the order of publication, and what its rows say about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """One article of a story."""

    headline: str
    url: str
    outlet: str
    """The outlet's name as readers know it."""
    language: str
    published_at: datetime | None
    date_only: bool
    """Whether the outlet gave a day without a time."""
    seen_at: datetime
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryArticlesCard:
    """A page of a story's articles, under the facts that count all of them."""

    story: str
    headline: str
    url: str
    zone: str
    facts: tuple[Note, ...]
    sectors: tuple[tuple[str, int], ...]
    officials: tuple[tuple[str, int], ...]
    """Each topic with the number of articles that name it."""
    articles: tuple[ArticleLine, ...]
    first: int = 1
    """The number of the page's first article in the whole list."""
    page: int = 1
    pages: int = 1
    may_change: bool = False
    """Whether the reader may split its articles off, or merge it with another story."""
    near: tuple[tuple[str, str], ...] = ()
    """Id and headline of stories that it may be merged with."""
