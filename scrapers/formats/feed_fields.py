"""Reads the fields of well-formed RSS and Atom entries, unless a rule of feeds is in doubt.

feedparser knows every habit of feeds and takes thirty times as long. What is read here is what it reads, too
(``test_feed_fields.py`` compares both on the same documents); a document that leaves any doubt is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

Fields = dict[str, Any]
"""The fields of one entry under feedparser's names, each as text; ``links`` and ``content`` as it has them."""

MAX_TAGS = 200_000
"""Start and end tags of a document that is read here: a tree of more takes much of the memory."""
MAX_HEAD_CHARS = 8_192
"""The root element stands within so many characters."""
MAX_NESTED = 16
"""Levels below an entry; a document that is nested deeper is looked at element by element."""
_ATOM: Final = "http://www.w3.org/2005/Atom"
_ATOM_FIELDS: Final = {
    "title": "title",
    "link": "link",
    "id": "id",
    "summary": "summary",
    "content": "content",
    "published": "published",
    "updated": "updated",
    "source": "?",
    "ttl": "ttl",
}
_RSS_FIELDS: Final = {
    "title": "title",
    "link": "link",
    "guid": "id",
    "description": "summary",
    "pubdate": "published",
    "source": "source",
    "ttl": "ttl",
}
_ALIASES: Final = frozenset(
    {"abstract", "body", "created", "date", "fullitem", "info", "issued", "lastbuilddate", "modified", "xhtml_body"}
)
_ENTRIES: Final = frozenset({"item", "entry"})
_IN_DOUBT: Final = frozenset({*_ATOM_FIELDS, *_RSS_FIELDS, *_ALIASES, *_ENTRIES})
"""The names from which feedparser takes a field or an entry in any of the vocabularies that it reads as one."""
_OF_FEED: Final = frozenset({"ttl", "sy_updateperiod", "sy_updatefrequency"})
"""The fields of the feed itself; all others are its entries'."""
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "": _RSS_FIELDS,
    _ATOM: _ATOM_FIELDS,
    "http://purl.org/rss/1.0/modules/content/": {"encoded": "content"},
    "http://purl.org/dc/elements/1.1/": {"date": "updated", "title": "?", "description": "?", "source": "?"},
    "http://purl.org/dc/terms/": {"created": "?", "issued": "?", "modified": "?"},
    "http://rssnamespace.org/feedburner/ext/1.0": {"origlink": "feedburner_origlink"},
    "http://www.itunes.com/dtds/podcast-1.0.dtd": {"title": "?", "summary": "?", "subtitle": "?"},
    "http://search.yahoo.com/mrss/": {"description": "?", "title": "?"},
    "http://purl.org/rss/1.0/modules/slash/": {},
    "http://wellformedweb.org/CommentAPI/": {},
    "http://purl.org/rss/1.0/modules/syndication/": {
        "updateperiod": "sy_updateperiod",
        "updatefrequency": "sy_updatefrequency",
    },
}
"""The fields by namespace and name; ``?`` is what only feedparser knows to read. Others are left out by both."""
_BASES: Final = frozenset({"http://www.w3.org/XML/1998/namespace}base", "base"})
"""The attributes that name the address to which others are relative."""
_ENTRY_TAG: Final = {"rss": "item", f"{_ATOM}}}feed": f"{_ATOM}}}entry"}
_KNOWN_ATTRIBUTES: Final = frozenset({"href", "rel", "type", "title", "hreflang", "length", "isPermaLink", "url"})
_PLAIN_TYPES: Final = frozenset({"text", "html", "text/html", "text/plain"})
_PAGE_TYPES: Final = frozenset({"html", "xhtml", "text/html", "application/xhtml+xml"})
_ROOT = re.compile(r"<(?:rss|(?:\w{1,20}:)?feed)(?=[\s>])[^<>]*>")
_LITERAL = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_REBINDING = re.compile(r"<[^<>]*\sxmlns[:=]")
_RECODED = re.compile("[\x80-\x9f]|[\xc2-\xf4][\xa0-\xbf]")
"""What feedparser takes for a character of Windows-1252, or for UTF-8 that was read as Latin-1."""
_RECODED_BYTES = (re.compile(b"\xc2[\x80-\x9f]"), re.compile(b"\xc3[\x82-\xb4]\xc2[\xa0-\xbf]"))
"""The same in the bytes of UTF-8, where it is found faster."""
_LOOSE_AMPERSAND = re.compile("&[A-Za-z0-9_]+;")
"""What feedparser changes in the text of a link."""


class _Doubt(Exception):
    """Something of which only feedparser knows how it is read."""


def collected_fields(document: str) -> tuple[Fields, list[Fields]] | None:
    """The fields of a feed and of its entries; None for what is no feed, is not well-formed, or leaves a doubt."""
    root = _ROOT.search(document, 0, MAX_HEAD_CHARS)
    if root is None or document.count("<") > MAX_TAGS:
        return None
    if document.find("xmlns", root.end()) >= 0 and _REBINDING.search(_LITERAL.sub("", document[root.end() :])):
        return None
    data = document.encode("utf-8", "replace")
    try:
        return _Reading(_tree(data), is_recoded=_may_be_recoded(data)).fields()
    except (expat.ExpatError, _Doubt):
        return None


def _tree(data: bytes) -> Element:
    """The document's elements, each named ``namespace}name``; a document with a DTD, which may have entities, has none.

    No Python runs for an element: the builder's methods are the parser's handlers.
    """
    builder, parser = TreeBuilder(), expat.ParserCreate("utf-8", "}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.data
    parser.Parse(data, True)
    return builder.close()


def _refuse(*_declaration: object) -> None:
    raise _Doubt


def _may_be_recoded(data: bytes) -> bool:
    return b"&#" in data or any(pattern.search(data) for pattern in _RECODED_BYTES)


class _Reading:
    """The fields of one document."""

    def __init__(self, root: Element, *, is_recoded: bool) -> None:
        self._root = root
        self._is_recoded = is_recoded
        self._field_of: dict[str, str | None] = {}

    def fields(self) -> tuple[Fields, list[Fields]]:
        """The feed's own fields and its entries', as ``collected_fields`` returns them; raises _Doubt."""
        entry_tag = _ENTRY_TAG.get(self._root.tag)
        if entry_tag is None or not _BASES.isdisjoint(self._root.attrib):
            raise _Doubt
        feed: Fields = {}
        entries = []
        for element in self._below(self._root, entry_tag):
            if element.tag == entry_tag:
                entries.append(self._entry(element))
            else:
                self._of_feed(feed, element)
        if not entries or not all(entry.get("title") and entry.get("link") for entry in entries):
            raise _Doubt
        return feed, entries

    def _below(self, parent: Element, entry_tag: str, level: int = 0) -> Iterator[Element]:
        """All elements but those in entries, in the document's order."""
        for element in parent:
            yield element
            if element.tag != entry_tag and len(element):
                if level > MAX_NESTED:
                    raise _Doubt
                yield from self._below(element, entry_tag, level + 1)

    def _of_feed(self, feed: Fields, element: Element) -> None:
        field, attributes = self._known(element.tag), element.attrib
        if (attributes and not _BASES.isdisjoint(attributes)) or (field == "?" and _local(element.tag) in _ENTRIES):
            raise _Doubt
        if field is not None and len(element):
            raise _Doubt
        if field in _OF_FEED:
            feed[field] = self._text(element, field)
        elif field == "link" and "href" in attributes:
            feed.setdefault("links", []).append(attributes)

    def _entry(self, item: Element) -> Fields:
        if item.attrib:
            raise _Doubt
        entry: Fields = {}
        for element in item:
            field = self._known(element.tag)
            if field is None or field in _OF_FEED:
                if (element.attrib and not _BASES.isdisjoint(element.attrib)) or len(element):
                    self._nested(element)
            elif field == "?" or len(element):
                raise _Doubt
            else:
                self._field(entry, field, element)
        return entry

    def _nested(self, parent: Element, level: int = 0) -> None:
        """Raises _Doubt where an element that no field comes from, or one below it, changes what is read."""
        if level > MAX_NESTED or not _BASES.isdisjoint(parent.attrib):
            raise _Doubt
        for element in parent:
            if self._known(element.tag) not in (None, *_OF_FEED):
                raise _Doubt
            self._nested(element, level + 1)

    def _known(self, tag: str) -> str | None:
        """The field of an element, ``?`` for one in doubt, None for one that no field comes from."""
        try:
            return self._field_of[tag]
        except KeyError:
            namespace, _, local = tag.rpartition("}")
            fields, local = _FIELDS.get(namespace), local.lower()
            is_doubtful = local in _IN_DOUBT and (fields is None or fields in (_RSS_FIELDS, _ATOM_FIELDS))
            field = self._field_of[tag] = (fields or {}).get(local, "?" if is_doubtful else None)
            return field

    def _field(self, entry: Fields, field: str, element: Element) -> None:
        attributes = element.attrib
        if attributes and not _KNOWN_ATTRIBUTES.issuperset(attributes):
            raise _Doubt
        if field == "link":
            self._link(entry, element)
        elif field == "source":
            entry["source"] = {"href": attributes.get("url", ""), "title": self._text(element, field)}
        elif attributes.get("type", "text") not in _PLAIN_TYPES:
            raise _Doubt
        elif field == "content":
            text = self._text(element, field)
            entry.setdefault("content", []).append({"value": text})
            entry.setdefault("summary", text)
        elif field in entry or (field == "summary" and "content" in entry):
            raise _Doubt
        else:
            entry[field] = self._text(element, field)

    def _link(self, entry: Fields, element: Element) -> None:
        attributes = element.attrib
        if "url" in attributes or ("link" in entry and "href" not in attributes):
            raise _Doubt
        if "href" not in attributes:
            entry["link"] = self._text(element, "link")
            return
        is_page = attributes.get("type", "html").lower() in _PAGE_TYPES
        if attributes.get("rel", "alternate") == "alternate" and is_page:
            if "link" in entry:
                raise _Doubt
            entry["link"] = attributes["href"]

    def _text(self, element: Element, field: str) -> str:
        """The text of an element; raises _Doubt where feedparser makes another text of it."""
        text = (element.text or "").strip()
        if self._is_recoded and not text.isascii() and _RECODED.search(text):
            raise _Doubt
        if field == "link" and "&" in text and _LOOSE_AMPERSAND.search(text):
            raise _Doubt
        return text


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()
