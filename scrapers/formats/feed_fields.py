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

_ATOM_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_ATOM: Final = {
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
_RSS: Final = {
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
_IN_DOUBT: Final = frozenset({*_ATOM, *_RSS, *_ALIASES, *_ENTRIES})
"""The names from which feedparser takes a field or an entry in any of the vocabularies that it reads as one."""
_OF_FEED: Final = frozenset({"ttl", "sy_updateperiod", "sy_updatefrequency"})
"""The fields of the feed itself; all others are its entries'."""
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "": _RSS,
    _ATOM_NAMESPACE: _ATOM,
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
_BASES: Final = frozenset({"xml:base", "base"})
"""The attributes that name the address to which others are relative."""
_ENTRY: Final = {"rss": "item", "feed": "entry"}
_KNOWN_ATTRIBUTES: Final = frozenset({"href", "rel", "type", "title", "hreflang", "length", "isPermaLink", "url"})
_PLAIN_TYPES: Final = frozenset({"text", "html", "text/html", "text/plain"})
_PAGE_TYPES: Final = frozenset({"html", "xhtml", "text/html", "application/xhtml+xml"})
_RECODED = re.compile("[\x80-\x9f]|[\xc2-\xf4][\xa0-\xbf]")
"""What feedparser takes for a character of Windows-1252, or for UTF-8 that was read as Latin-1."""
_LOOSE_AMPERSAND = re.compile("&[A-Za-z0-9_]+;")
"""What feedparser changes in the text of a link."""


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

    def collected(self) -> tuple[Fields, list[Fields]] | None:
        """The fields of the feed that this gate has checked and of its entries, or None where there is any doubt."""
        has_all = all(fields.get("title") and fields.get("link") for fields in self.entries)
        is_sure = self.is_sure and self.is_well_formed and bool(self.entries) and has_all
        return (self.feed, self.entries) if is_sure else None

    def _start(self, name: str, attributes: Any) -> None:
        super()._start(name, attributes)
        if self.depth == 1:
            self._begin_document(name, attributes)
        elif self._entry is None:
            if name == self._entry_name:
                self._begin_entry(attributes)
            elif (attributes and _rebinds(attributes)) or self._is_another_entry(name):
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
        is_known = own == (_ATOM_NAMESPACE if name == "feed" else "")
        self.is_sure = bool(self._entry_name) and is_known and _BASES.isdisjoint(attributes)

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
        namespace = self._namespaces.get(prefix, "")
        fields, local = _FIELDS.get(namespace), local.lower()
        is_doubtful = local in _IN_DOUBT and (fields is None or namespace in ("", _ATOM_NAMESPACE))
        return (fields or {}).get(local, "?" if is_doubtful else None)

    def _is_another_entry(self, name: str) -> bool:
        """Whether an element between the entries is an entry of another vocabulary."""
        return self._known(name) == "?" and name.rpartition(":")[2].lower() in _ENTRIES

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
        if "url" in attributes:
            return False
        if "href" not in attributes:
            return "link" not in entry
        is_page = attributes.get("type", "html").lower() in _PAGE_TYPES
        if attributes.get("rel", "alternate") == "alternate" and is_page:
            if "link" in entry:
                return False
            entry["link"] = attributes["href"]
        return True

    def _end(self, name: str) -> None:
        if self._name and self.depth == self._text_depth:
            text = "".join(self._pieces).strip()
            self.is_sure = self.is_sure and not _is_changed(self._name, text)
            self._keep(self.feed if self._entry is None else self._entry, self._name, text)
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
    return any(key.startswith("xmlns") or key in _BASES for key in attributes)


def _is_changed(field: str, text: str) -> bool:
    """Whether feedparser makes another text of it."""
    is_recoded = not text.isascii() and _RECODED.search(text) is not None
    return is_recoded or (field == "link" and "&" in text and _LOOSE_AMPERSAND.search(text) is not None)
