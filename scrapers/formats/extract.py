"""Extracts the article of a page: by the outlet's selectors, else by prose, ld+json and the JSON of scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from selectolax.lexbor import LexborHTMLParser

from scrapers.article import Attachment
from scrapers.errors import NotUnderstood
from scrapers.formats.attachments.kinds import READABLE
from scrapers.formats.attachments.links import attachments_of
from scrapers.formats.blocks import page_blocks
from scrapers.formats.boilerplate import article_lines, best_byline, byline_in
from scrapers.formats.bylines import byline_in_head
from scrapers.formats.claimed_address import claimed_canonical_url
from scrapers.formats.dates import Dated, dated, day_in_address, is_marked_as_entered, likely_zone
from scrapers.formats.density import prose_body
from scrapers.formats.general_body import chars, general_lines, width
from scrapers.formats.large_pages import parsable
from scrapers.formats.layouts import Selected, read_by_layouts
from scrapers.formats.page_metadata import PageMetadata, page_metadata
from scrapers.formats.results import MIN_TEXT_CHARS, PageReading
from scrapers.formats.source_text import source_text
from scrapers.http.markup_gate import check_depth, is_page
from scrapers.identities import identities
from scrapers.language import guess_language
from scrapers.outlet import Outlet
from scrapers.plain_text import clean, is_unreadable

MAX_TITLE_CHARS = 500
MAX_BYLINE_CHARS = 200
MAX_BYLINE_LINE_CHARS = 60
HEAD_LINES = 5
MAX_PARAGRAPHS = 1_000
TEASER_CHARS = 800
"""Of a page for whose text readers pay, a shorter text is taken for its beginning."""
MIN_BODY_SHARE = 0.5
"""A body with this share of its page's prose, or less, is partial where 200 characters or more are missing."""


def read_page(
    data: bytes, url: str, outlet: Outlet | None, now: datetime, content_type: str | None = None
) -> PageReading:
    """Extract the article of one page.

    :raises TooBig: for a page that is too large or nested too deep.
    :raises NotUnderstood: for what is no HTML, or text in an unknown charset.
    """
    page = _parsed(data, url, content_type, outlet.name if outlet else "")
    selected = read_by_layouts(page.text, page.tree, outlet)
    title = selected.title or page.metadata.title
    attachments = attachments_of(page.text, url, outlet)
    body = _body(page, selected, title, attachments)
    published = _published(selected, page.metadata, body, outlet, now)
    language = guess_language(title + " " + " ".join(body.paragraphs))
    canonical = claimed_canonical_url(url, page.metadata.canonical_url, outlet)
    return PageReading(
        url=url,
        canonical_url=canonical,
        identities=tuple(dict.fromkeys((*identities(outlet, url), *identities(outlet, canonical)))),
        title=title[:MAX_TITLE_CHARS],
        paragraphs=body.paragraphs,
        published_at=published.at,
        byline=clean(body.byline)[:MAX_BYLINE_CHARS] if body.byline else None,
        language=language if language != "und" or outlet is None else outlet.language,
        dated_ahead=published.ahead,
        suspect=_suspect(title, body.paragraphs, page.metadata, outlet),
        attachments=attachments,
        partial=body.partial or (page.metadata.paywalled and chars(body.paragraphs) < TEASER_CHARS),
        paywalled=page.metadata.paywalled,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """A page that a parser may see."""

    text: str
    tree: LexborHTMLParser
    metadata: PageMetadata


@dataclass(frozen=True, slots=True)
class _Body:
    """The article's text, and what is seen only beside it."""

    paragraphs: tuple[str, ...]
    byline: str | None
    partial: bool
    head: tuple[str, ...]
    """Lines beside the heading, which may name the time."""
    page_lines: tuple[str, ...]
    """All lines of the page, of which one may say when it was published."""


def _parsed(data: bytes, url: str, content_type: str | None, outlet_name: str) -> _Page:
    if not is_page(data, content_type):
        raise NotUnderstood(url, f"is no web page but {content_type or 'something else'}")
    text = parsable(source_text(data, url, content_type), url)
    check_depth(text, url)
    tree = LexborHTMLParser(text)
    return _Page(text, tree, page_metadata(tree, url, outlet_name))


def _body(page: _Page, selected: Selected, title: str, attachments: Iterable[Attachment]) -> _Body:
    blocks = page_blocks(page.tree, selected.drop if selected.lines else ())
    prose = prose_body(blocks)
    paragraphs = article_lines(selected.lines, title)
    is_attached = _is_attached(selected, attachments)
    if chars(paragraphs) < MIN_TEXT_CHARS and not is_attached:
        paragraphs = _longer(paragraphs, general_lines(prose, page.metadata, page.text, title))
    paragraphs = paragraphs[:MAX_PARAGRAPHS]
    if is_unreadable(title) or is_unreadable("".join(paragraphs)):
        raise NotUnderstood(page.metadata.url, "the text is in an unknown charset")
    return _Body(
        paragraphs=paragraphs,
        byline=selected.byline
        or best_byline(
            byline_in(selected.lines or (*prose.lines, *prose.edges)),
            page.metadata.byline,
            byline_in_head((*prose.head, *filter(_is_short, prose.lines[:HEAD_LINES]))),
        ),
        head=prose.head,
        page_lines=tuple(line.text for line in blocks.lines),
        partial=not is_attached and _is_partial(paragraphs, prose.page_lines),
    )


def _is_short(line: str) -> bool:
    """Whether a line in the text is too short for a sentence, and no end of one."""
    return len(line) <= MAX_BYLINE_LINE_CHARS and not line.endswith(".")


def _is_attached(selected: Selected, attachments: Iterable[Attachment]) -> bool:
    """Whether the page has the element of the body, empty or with a note, because the text is in an attachment."""
    return selected.has_body and any(attachment.kind in READABLE for attachment in attachments)


def _longer(lines: tuple[str, ...], general: tuple[str, ...]) -> tuple[str, ...]:
    """The lines found without selectors, when they hold the selected ones and more of the same article; else these.

    A flash is short, and stays as short as its selectors say.
    """
    holds_all = set(lines) <= set(general)
    return general if holds_all and (not lines or chars(general) >= MIN_TEXT_CHARS) else lines


def _is_partial(paragraphs: Iterable[str], page_lines: tuple[str, ...]) -> bool:
    body_chars = chars(paragraphs)
    least_chars = max(body_chars + MIN_TEXT_CHARS, body_chars / MIN_BODY_SHARE)
    return chars(page_lines) >= least_chars and chars(article_lines(page_lines, repeats=True)) >= least_chars


def _published(selected: Selected, metadata: PageMetadata, body: _Body, outlet: Outlet | None, now: datetime) -> Dated:
    """The first time that the spec, the metadata, or the page itself names; last the day in the page's address."""
    titles = metadata.title + metadata.document_title + metadata.heading
    zone = outlet.timezone if outlet else likely_zone(metadata.url, titles)
    in_address = dated(day_in_address(metadata.url), zone, now)
    for text in (selected.published, metadata.published):
        published = dated(text, zone, now)
        if published.at is not None:
            return published
    for text in chain(metadata.shown_dates, body.head, filter(is_marked_as_entered, body.page_lines)):
        published = dated(text, zone, now)
        if published.at is not None and _is_near(published.at, in_address.at):
            return published
    return in_address


def _is_near(at: datetime, day: datetime | None) -> bool:
    """Whether a time may be that of the day in an address; zones move it by a day."""
    return day is None or abs(at - day) <= timedelta(days=2)


def _suspect(title: str, paragraphs: tuple[str, ...], metadata: PageMetadata, outlet: Outlet | None) -> str | None:
    """The reason why this text must not alert, or None."""
    names = {metadata.site_name, outlet.name if outlet else ""} - {""}
    if not title or title in names:
        return "site_title"
    if not paragraphs:
        return "no_body"
    return "short" if width(paragraphs) < MIN_TEXT_CHARS else None
