"""Results of the parser process: plain dataclasses, which need no parsing library to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scrapers.article import Attachment, Headline
from scrapers.hub_links import NO_HUB, HubLinks

MIN_TEXT_CHARS = 200


@dataclass(frozen=True, slots=True)
class Discovered:
    """The headlines of one source's answer, each article once, in the order of the document."""

    headlines: tuple[Headline, ...]
    problems: tuple[str, ...]
    newest_at: datetime | None
    further: tuple[str, ...] = ()
    """The addresses of the next page of a list, or of a sitemap index's children, the newest first."""
    ttl_seconds: float = 0.0
    hub_links: HubLinks = NO_HUB


@dataclass(frozen=True, slots=True)
class PageReading:
    """The article of a page."""

    url: str
    canonical_url: str
    identities: tuple[str, ...]
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime | None
    byline: str | None
    language: str
    dated_ahead: bool = False
    suspect: str | None = None
    partial: bool = False
    """Whether the body is a small part of the page's prose, so that the text may be incomplete."""
    text_from: str = "page"
    attachments: tuple[Attachment, ...] = ()
    paywalled: bool = False
    """Whether the page says that readers pay for its text."""

    @property
    def is_stub(self) -> bool:
        """Whether the page has hardly any text, be it enough Hangul to alert from: the rest may stand elsewhere."""
        if self.suspect is not None:
            return self.suspect in ("no_body", "short")
        return sum(map(len, self.paragraphs)) < MIN_TEXT_CHARS


@dataclass(frozen=True, slots=True)
class SiteSigns:
    """What one address says about its site."""

    url: str
    """The address after redirects."""
    kind: str
    """``page``, ``feed``, ``sitemap``, or ``index`` of sitemaps."""
    name: str = ""
    """The name of the site or feed, as it writes it."""
    title: str = ""
    language: str = ""
    home: str = ""
    """The page that a feed names as its own."""
    feeds: tuple[tuple[str, str], ...] = ()
    """Address and title of each feed that a page declares; the sitemaps of an index."""
    links: tuple[tuple[str, str], ...] = ()
    """Each address that a page links to, with the longest text of a link to it."""
    variants: tuple[str, ...] = ()
    """The canonical, mobile and AMP addresses of the page."""
    offsets: tuple[str, ...] = ()
    """The zones that a feed's dates name, the most frequent first: ``+0900``, ``EST``."""
    is_article: bool = False
    has_script_links: bool = False
    """Whether articles of the page are linked by scripts, which name no address."""
