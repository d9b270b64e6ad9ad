"""Makes text of the bytes that a source or a page sent: unpacked, and decoded."""

from __future__ import annotations

from scrapers.http.charset import decode
from scrapers.http.decompress import Body

MAX_BYTES = 10 * 1024 * 1024
_GZIP_START = b"\x1f\x8b\x08"


def source_text(data: bytes, url: str, content_type: str | None = None) -> str:
    """The text of a document. One that is a .gz file is unpacked, within the limits of every answer.

    :raises NotUnderstood: for a damaged file, or text that the publisher has garbled.
    :raises TooBig: for a file that unpacks to too much.
    """
    return decode(_unpacked(data, url), url, content_type)


def _unpacked(data: bytes, url: str) -> bytes:
    if not data.startswith(_GZIP_START):
        return data
    body = Body(url, "gzip", MAX_BYTES)
    body.feed(data)
    return body.data
