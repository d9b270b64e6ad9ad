"""Cleans whitespace and markup, and hashes the text of an article for deduplication."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_BREAK_TAG = re.compile(r"<(?:br|/?p|/?div|/?li)\b[^<>]{0,200}>", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]")


def clean(text: str) -> str:
    """The text as one line: without control and invisible characters, with single spaces and composed Hangul."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", text))).strip()


def plain(markup: str, max_chars: int = 10_000) -> str:
    """A title or summary of a feed as one line of text, without tags and entities (which may be escaped twice)."""
    text = markup[: max_chars * 4]
    for _ in range(2):
        text = _TAG.sub("", _BREAK_TAG.sub(" ", text)) if "<" in text else text
        if "&" not in text:
            break
        text = html.unescape(text)
    return clean(text)[:max_chars]


def content_hash(title: str, paragraphs: tuple[str, ...]) -> str:
    """A hash of the text's letters and digits alone; of the title when there is no text."""
    words = "".join(paragraphs) or title
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words).casefold()))
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:32]
