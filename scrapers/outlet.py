"""What an outlet is to us: the nouns of its spec."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Source:
    """One place where an outlet announces its articles."""

    kind: str
    """``feed``, ``sitemap``, ``listing`` or ``json``."""
    url: str
    links: str | None = None
    """listing: a CSS selector of the links; None = every link that the outlet's ``article_id`` matches."""
    items: str | None = None
    """json: the dotted path of the list; None = JSON Feed."""
    link: str | None = None
    title: str | None = None
    published: str | None = None
    summary: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Where things stand on an outlet's pages; each value is a list of selectors, the first that yields wins."""

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    """Removed before anything is read."""
    until: date | None = None
    """The last day of this layout; None = still in use."""


@dataclass(frozen=True)
class Outlet:
    """One outlet as its spec describes it; ``key`` is the name of the spec's file."""

    key: str
    name: str
    home: str
    language: str
    timezone: str
    every_minutes: float
    kind: str
    hosts: tuple[str, ...]
    sources: tuple[Source, ...]
    pages: tuple[PageLayout, ...] = ()
    article_id: str | None = None
    keep_params: tuple[str, ...] = ()
    text_allowed: bool = False
    verified_on: date | None = None
    enabled: bool = True
    reason: str | None = None
    """Why a disabled outlet is not read."""

    @cached_property
    def id_pattern(self) -> re.Pattern[str] | None:
        """``article_id``, compiled."""
        return re.compile(self.article_id) if self.article_id else None

    def article_key(self, url: str) -> str | None:
        """The article's own id inside an address, when the spec knows how to see it."""
        found = self.id_pattern.search(url) if self.id_pattern else None
        if found is None:
            return None
        return next((group for group in found.groups() if group), None) or found.group(0)

    def lives_at(self, url: str) -> bool:
        """Does this address belong to one of the outlet's hosts?"""
        try:
            host = (urlsplit(url).hostname or "").rstrip(".")
        except ValueError:
            return False
        return host in self.hosts
