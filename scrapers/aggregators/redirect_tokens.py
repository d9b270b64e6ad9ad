"""Reads the article's address out of an aggregator's redirect link, if the link's token holds it.

Google News writes ``/rss/articles/CBMi…``: base64 of a record of numbered fields. In older links one of them is the
article's address; newer ones hold a name that only Google can look up.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scrapers.canonical_url import absolute_url

MAX_TOKEN_CHARS = 4_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}={0,2}")
_VARINT, _BYTES = 0, 2
"""The wire types that such a record uses."""


def address_in(link: str) -> str | None:
    """Returns the http(s) address in the last part of a link's path, or None."""
    token = urlsplit(link).path.rpartition("/")[2]
    if len(token) > MAX_TOKEN_CHARS or not _TOKEN.fullmatch(token):
        return None
    bare = token.rstrip("=")
    try:
        record = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return next(filter(None, map(_address, _texts(record))), None)


def _address(value: bytes) -> str | None:
    if not value.startswith((b"http://", b"https://")):
        return None
    try:
        return absolute_url("", value.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _texts(record: bytes) -> Iterator[bytes]:
    """Yields the texts of a record, in order, up to the first byte that is no field."""
    at = 0
    while at < len(record):
        wire_type = record[at] & 7
        number, at = _varint(record, at + 1)
        if number is None or wire_type not in (_VARINT, _BYTES):
            return
        if wire_type == _BYTES:
            if at + number > len(record):
                return
            yield record[at : at + number]
            at += number


def _varint(record: bytes, at: int) -> tuple[int | None, int]:
    """Returns the number that begins here, seven bits in each byte, and the place behind it; None where it is cut."""
    number = 0
    for shift in range(0, 28, 7):
        if at >= len(record):
            return None, at
        number |= (record[at] & 0x7F) << shift
        at += 1
        if not record[at - 1] & 0x80:
            return number, at
    return None, at
