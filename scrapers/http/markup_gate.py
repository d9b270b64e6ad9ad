"""Checks markup before a parser sees it: bytes, depth and elements of HTML, XML without DTD and entities."""

from __future__ import annotations

import re
from collections.abc import Sized
from typing import NamedTuple
from xml.parsers import expat

from scrapers.errors import NotUnderstood, TooBig
from scrapers.http.xml_repair import mended_xml

MAX_PAGE_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 512
MAX_ELEMENTS = 200_000
"""Tags of a page, and what the parser adds to them; an ordinary page has some thousands."""
MAX_STEPS = 20_000_000
"""The depths at all tags added up, by which the parser's time grows; a large page has a million."""
MAX_XML_SIGNS = 1_500_000
"""Tags, references and line breaks of an XML document, where a parser stops; a sitemap may have a million."""
MAX_XML_ATTRIBUTES = 1_000
"""Attributes of one XML element; a parser compares each with all others."""
MAX_TAG_CHARS = 300_000
"""A longer tag is refused unread: a parser would build all its attributes before they can be counted."""
_MARKUP_WITHIN_BYTES = 4096
_NO_ZEROS_WITHIN_BYTES = 1024

_LONG_TAG = re.compile(rf"<[^<>!?][^<>]{{{MAX_TAG_CHARS}}}")
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,300}\?>\s*")
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf|urlset|sitemapindex)\b", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_PAGE_DOCTYPE = re.compile(r"\s*<!doctype\s+html\b", re.IGNORECASE)
WEB_PAGE = "is a web page, not a feed"
_JUNK_CHARS = 4_096
"""A web server's warnings before the document may have this many characters."""


def is_page_type(content_type: str | None) -> bool:
    """Whether a Content-Type may be a page's; None and octet-stream may be anything's."""
    kind = (content_type or "").split(";")[0].strip().lower()
    return not kind or kind.startswith("text/") or "html" in kind or "xml" in kind or kind == "application/octet-stream"


def is_page(data: bytes, content_type: str | None) -> bool:
    """Whether bytes look like markup; an address of a page may answer with an image or a document."""
    has_markup = b"<" in data[:_MARKUP_WITHIN_BYTES]
    is_binary = b"\0\0\0\0" in data[:_NO_ZEROS_WITHIN_BYTES]
    return is_page_type(content_type) and has_markup and not is_binary


def check_page_size(data: bytes, url: str) -> None:
    """Refuse a page that is too large to parse.

    :raises TooBig: above 2 MiB.
    """
    if len(data) > MAX_PAGE_BYTES:
        raise TooBig(url, f"the page has {len(data)} bytes, we read {MAX_PAGE_BYTES}")


def check_depth(page: str, url: str) -> None:
    """Refuse a page of which an HTML parser would build too much: its time grows with the square of the depth.

    :raises TooBig: above 512 levels, 200,000 elements or 20 million steps.
    """
    from scrapers.http.nesting import Nesting, nesting  # its patterns take long to compile, and feeds need none

    depth, elements, steps = nesting(page, Nesting(MAX_DEPTH, MAX_ELEMENTS, MAX_STEPS))
    if depth > MAX_DEPTH:
        raise TooBig(url, f"the page is nested more than {MAX_DEPTH} deep")
    if elements > MAX_ELEMENTS or steps > MAX_STEPS:
        raise TooBig(url, f"the page has too many elements: {elements} or more, at most {depth} deep")


class CheckedXml(NamedTuple):
    """An XML document that a parser may see, without its XML declaration."""

    text: str
    root: str
    """The name of the root element, in lower case and without its prefix."""
    elements: int
    """The number of elements; a guess from the number of tags where the document is not well-formed."""


def xml_body(text: str, url: str) -> str:
    """The document after its XML declaration, and after what stands before it.

    :raises TooBig: for a tag that is too long, and for too much markup.
    """
    signs = sum(map(text.count, "<&\n"))
    if signs > MAX_XML_SIGNS:
        raise TooBig(url, f"the document has {signs} tags, references and line breaks, we read {MAX_XML_SIGNS}")
    if len(text) > MAX_TAG_CHARS and _LONG_TAG.search(text):
        raise TooBig(url, f"a tag has more than {MAX_TAG_CHARS} characters")
    return _from_declaration(text.lstrip("\ufeff \t\r\n"))


def checked_xml(text: str, url: str) -> CheckedXml:
    """The document, with its small faults mended, after expat has found no internal DTD and no entity in it.

    A document that is not well-formed after its root element began passes: feeds often are not, and no DTD can follow
    there. A DOCTYPE that only names an external DTD is dropped, and nobody fetches that DTD.

    :raises NotUnderstood: for a DTD, an entity, a web page, or what is no XML from its start.
    :raises TooBig: for elements nested too deep, for a tag that is too long, and for too much markup.
    """
    body = mended_xml(xml_body(text, url))
    gate = XmlGate(url)
    try:
        gate.parser.Parse(body, True)
    except expat.ExpatError as error:
        if not gate.root and _PAGE_DOCTYPE.match(body):
            raise NotUnderstood(url, WEB_PAGE) from None
        if not gate.root:
            raise NotUnderstood(url, f"is no XML: {expat.ErrorString(error.code)}") from None
        gate.elements = body.count("<") // 2
    if gate.root == "html":
        raise NotUnderstood(url, WEB_PAGE)
    return CheckedXml(_DOCTYPE.sub("", body, count=1) if gate.has_doctype else body, gate.root, gate.elements)


def _from_declaration(text: str) -> str:
    """The document after its XML declaration, and after comments and what a web server printed before it."""
    text = _without_comments(text)
    declaration = _DECLARATION.search(text, 0, _JUNK_CHARS)
    if declaration is None or _ROOT.search(text, 0, declaration.start()):
        return text
    return text[declaration.end() :]


def _without_comments(text: str) -> str:
    """The document after the comments at its start, which a declaration must not follow and which may quote one."""
    start = 0
    while comment := _COMMENT.match(text, start):
        start = comment.end()
    return text[start:]


class XmlGate:
    """An expat parser whose handlers refuse DTDs and entities and limit the depth."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.root = ""
        self.has_doctype = False
        self.depth = self.elements = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, name: str, _system_id: object, _public_id: object, has_internal_subset: int) -> None:
        if name.lower() == "html":
            raise NotUnderstood(self.url, WEB_PAGE)
        if has_internal_subset:
            raise NotUnderstood(self.url, "declares a DTD, which we do not read")
        self.has_doctype = True

    def _entity(self, *_rest: object) -> None:
        raise NotUnderstood(self.url, "declares entities, which we do not read")

    def _start(self, name: str, attributes: Sized) -> None:
        self.root = self.root or name.rsplit(":", 1)[-1].lower()
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise TooBig(self.url, f"the feed is nested more than {MAX_DEPTH} deep")
        if len(attributes) > MAX_XML_ATTRIBUTES:
            raise TooBig(self.url, f"an element has more than {MAX_XML_ATTRIBUTES} attributes")

    def _end(self, _name: str) -> None:
        self.depth -= 1
