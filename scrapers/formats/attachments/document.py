"""Reads a document (PDF, HWPX, ODT, plain text) as the article that a page would be."""

from __future__ import annotations

import re
from dataclasses import replace

from scrapers.canonical_url import canonical_url
from scrapers.errors import NotUnderstood
from scrapers.formats.attachments.kinds import kind_of_bytes
from scrapers.formats.attachments.paragraphs import paragraphs_of_text
from scrapers.formats.results import PageReading
from scrapers.formats.source_text import source_text
from scrapers.identities import identities
from scrapers.language import guess_language
from scrapers.outlet import Outlet
from scrapers.plain_text import is_unreadable, unescape

MIN_TEXT_CHARS = 100
"""Half of what a page needs: a document has no menus that could be taken for its text."""
MAX_PARAGRAPHS = 1_000
MIN_TITLE_CHARS, MAX_TITLE_CHARS = 8, 300
_HEAD = re.compile(r"<head\b.{0,2000}?</head\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)
_PAGE_MARK = re.compile(r"\n{1,9}\[\[Page [^\[\]]{1,40}\]\]\n{1,9}")
"""The mark of a printed page within a text of the Government Publishing Office."""


def read_document(data: bytes, url: str, outlet: Outlet | None) -> PageReading:
    """The text of a PDF, HWPX or ODT. Its title is its first line, because the title in a file is often a template's.

    :raises NotUnderstood: for another kind of document, one that is encrypted or damaged, or has an unknown charset.
    :raises TooBig: for one that unpacks to too much.
    """
    kind, paragraphs, is_partial = _content(data, url)
    return replace(_reading(kind, paragraphs, url, outlet), partial=is_partial)


def read_plain_text(
    data: bytes, url: str, outlet: Outlet | None, page_url: str, content_type: str | None
) -> PageReading:
    """The article at ``page_url``, of an answer that is plain text, or plain text in the <pre> of a page.

    :raises NotUnderstood: for a page without <pre>, as one that asks whether we are a robot.
    """
    text = source_text(data, url, content_type)
    if text.lstrip()[:1] == "<":
        if "<pre" not in text.casefold():
            raise NotUnderstood(url, "is a web page, not plain text")
        text = unescape(_TAG.sub("", _HEAD.sub("", text, count=1)))
    text = _PAGE_MARK.sub("\n", text)
    return _reading("text", paragraphs_of_text(text), page_url, outlet)


def _content(data: bytes, url: str) -> tuple[str, tuple[str, ...], bool]:
    """The kind of a document, its paragraphs, and whether there are more than we read."""
    kind = kind_of_bytes(data)
    if kind == "pdf":
        from scrapers.formats.attachments.pdf import read_pdf

        return kind, *read_pdf(data, url)
    if kind == "zip":
        from scrapers.formats.attachments.zipped_xml import read_zipped

        return read_zipped(data, url)
    problem = "is an HWP file, of which we keep name and address alone" if kind == "hwp" else "is no document"
    raise NotUnderstood(url, problem)


def _reading(kind: str, paragraphs: tuple[str, ...], url: str, outlet: Outlet | None) -> PageReading:
    paragraphs = paragraphs[:MAX_PARAGRAPHS]
    text = " ".join(paragraphs)
    if is_unreadable(text):
        raise NotUnderstood(url, "the text is in an unknown charset")
    language = guess_language(text)
    canonical = canonical_url(url, outlet)
    return PageReading(
        url=url,
        canonical_url=canonical,
        identities=tuple(dict.fromkeys((*identities(outlet, url), *identities(outlet, canonical)))),
        title=next((line[:MAX_TITLE_CHARS] for line in paragraphs if len(line) >= MIN_TITLE_CHARS), ""),
        paragraphs=paragraphs,
        published_at=None,
        byline=None,
        language=language if language != "und" or outlet is None else outlet.language,
        suspect=_suspect(text),
        text_from=kind,
    )


def _suspect(text: str) -> str | None:
    """``no_body`` for scanned pages, ``short`` for a cover sheet."""
    if not text:
        return "no_body"
    return "short" if len(text) < MIN_TEXT_CHARS else None
