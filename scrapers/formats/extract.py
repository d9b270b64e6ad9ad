"""One page's bytes → its article: the outlet's selectors first, then what the page tells machines, then density."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from scrapers.canonical_url import canonical_url, identities
from scrapers.errors import NotUnderstood
from scrapers.formats.boilerplate import article_lines, best_byline, byline_in
from scrapers.formats.dates import Dated, dated, likely_zone
from scrapers.formats.density import densest_lines
from scrapers.formats.page_metadata import PageMetadata, first_text, page_metadata
from scrapers.formats.results import PageReading
from scrapers.formats.text_lines import lines_of
from scrapers.http.charset import decode
from scrapers.http.markup_gate import check_depth, check_page_size, is_page
from scrapers.language import guess_language
from scrapers.outlet import Outlet, PageLayout
from scrapers.plain_text import clean

MIN_TEXT_CHARS = 200
MAX_TITLE_CHARS = 500
MAX_BYLINE_CHARS = 200
MAX_PARAGRAPHS = 1_000
MAX_AD_CHARS = 150
_FURNITURE = (
    "script, style, noscript, template, iframe, svg, button, select, textarea, label, figcaption, nav, footer, aside, "
    "[hidden], [aria-hidden=true]"
)
_ADS = (
    ".ad, .ads, .adv, .advertisement, [class$='_ad'], [class*='_ad '], .add_middle, [class*='banner'], "
    "[class*='caption'], [class$='_photo']"
)


def read_page(
    data: bytes, url: str, outlet: Outlet | None, now: datetime, content_type: str | None = None
) -> PageReading:
    """Read one page.

    :raises TooBig: for more bytes or depth than we parse.
    :raises NotUnderstood: for a page that is no HTML, or whose text is in no encoding we know.
    """
    if not is_page(data, content_type):
        raise NotUnderstood(url, f"is no web page but {content_type or 'something else'}")
    check_page_size(data, url)
    page = decode(data, url, content_type)
    check_depth(page, url)
    metadata = page_metadata(LexborHTMLParser(page), url)
    read = _layout_reading(page, outlet)
    title = read.title or _trimmed_title(metadata, outlet) or metadata.heading
    when = _published(read, metadata, outlet, now)
    lines = read.lines if _chars(read.lines, title) >= MIN_TEXT_CHARS else _fuller(read.lines, page, metadata, title)
    paragraphs = article_lines(lines, title)[:MAX_PARAGRAPHS]
    byline = read.byline or best_byline(byline_in(lines), metadata.byline)
    guess = guess_language(title + " " + " ".join(paragraphs[:5]))
    canonical = _canonical(url, metadata, outlet)
    return PageReading(
        url=url,
        canonical_url=canonical,
        identities=tuple(dict.fromkeys((*identities(outlet, url), *identities(outlet, canonical)))),
        title=title[:MAX_TITLE_CHARS],
        paragraphs=paragraphs,
        published_at=when.at,
        byline=clean(byline)[:MAX_BYLINE_CHARS] if byline else None,
        language=guess if guess != "und" or outlet is None else outlet.language,
        dated_ahead=when.ahead,
        suspect=_suspect(title, paragraphs, metadata, outlet),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What the outlet's selectors yielded."""

    title: str = ""
    lines: tuple[str, ...] = ()
    published: str = ""
    byline: str = ""


def _layout_reading(page: str, outlet: Outlet | None) -> _Read:
    """Try the layouts, newest first; the first whose body yields wins, else the one that yielded most."""
    layouts = outlet.pages if outlet else ()
    best = _Read()
    for layout in sorted(layouts, key=lambda one: one.until or date.max, reverse=True):
        read = _with_layout(LexborHTMLParser(page), layout)
        if sum(map(len, read.lines)) >= MIN_TEXT_CHARS:
            return read
        best = max(best, read, key=lambda one: (len("".join(one.lines)), len(one.title)))
    return best


def _with_layout(tree: LexborHTMLParser, layout: PageLayout) -> _Read:
    published = first_text(tree, layout.published, attribute=True)
    for selector in (*layout.drop, _FURNITURE):
        _remove(tree, selector)
    return _Read(
        title=first_text(tree, layout.title),
        lines=_body(tree, layout.body),
        published=published or first_text(tree, layout.published),
        byline=first_text(tree, layout.byline),
    )


def _remove(tree: LexborHTMLParser, selector: str, most_chars: int | None = None) -> None:
    """Remove whole subtrees, the innermost first: a node must not be touched after its parent is gone.

    With ``most_chars`` a node of more text stays: whatever its class says, it is no advertisement.
    """
    for node in reversed(tree.css(selector)):
        too_long = most_chars is not None and len(node.text()) > most_chars
        if node.tag not in ("html", "body", "head") and not too_long:
            node.decompose()


def _body(tree: LexborHTMLParser, selectors: Iterable[str]) -> tuple[str, ...]:
    for selector in selectors:
        lines = tuple(line for node in tree.css(selector) for line in lines_of(node))
        if lines:
            return lines
    return ()


def _chars(lines: Iterable[str], title: str = "") -> int:
    """How much article there is in these lines."""
    return sum(map(len, article_lines(lines, title)))


def _fuller(short: tuple[str, ...], page: str, metadata: PageMetadata, title: str) -> tuple[str, ...]:
    """More of the same article, when the page has it: a flash stays as short as its selectors say."""
    general = _general_lines(page, metadata)
    known = article_lines(short, title)
    if set(known) <= set(article_lines(general, title)) and (not known or _chars(general, title) >= MIN_TEXT_CHARS):
        return general
    return short


def _general_lines(page: str, metadata: PageMetadata) -> tuple[str, ...]:
    """The body that ld+json holds, or the densest part of the page; the `extract` extra helps where that is thin."""
    tree = LexborHTMLParser(page)
    _remove(tree, _FURNITURE)
    _remove(tree, _ADS, MAX_AD_CHARS)
    dense = densest_lines(tree)
    told = tuple(filter(None, map(clean, metadata.body.splitlines())))
    best = max((dense, told), key=_chars)
    if _chars(best) >= MIN_TEXT_CHARS:
        return best
    return max((best, _by_trafilatura(page)), key=_chars)


def _by_trafilatura(page: str) -> tuple[str, ...]:
    try:
        from trafilatura import extract
    except ImportError:
        return ()
    text = extract(page, include_comments=False, include_tables=False, fast=True) or ""
    return tuple(filter(None, map(clean, text.splitlines())))


def _published(read: _Read, metadata: PageMetadata, outlet: Outlet | None, now: datetime) -> Dated:
    zone = (
        outlet.timezone
        if outlet
        else likely_zone(metadata.url, metadata.title + metadata.document_title + metadata.heading)
    )
    for text in (read.published, metadata.published, metadata.shown_date):
        found = dated(text, zone, now)
        if found.at is not None:
            return found
    return Dated(None)


def _trimmed_title(metadata: PageMetadata, outlet: Outlet | None) -> str:
    """The title without the outlet's name at its end."""
    title = metadata.title or metadata.document_title
    for name in filter(None, (metadata.site_name, outlet.name if outlet else "")):
        for dash in (" - ", " | ", " :: ", " – ", " < ", "|"):
            title = title.removesuffix(f"{dash}{name}").strip()
    return title


def _canonical(url: str, metadata: PageMetadata, outlet: Outlet | None) -> str:
    """The page's own word for its address is believed only inside the outlet's hosts (or the same host)."""
    claimed = metadata.canonical_url
    if claimed and claimed != url and _same_house(claimed, url, outlet):
        return canonical_url(claimed, outlet)
    return canonical_url(url, outlet)


def _same_house(claimed: str, url: str, outlet: Outlet | None) -> bool:
    if outlet is not None:
        own = outlet.article_key(url)
        return outlet.lives_at(claimed) and (own is None or outlet.article_key(claimed) == own)
    return _house(claimed) == _house(url) and urlsplit(claimed).path not in ("", "/")


def _house(url: str) -> str:
    """The host without the prefix that says which door: both addresses have been parsed before."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").removeprefix("m.")


def _suspect(title: str, paragraphs: tuple[str, ...], metadata: PageMetadata, outlet: Outlet | None) -> str | None:
    names = {metadata.site_name, outlet.name if outlet else ""} - {""}
    if not title or title in names:
        return "site_title"
    if not paragraphs:
        return "no_body"
    return "short" if sum(map(len, paragraphs)) < MIN_TEXT_CHARS else None
