"""Tells what kind of failure a raw message of the bot or a site is, so that readers of Korean get it in words."""

from __future__ import annotations

import re

_KINDS = (
    ("gone", r"HTTP 4(?:04|10)\b"),
    ("paid", r"readers pay|HTTP 402\b"),
    ("forbidden", r"HTTP 4(?:01|03|51)\b"),
    ("throttled", r"HTTP 429\b"),
    ("site_fault", r"HTTP 5\d\d\b"),
    ("robots", r"robots\.txt"),
    ("private", r"not a public address|only http and https|carries a password"),
    ("unknown_host", r"name could not be resolved"),
    ("certificate", r"TLS failed"),
    ("timeout", r"no complete answer within|timed? ?out"),
    ("no_answer", r"^no answer\b"),
    ("redirect", r"redirects?\b"),
    ("switched_off", r"is switched off"),
    ("charset", r"unknown charset|garbled"),
    (
        "too_big",
        r"larger than|, we read \d|too many elements|(?:nested|has|consists of|decompresses to) more|the host sent \d",
    ),
    (
        "not_understood",
        r"^is (?:no\b|empty|an index|a web page)|^holds no|^lists no|^declares|damaged|cannot read it|Content-Encoding",
    ),
    ("status", r"HTTP \d{3}\b|answers? 304"),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
CAUSE_KINDS = tuple(kind for kind, _ in _KINDS)


def cause_kind(message: str) -> str | None:
    """Returns the kind of a raw message, the first that fits; None for another text."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(message)), None)
