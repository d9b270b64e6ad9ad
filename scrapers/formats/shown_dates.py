"""Collects the texts of the elements that usually show a page's time of publication."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.formats.page_elements import first_texts, is_of_others, name_words

MAX_DATES = 6
MAX_DATE_CHARS = 200
_MAX_NODES = 60
_MARKED = "[itemprop~=datePublished], time[pubdate], [itemprop=published]"
_NAMED = "time, " + ", ".join(
    f"[{attribute}*={word} i]"
    for attribute in ("class", "id")
    for word in ("date", "datum", "fecha", "publish", "posted", "timestamp", "datetime", "byline")
)
_DATE = re.compile(r"\w*(?:date|datum|fecha|datetime|time|timestamp)|publish(?:ed)?|posted|bylines?")
_NO_DATE = re.compile(r"(?:updat|modif|comment|expir|event|calendar|copyright)\w*")
_CHANGE = re.compile(
    r"(?:updated?|modified|edited|수정|업데이트|aktualisiert|à jour|actualizado|aggiornato)\W*$", re.IGNORECASE
)
_HAS_YEAR = re.compile(r"(?:19|20)\d\d|\d{10}")


def shown_dates(tree: LexborHTMLParser) -> tuple[str, ...]:
    """The texts that may name the time, the surest first; one of an element that is named for a change comes not."""
    marked = tree.css(_MARKED)[:MAX_DATES]
    named = sorted(filter(_is_date, tree.css(_NAMED)[:_MAX_NODES]), key=lambda node: not time_in_attribute(node))
    texts = [text for node in (*marked, *named) for text in _said(node) if _HAS_YEAR.search(text)]
    return tuple(dict.fromkeys(text[:MAX_DATE_CHARS] for text in texts))[:MAX_DATES]


def time_in_attribute(node: LexborNode) -> str:
    """The time in an attribute of an element; empty without one."""
    attributes = node.attributes
    names = ("datetime", "data-published-time", "data-pubdate", "data-timestamp", "data-datetime", "content")
    return next((attributes[name] or "" for name in names if name in attributes), "")


def _is_date(node: LexborNode) -> bool:
    words = name_words(node)
    is_named = node.tag == "time" or any(map(_DATE.fullmatch, words))
    return is_named and not any(map(_NO_DATE.fullmatch, words)) and not _is_change(node) and not is_of_others(node)


def _is_change(node: LexborNode) -> bool:
    """Whether the text in front of an element says that it shows the time of a change."""
    before = node.prev
    return before is not None and _CHANGE.search(" ".join(first_texts(before))[-MAX_DATE_CHARS:]) is not None


def _said(node: LexborNode) -> tuple[str, str]:
    return time_in_attribute(node), " ".join(first_texts(node))
