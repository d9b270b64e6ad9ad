"""Headline, Article, and the state and reading of a source, as plain data.

Times are aware datetimes in UTC, or None when the outlet names none: an unknown time is never "now".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from scrapers.hub_links import HubLinks
from scrapers.outlet import Outlet


@dataclass(frozen=True, slots=True)
class Headline:
    """One entry of a feed, sitemap, listing or JSON answer, before its page is read."""

    outlet: str
    """The outlet's key."""
    url: str
    """The address to fetch, as published."""
    canonical_url: str
    """The canonical URL: the address without mobile and AMP variants, tracking parameters and fragment."""
    identities: tuple[str, ...]
    """Names of the article for deduplication, strongest first: ``wire:AKR…``, ``id:asiae:2025…``, ``url:https://…``,
    ``guid:…``, ``listed:…``. Two articles that share one are the same article."""
    title: str
    """Empty when the source has none: the page says it."""
    summary: str
    """Plain text; empty when the source has none."""
    published_at: datetime | None
    language: str
    text: tuple[str, ...] = ()
    """The paragraphs of the text that the source gives, without boilerplate; empty when it gives none."""
    text_is_whole: bool = False
    """Whether ``text`` is the whole article, by the outlet's spec."""
    text_url: str | None = None
    """The address of its plain text, which is read instead of its page."""
    dated_ahead: bool = False
    """Whether the source named a time in the future; ``published_at`` is the time of reading then."""

    def without_names(self, names: Collection[str]) -> Headline:
        """The headline without these identities."""
        return replace(self, identities=tuple(name for name in self.identities if name not in names))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that an article's page links to."""

    name: str
    """The name that the page shows, or the last part of the address."""
    url: str
    kind: str
    """``pdf``, ``hwpx``, ``odt``, ``hwp``, or ``file`` where nothing tells. The text of a ``hwp`` is not read."""


@dataclass(frozen=True, slots=True)
class Article:
    """The article of one page, without boilerplate."""

    outlet: str
    url: str
    canonical_url: str
    identities: tuple[str, ...]
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime | None
    byline: str | None
    language: str
    content_hash: str
    """Hash of the normalised text (hex), for deduplication: equal text under another address is the same article."""
    dated_ahead: bool = False
    """Whether the page named a time in the future; ``published_at`` is the time of reading then."""
    suspect: str | None = None
    """The reason why this text must not alert (``short``, ``site_title``, ``no_body``, ``wrong_type``), or None."""
    partial: bool = False
    """Whether the body is a small part of the page's prose, so that the text may be incomplete."""
    text_from: str = "page"
    """The kind of document that was read: ``page``, ``pdf``, ``hwpx``, ``odt``, or ``text`` (plain text)."""
    attachments: tuple[Attachment, ...] = ()
    """The documents that the page links to, whether their text was read or not."""
    paywalled: bool = False
    """Whether the page says that readers pay for its text: what is missing today is missing tomorrow."""

    @property
    def text(self) -> str:
        """The body as one string, paragraphs separated by a newline."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of one source between two readings, for conditional GET; the caller stores it."""

    etag: str | None = None
    last_modified: str | None = None
    """Both validators are sent back byte for byte (RFC 9110, 13.1)."""
    body_hash: str | None = None
    full_read_at: datetime | None = None
    """The time of the last response with a body."""
    moved_to: str | None = None
    """The address that permanent redirects led to."""


@dataclass(frozen=True, slots=True)
class SourceReading:
    """The result of reading one source."""

    headlines: tuple[Headline, ...]
    state: SourceState
    unchanged: bool = False
    """True after a 304 or an identical body: it is not parsed, and ``headlines`` is empty."""
    newest_at: datetime | None = None
    """The newest ``published_at`` of the headlines; it shows a feed that answers 200 but no longer changes."""
    problems: tuple[str, ...] = field(default=())
    """One line for each entry that cannot be used, at most ten."""
    outlets: Mapping[str, Outlet] = field(default_factory=dict)
    """The outlets of the headlines by key, where an aggregator listed them; else empty."""
    unlisted: tuple[tuple[str, int], ...] = ()
    """Hosts that an aggregator listed and no spec names, each with its number of headlines."""
    fresh_seconds: float = 0.0
    """How long the answer stays fresh, as it says (Cache-Control, Expires); 0 where it does not."""
    ttl_seconds: float | None = None
    """How often the source asks to be read; 0 where it does not say, None where nothing was parsed."""
    hub_links: HubLinks | None = None
    """The hub that the source names; None where nothing was parsed."""
