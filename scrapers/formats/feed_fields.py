"""Collects the fields of well-formed RSS and Atom entries while the XML is checked, unless a rule of feeds is in doubt.

feedparser knows every habit of feeds and takes twenty times as long. What is read here is what it reads, too
(``test_feed_fields.py`` compares both on the same documents); a document that leaves any doubt is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from scrapers.http.markup_gate import XmlGate

Fields = dict[str, Any]
"""The fields of one entry under feedparser's names, each as text; ``links`` and ``content`` as it has them."""

_ATOM: Final = {
    "title": "title",
    "link": "link",
    "id": "id",
    "summary": "summary",
    "content": "content",
    "published": "published",
    "updated": "updated",
    "source": "?",
    "issued": "?",
    "modified": "?",
    "created": "?",
    "info": "?",
}
_RSS: Final = {
    "title": "title",
    "link": "link",
    "guid": "id",
    "description": "summary",
    "pubdate": "published",
    "source": "source",
    "content": "?",
    "summary": "?",
    "id": "?",
    "published": "?",
    "updated": "?",
    "body": "?",
    "fullitem": "?",
    "ttl": "ttl",
    "item": "?",
    "entry": "?",
}
_OF_FEED: Final = frozenset({"ttl", "sy_updateperiod", "sy_updatefrequency"})
"""The fields of the feed itself; all others are its entries'."""
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "": _RSS,
    "http://www.w3.org/2005/Atom": {**_ATOM, "entry": "?", "item": "?"},
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
_ENTRY: Final = {"rss": "item", "feed": "entry"}
_KNOWN_ATTRIBUTES: Final = frozenset({"href", "rel", "type", "title", "hreflang", "length", "isPermaLink", "url"})
_PLAIN_TYPES: Final = frozenset({"text", "html", "text/html", "text/plain"})
_PAGE_TYPES: Final = frozenset({"text", "html", "xhtml", "text/html", "application/xhtml+xml"})
_CONTROL = re.compile("[\x80-\x9f]|&#(?:1[2-5][0-9]|x[89][0-9a-f]);", re.IGNORECASE)
"""What feedparser takes for a character of Windows-1252."""


class FeedFields(XmlGate):
    """Checks an XML document like every gate, and collects the fields of its entries on the way."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.feed: Fields = {}
        self.entries: list[Fields] = []
        self.is_sure = True
        """Whether every entry was read as feedparser would read it."""
        self._field_of: dict[str, str | None] = {}
        self._namespaces: dict[str, str] = {}
        self._entry_name = ""
        self._entry: Fields | None = None
        self._entry_depth = 0
        self._name = ""
        self._text_depth = 0
        self._pieces: list[str] = []

    def collected(self, text: str) -> tuple[Fields, list[Fields]] | None:
        """The fields of the feed that this gate has checked and of its entries, or None where there is any doubt."""
        has_all = all(fields.get("title") and fields.get("link") for fields in self.entries)
        is_sure = self.is_sure and self.is_well_formed and bool(self.entries) and has_all
        return (self.feed, self.entries) if is_sure and not _CONTROL.search(text) else None

    def _start(self, name: str, attributes: Any) -> None:
        super()._start(name, attributes)
        if self.depth == 1:
            self._begin_document(name, attributes)
        elif self._entry is None:
            if name == self._entry_name:
                self._begin_entry(attributes)
            elif attributes and _rebinds(attributes):
                self.is_sure = False
            elif self._known(name) in _OF_FEED:
                self._begin_text(self._known(name) or "")
            elif self._known(name) == "link" and "href" in attributes:
                self.feed.setdefault("links", []).append(attributes)
        else:
            self._begin_field(name, attributes)

    def _begin_document(self, name: str, attributes: Mapping[str, str]) -> None:
        self._entry_name = _ENTRY.get(name, "")
        for key, value in attributes.items():
            if key == "xmlns":
                self._namespaces[""] = value
            elif key.startswith("xmlns:"):
                self._namespaces[key[6:]] = value
        own = self._namespaces.get("", "")
        is_known = own == ("http://www.w3.org/2005/Atom" if name == "feed" else "")
        self.is_sure = bool(self._entry_name) and is_known and "xml:base" not in attributes

    def _begin_entry(self, attributes: Mapping[str, str]) -> None:
        if attributes:
            self.is_sure = False
        self._entry = {}
        self._entry_depth = self.depth
        self.entries.append(self._entry)

    def _begin_field(self, name: str, attributes: Mapping[str, str]) -> None:
        field = self._known(name)
        if self._name:
            self.is_sure = False  # markup inside a field
        elif field is None or field in _OF_FEED:
            if attributes and _rebinds(attributes):
                self.is_sure = False
        elif field == "?" or self.depth != self._entry_depth + 1 or not self._begins(field, attributes):
            self.is_sure = False
        elif field != "link" or "href" not in attributes:
            self._begin_text(field)

    def _begin_text(self, field: str) -> None:
        self._name = field
        self._text_depth = self.depth
        self._pieces = []
        self.parser.CharacterDataHandler = self._pieces.append

    def _known(self, name: str) -> str | None:
        try:
            return self._field_of[name]
        except KeyError:
            field = self._field_of[name] = self._field(name)
            return field

    def _field(self, name: str) -> str | None:
        """The field of an element, ``?`` for one in doubt, None for one that no field comes from."""
        prefix, colon, local = name.rpartition(":")
        if colon and prefix not in self._namespaces:
            return "?"
        fields = _FIELDS.get(self._namespaces.get(prefix, ""))
        return "?" if fields is None and local.lower() in _RSS else (fields or {}).get(local.lower())

    def _begins(self, field: str, attributes: Mapping[str, str]) -> bool:
        """Notes what the attributes of a field say; returns False for what they leave in doubt."""
        entry = self._entry
        assert entry is not None
        if attributes and not _KNOWN_ATTRIBUTES.issuperset(attributes):
            return False
        if field == "link":
            return self._link(entry, attributes)
        if field == "content":
            return attributes.get("type", "text") in _PLAIN_TYPES
        if field == "summary" and "content" in entry:
            return False
        if field == "source":
            entry["source"] = {"href": attributes.get("url", "")}
            return True
        return field not in entry and attributes.get("type", "text") in _PLAIN_TYPES

    def _link(self, entry: Fields, attributes: Mapping[str, str]) -> bool:
        if "href" not in attributes:
            return "link" not in entry
        is_page = attributes.get("type", "html") in _PAGE_TYPES
        if attributes.get("rel", "alternate") == "alternate" and is_page:
            if "link" in entry:
                return False
            entry["link"] = attributes["href"]
        return True

    def _end(self, name: str) -> None:
        if self._name and self.depth == self._text_depth:
            self._keep(self.feed if self._entry is None else self._entry, self._name, "".join(self._pieces).strip())
            self._name = ""
            self.parser.CharacterDataHandler = None
        elif self._entry is not None and self.depth == self._entry_depth:
            self._entry = None
        super()._end(name)

    @staticmethod
    def _keep(entry: Fields, field: str, text: str) -> None:
        if field == "content":
            entry.setdefault("content", []).append({"value": text})
            entry.setdefault("summary", text)
        elif field == "source":
            entry["source"]["title"] = text
        else:
            entry[field] = text


def _rebinds(attributes: Mapping[str, str]) -> bool:
    """Whether an element changes the meaning of names or addresses below it."""
    return any(key.startswith("xmlns") or key == "xml:base" for key in attributes)
