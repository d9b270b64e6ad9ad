"""Cleans the titles of aggregators: an outlet's name at their end, and spaces that a tokenizer set around signs."""

from __future__ import annotations

import re
import unicodedata

_SEPARATOR = re.compile(r"\s+[-–—|:·]\s+(?=[^-–—|]{1,60}$)|\s*[|｜]\s*(?=[^|｜]{1,60}$)")
_BEFORE_SIGN = re.compile(r"(?<=\S) +(?=[,.;:!?%)\]}…’”」』》](?:\s|$|[,.;:!?)\]}’”]))")
_AFTER_SIGN = re.compile(r"(?<=[(\[{‘“「『《]) +(?=\S)|(?<=[$£€₩]) +(?=\d)")
_INITIALS = re.compile(r"\b([A-Z])\. (?=[A-Z]\b\.?)")
_APOSTROPHE = re.compile(r"(?<=\w) ?(['’]) ?(?=(?:s|t|re|ve|ll|d|m)\b)")
_FIGURES = re.compile(r"(?<=\d) ?([.,:]) (?=\d)|(?<=\d) ([.,:]) ?(?=\d)")
_PAIRS = re.compile(r"(?<!\S)([\"']) ([^\"']{1,200}?) \1(?!\w)")
_SPACED_SIGN = re.compile(r"\S [,;!?.](?:\s|$)|\S ['’] s\b|(?<!\S)[\"“] \S")


def without_outlet(title: str, *names: str) -> str:
    """Returns a title without the outlet's name behind its last sign: ``headline - outlet``."""
    separator = next(iter(reversed(list(_SEPARATOR.finditer(title)))), None)
    if separator is None or separator.start() == 0:
        return title
    return title[: separator.start()].rstrip() if folded(title[separator.end() :]) in map(folded, names) else title


def without_spaced_signs(title: str) -> str:
    """Returns a title whose words and signs were set apart (``Trump , Lee sign U . S . deal``) as it is written."""
    if not _SPACED_SIGN.search(title):
        return title
    title = _AFTER_SIGN.sub("", _BEFORE_SIGN.sub("", title))
    title = _PAIRS.sub(r"\1\2\1", _APOSTROPHE.sub(r"\1", title))
    title = _FIGURES.sub(lambda sign: sign[1] or sign[2], title)
    return _INITIALS.sub(r"\1.", title)


def folded(text: str) -> str:
    """Returns the letters and digits of a text alone, so that spaces, signs and case make no difference."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
