"""What is let through to a parser: size and depth of HTML, and XML without DTD or entities."""

from __future__ import annotations

import re
from xml.parsers import expat

from scrapers.errors import NotUnderstood, TooBig

MAX_PAGE_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 512
_MAX_TAG_CHARS = 4_000

_TAG = re.compile(r"<(!--|/?[a-z][a-z0-9:-]{0,60})")
_VOID = "area base br col embed hr img input link meta param source track wbr"
_CLOSES_ITSELF = "p li dt dd option optgroup tr td th thead tbody tfoot colgroup caption rp rt a"
_UNCOUNTED = frozenset(slash + name for name in f"{_VOID} {_CLOSES_ITSELF}".split() for slash in ("", "/"))
_OPAQUE = frozenset({"!--", "script", "style", "textarea", "title", "xmp", "noembed", "noframes"})
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
    page = page.lower()
    open_tags: dict[str, int] = {}
    depth = most = skipped_to = 0
    for tag in _TAG.finditer(page):
        name = tag.group(1)
        if name in _UNCOUNTED or tag.start() < skipped_to:
            continue
        if name in _OPAQUE:
            skipped_to = _after(page, "-->" if name == "!--" else f"</{name}", tag.end())
        elif name[0] == "/":
            if open_tags.get(name[1:]):
                open_tags[name[1:]] -= 1
                depth -= 1
        elif not (_in_drawing(open_tags) and _closes_itself(page, tag.end())):
            open_tags[name] = open_tags.get(name, 0) + 1
            depth += 1
            if depth > most:
                most = depth
                if most > enough:
                    break
    return most


def _in_drawing(open_tags: dict[str, int]) -> bool:
    return bool(open_tags.get("svg") or open_tags.get("math"))


def _closes_itself(page: str, position: int) -> bool:
    """``<path d="…"/>``: a slash ends elements of drawings and formulas, and of them alone."""
    end = page.find(">", position, position + _MAX_TAG_CHARS)
    return end > 0 and page[end - 1] == "/"


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
