"""An outlet as its spec describes it; ``spec_keys.py`` explains each field that is a key of a spec."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlsplit

from scrapers.http.outlet_headers import PLACEHOLDER

WHOLE_ANSWER = "."
"""The path ``items`` of an answer that is itself the list."""
_OFFICIAL_HOST = re.compile(r"(?:^|\.)(?:korea\.kr|go\.[a-z]{2}|(?:gov|mil)(?:\.[a-z]{2})?)$")


def is_official_host(host: str) -> bool:
    """Returns whether a host in lower case is a government's."""
    return _OFFICIAL_HOST.search(host) is not None


@dataclass(frozen=True, slots=True)
class Source:
    """One place where an outlet announces its articles: a ``[[source]]``."""

    kind: str
    url: str
    links: str | None = None
    address: str | None = None
    script: str | None = None
    next: str | None = None
    page: str | None = None
    most_pages: int | None = None
    items: str | None = None
    link: str | None = None
    title: str | None = None
    published: str | None = None
    summary: str | None = None
    text: str | None = None
    whole_text: bool = False
    text_url: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One layout of an outlet's pages, as CSS selectors, or with ``script`` as paths in its JSON: a ``[[page]]``."""

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    script: str | None = None
    files: tuple[str, ...] = ()
    files_address: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Outlet:
    """One outlet; ``key`` is the name of its spec's file."""

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
    reads_pages: bool = True
    user_agent: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    text_allowed: bool = False
    since: int | None = None
    verified_on: date | None = None
    enabled: bool = True
    covered: bool = False
    pause_seconds: float = 0.0
    reason: str | None = None
    reason_ko: str | None = None

    @cached_property
    def id_pattern(self) -> re.Pattern[str] | None:
        """The compiled ``article_id``."""
        return re.compile(self.article_id) if self.article_id else None

    @property
    def key_settings(self) -> tuple[str, ...]:
        """The settings that hold the keys of its ``headers``."""
        return tuple(dict.fromkeys(name for _, value in self.headers for name in PLACEHOLDER.findall(value)))

    @property
    def reads_attachments(self) -> bool:
        """Whether a page without text may have it in a document that it links to: an official outlet's, or by spec."""
        return self.kind == "official" or any(layout.files for layout in self.pages)

    @property
    def is_aggregator(self) -> bool:
        """Whether it lists what other outlets publish."""
        return self.kind == "aggregator"

    @property
    def may_be_posted(self) -> bool:
        """Whether its articles may be posted where an aggregator finds them."""
        return not self.is_aggregator and (self.enabled or self.covered)

    def article_key(self, url: str) -> str | None:
        """Returns the article's own id inside an address: the first group of ``article_id``, or its whole match."""
        match = self.id_pattern.search(url) if self.id_pattern else None
        if match is None:
            return None
        return next((group for group in match.groups() if group), None) or match.group(0)

    def reason_in(self, language: str) -> str:
        """Returns why the outlet is not read, in this language where the spec has it; empty for an outlet that is."""
        if self.enabled:
            return ""
        return (self.reason_ko if language == "ko" else None) or self.reason or ""

    def lives_at(self, url: str) -> bool:
        """Returns whether an address is on one of the outlet's hosts, with or without ``www.``."""
        try:
            host = (urlsplit(url).hostname or "").rstrip(".")
        except ValueError:
            return False
        return not {host, f"www.{host}", host.removeprefix("www.")}.isdisjoint(self.hosts)
