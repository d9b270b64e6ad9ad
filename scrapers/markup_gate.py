"""What is let through to a parser: size and depth of HTML, and XML without DTD or entities."""

from __future__ import annotations

import re
from collections import Counter
from xml.parsers import expat

from scrapers.errors import NotUnderstood, TooBig

MAX_PAGE_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 512

_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9:-]{0,60}))")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_CLOSES_ITSELF = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "optgroup",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "colgroup",
        "caption",
        "rp",
        "rt",
        "a",
    ]
)
_RAW = {"script", "style", "textarea", "title", "xmp", "noembed", "noframes"}
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")


def is_page_type(content_type: str | None) -> bool:
    """Does this Content-Type announce something with text in it? None and octet-stream say nothing."""
    kind = (content_type or "").split(";")[0].strip().lower()
    return not kind or kind.startswith("text/") or "html" in kind or "xml" in kind or kind == "application/octet-stream"


def is_page(data: bytes, content_type: str | None) -> bool:
    """Is this markup at all? Pictures and documents come under any address."""
    return is_page_type(content_type) and b"<" in data[:4096] and b"\0\0\0\0" not in data[:1024]


def check_page_size(data: bytes, url: str) -> None:
    """Refuse a page of more bytes than we parse."""
    if len(data) > MAX_PAGE_BYTES:
        raise TooBig(url, f"the page has {len(data)} bytes, we read {MAX_PAGE_BYTES}")


def check_depth(page: str, url: str) -> None:
    """Refuse a page nested deeper than any page is: the HTML parser's time grows with the square of depth."""
    if deepest(page, MAX_DEPTH) > MAX_DEPTH:
        raise TooBig(url, f"the page is nested more than {MAX_DEPTH} deep")


def deepest(page: str, enough: int) -> int:
    """How deep elements are nested, counted in one pass; stops counting beyond ``enough``."""
    open_tags: Counter[str] = Counter()
    depth = most = position = 0
    while most <= enough and (tag := _TAG.search(page, position)):
        position = tag.end()
        name = (tag.group(2) or "").lower()
        if not name:
            position = _after(page, "-->", position)
        elif tag.group(1):
            if open_tags[name]:
                open_tags[name] -= 1
                depth -= 1
        elif name in _RAW:
            position = _after(page, f"</{name}", position)
        elif name not in _VOID and name not in _CLOSES_ITSELF:
            open_tags[name] += 1
            depth += 1
            most = max(most, depth)
    return most


def _after(page: str, end: str, position: int) -> int:
    found = page.find(end, position)
    return len(page) if found < 0 else found + len(end)


def checked_xml(text: str, url: str) -> str:
    """The document without its XML declaration, once expat has found no DTD and no entity in it.

    A document that is not well-formed further down passes: feeds often are not, and after the root has begun no DTD
    can come. One that is no XML from the start does not.
    """
    body = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1).lstrip()
    gate = _Gate(url)
    try:
        gate.parser.Parse(body, True)
    except expat.ExpatError as problem:
        if not gate.root:
            raise NotUnderstood(url, f"is no XML: {expat.ErrorString(problem.code)}") from None
        body = _with_ampersands(body)
    if gate.root == "html":
        raise NotUnderstood(url, "is a web page, not a feed")
    return body


def _with_ampersands(body: str) -> str:
    """The commonest mistake mended: a bare & outside of CDATA."""
    first, *sections = body.split("<![CDATA[")
    mended = [_BARE_AMPERSAND.sub("&amp;", first)]
    for section in sections:
        literal, end, rest = section.partition("]]>")
        mended.append(f"<![CDATA[{literal}{end}{_BARE_AMPERSAND.sub('&amp;', rest)}")
    return "".join(mended)


class _Gate:
    """expat's handlers that end the reading at the first DTD, and bound depth."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.root = ""
        self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, name: str, *_rest: object) -> None:
        if name.lower() == "html":
            raise NotUnderstood(self.url, "is a web page, not a feed")
        raise NotUnderstood(self.url, "declares a DTD, which we do not read")

    def _entity(self, *_rest: object) -> None:
        raise NotUnderstood(self.url, "declares entities, which we do not read")

    def _start(self, name: str, _attributes: object) -> None:
        self.root = self.root or name.rsplit(":", 1)[-1].lower()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooBig(self.url, f"the feed is nested more than {MAX_DEPTH} deep")

    def _end(self, _name: str) -> None:
        self.depth -= 1
