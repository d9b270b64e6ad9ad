"""Extracts the article of a page: by the outlet's selectors, then by ld+json, then by the density of prose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from scrapers.article import Attachment
from scrapers.canonical_url import canonical_url, identities
from scrapers.errors import NotUnderstood
from scrapers.formats.attachments.kinds import READABLE
from scrapers.formats.attachments.links import attachments_of
from scrapers.formats.boilerplate import article_lines, best_byline, byline_in
from scrapers.formats.dates import Dated, dated, likely_zone
from scrapers.formats.density import densest_lines, prose_chars
from scrapers.formats.page_metadata import PageMetadata, first_text, page_metadata
from scrapers.formats.page_script import first_line, json_in_script, lines_at
from scrapers.formats.results import PageReading
from scrapers.formats.source_text import source_text
from scrapers.formats.text_lines import MAX_TEXT_CHARS, bounded, lines_of
from scrapers.http.markup_gate import check_depth, check_page_size, is_page
from scrapers.language import guess_language
from scrapers.outlet import Outlet, PageLayout
from scrapers.plain_text import clean, is_unreadable, plain_lines

MIN_TEXT_CHARS = 200
MAX_TITLE_CHARS = 500
MAX_BYLINE_CHARS = 200
MAX_PARAGRAPHS = 1_000
MAX_AD_CHARS = 150
MIN_BODY_SHARE = 0.3
"""A body with a smaller share of its page's prose is partial."""
_NO_TEXT = (
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
    """Extract the article of one page.

    :raises TooBig: for a page that is too large or nested too deep.
    :raises NotUnderstood: for what is no HTML, or text in an unknown charset.
    """
    if not is_page(data, content_type):
        raise NotUnderstood(url, f"is no web page but {content_type or 'something else'}")
    check_page_size(data, url)
    page = source_text(data, url, content_type)
    check_depth(page, url)
    tree = LexborHTMLParser(page)
    metadata = page_metadata(tree, url)
    selected = _selected(page, outlet)
    title = selected.title or _title_without_outlet(metadata, outlet) or metadata.heading
    published = _published(selected, metadata, outlet, now)
    attachments = attachments_of(page, url, outlet)
    lines = selected.lines if _is_attached(selected, attachments) else _lines(selected, page, metadata, title)
    paragraphs = article_lines(lines, title)[:MAX_PARAGRAPHS]
    if is_unreadable(title) or is_unreadable("".join(paragraphs)):
        raise NotUnderstood(url, "the text is in an unknown charset")
    byline = selected.byline or best_byline(byline_in(lines), metadata.byline)
    language = guess_language(title + " " + " ".join(paragraphs))
    canonical = _canonical(url, metadata, outlet)
    return PageReading(
        url=url,
        canonical_url=canonical,
        identities=tuple(dict.fromkeys((*identities(outlet, url), *identities(outlet, canonical)))),
        title=title[:MAX_TITLE_CHARS],
        paragraphs=paragraphs,
        published_at=published.at,
        byline=clean(byline)[:MAX_BYLINE_CHARS] if byline else None,
        language=language if language != "und" or outlet is None else outlet.language,
        dated_ahead=published.ahead,
        suspect=_suspect(title, paragraphs, metadata, outlet),
        attachments=attachments,
        partial=sum(map(len, paragraphs)) < MIN_BODY_SHARE * prose_chars(tree),
    )


def _lines(selected: _Selected, page: str, metadata: PageMetadata, title: str) -> tuple[str, ...]:
    """The selected lines, where they are enough text; else the longer ones of both ways."""
    lines = selected.lines
    if _article_chars(lines, title) >= MIN_TEXT_CHARS:
        return lines
    return _longer(lines, page, metadata, title, selected.drop if lines else ())


def _is_attached(selected: _Selected, attachments: Iterable[Attachment]) -> bool:
    """Whether the page has the element of the body, empty or with a note, because the text is in an attachment."""
    return selected.has_body and any(attachment.kind in READABLE for attachment in attachments)


@dataclass(frozen=True, slots=True)
class _Selected:
    """The text that the outlet's selectors found."""

    title: str = ""
    lines: tuple[str, ...] = ()
    published: str = ""
    byline: str = ""
    drop: tuple[str, ...] = ()
    """The layout's own elements to remove, for when the page is read without its other selectors."""
    has_body: bool = False
    """Whether the page has the element of the body, be it empty."""

    @property
    def chars(self) -> int:
        return sum(map(len, self.lines))


def _selected(page: str, outlet: Outlet | None) -> _Selected:
    """Try the layouts, newest first; the first with enough text wins, else the one with most."""
    layouts = outlet.pages if outlet else ()
    best = _Selected()
    for layout in sorted(layouts, key=lambda layout: layout.until or date.max, reverse=True):
        selected = _by_script(page, layout) if layout.script else _by_layout(LexborHTMLParser(page), layout)
        if selected.chars >= MIN_TEXT_CHARS:
            return selected
        best = max(best, selected, key=lambda candidate: (candidate.chars, len(candidate.title), candidate.has_body))
    return best


def _by_layout(tree: LexborHTMLParser, layout: PageLayout) -> _Selected:
    published = first_text(tree, layout.published, attribute=True)
    title_in_dropped, byline_in_dropped = first_text(tree, layout.title), first_text(tree, layout.byline)
    for selector in (*layout.drop, _NO_TEXT):
        _remove(tree, selector)
    return _Selected(
        title=first_text(tree, layout.title) or title_in_dropped,
        lines=_body(tree, layout.body),
        published=published or first_text(tree, layout.published),
        byline=first_text(tree, layout.byline) or byline_in_dropped,
        drop=layout.drop,
        has_body=any(tree.css_first(selector) is not None for selector in layout.body),
    )


def _by_script(page: str, layout: PageLayout) -> _Selected:
    value = json_in_script(page, layout.script or "")
    return _Selected(
        title=first_line(value, layout.title),
        lines=lines_at(value, layout.body),
        published=first_line(value, layout.published),
        byline=first_line(value, layout.byline),
    )


def _remove(tree: LexborHTMLParser, selector: str, max_chars: int | None = None) -> None:
    """Remove the selected elements, innermost first: a node must not be touched after its parent is removed.

    With ``max_chars`` an element with more text stays: it is no advertisement, whatever its class says.
    """
    for node in reversed(tree.css(selector)):
        too_long = max_chars is not None and len(node.text()) > max_chars
        if node.tag not in ("html", "body", "head") and not too_long:
            node.decompose()


def _body(tree: LexborHTMLParser, selectors: Iterable[str]) -> tuple[str, ...]:
    for selector in selectors:
        lines = lines_of(tree.css(selector))
        if lines:
            return lines
    return ()


def _article_chars(lines: Iterable[str], title: str = "") -> int:
    """The number of characters of article text in these lines."""
    return sum(map(len, article_lines(lines, title)))


def _letters(lines: Iterable[str]) -> int:
    """The number of characters of article text without blanks: the same text in fewer lines is not longer."""
    return sum(len(line.replace(" ", "")) for line in article_lines(lines, ""))


def _longer(
    lines: tuple[str, ...], page: str, metadata: PageMetadata, title: str, drop: Iterable[str]
) -> tuple[str, ...]:
    """The lines found without selectors, when they hold these and more of the same article; else these.

    A flash is short, and stays as short as its selectors say.
    """
    general = _without_selectors(page, metadata, drop)
    selected = article_lines(lines, title)
    holds_all = set(selected) <= set(article_lines(general, title))
    if holds_all and (not selected or _article_chars(general, title) >= MIN_TEXT_CHARS):
        return general
    return lines


def _without_selectors(page: str, metadata: PageMetadata, drop: Iterable[str]) -> tuple[str, ...]:
    """The body in ld+json or the densest element, whichever is longer; trafilatura's text when both are short."""
    tree = LexborHTMLParser(page)
    for selector in (*drop, _NO_TEXT):
        _remove(tree, selector)
    _remove(tree, _ADS, MAX_AD_CHARS)
    densest = densest_lines(tree)
    from_metadata = plain_lines(metadata.body[:MAX_TEXT_CHARS])
    longest = max((densest, from_metadata), key=_article_chars)
    if _article_chars(longest) >= MIN_TEXT_CHARS:
        return longest
    return max((longest, _by_trafilatura(page)), key=_letters)


def _by_trafilatura(page: str) -> tuple[str, ...]:
    """The text that trafilatura finds; empty when the `extract` extra is not installed."""
    try:
        from trafilatura import extract
    except ImportError:
        return ()
    text = extract(page, include_comments=False, include_tables=False, fast=True) or ""
    return bounded(map(clean, text.splitlines()))


def _published(selected: _Selected, metadata: PageMetadata, outlet: Outlet | None, now: datetime) -> Dated:
    titles = metadata.title + metadata.document_title + metadata.heading
    zone = outlet.timezone if outlet else likely_zone(metadata.url, titles)
    for text in (selected.published, metadata.published, metadata.shown_date):
        published = dated(text, zone, now)
        if published.at is not None:
            return published
    return Dated(None)


def _title_without_outlet(metadata: PageMetadata, outlet: Outlet | None) -> str:
    """The title without the outlet's name at its end."""
    title = metadata.title or metadata.document_title
    for name in filter(None, (metadata.site_name, outlet.name if outlet else "")):
        for separator in (" - ", " | ", " :: ", " – ", " < ", "|"):
            title = title.removesuffix(f"{separator}{name}").strip()
    return title


def _canonical(url: str, metadata: PageMetadata, outlet: Outlet | None) -> str:
    """The canonical URL: the one in the page counts only on the outlet's hosts, or on the same host."""
    claimed = metadata.canonical_url
    if claimed and claimed != url and _is_same_site(claimed, url, outlet):
        return canonical_url(claimed, outlet)
    return canonical_url(url, outlet)


def _is_same_site(claimed: str, url: str, outlet: Outlet | None) -> bool:
    if outlet is not None:
        article_key = outlet.article_key(url)
        return outlet.lives_at(claimed) and (article_key is None or outlet.article_key(claimed) == article_key)
    return _bare_host(claimed) == _bare_host(url) and urlsplit(claimed).path not in ("", "/")


def _bare_host(url: str) -> str:
    """The host without ``www.`` and ``m.``."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").removeprefix("m.")


def _suspect(title: str, paragraphs: tuple[str, ...], metadata: PageMetadata, outlet: Outlet | None) -> str | None:
    """The reason why this text must not alert, or None."""
    names = {metadata.site_name, outlet.name if outlet else ""} - {""}
    if not title or title in names:
        return "site_title"
    if not paragraphs:
        return "no_body"
    return "short" if sum(map(len, paragraphs)) < MIN_TEXT_CHARS else None
