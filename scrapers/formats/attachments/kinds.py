"""Tells the kind of a document by its first bytes, or by its name."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from scrapers.plain_text import clean

_NAMED = ("hwpx", "odt", "pdf")
UNKNOWN = "file"
"""The kind of a document whose link does not name it: its first bytes will."""
READABLE = (*_NAMED, UNKNOWN)
"""The kinds whose text is read, best first: a PDF has lines alone, of which paragraphs must be guessed."""
DOCUMENT_KINDS = (*_NAMED, "hwp")
MAX_NAME_CHARS = 200
_EXTENSION = re.compile(rf"\.({'|'.join(DOCUMENT_KINDS)})(?![a-z0-9])", re.IGNORECASE | re.ASCII)
_PDF_WITHIN_BYTES = 1024
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_ZIP, _OLE, _OLD_HWP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"HWP Document File"


def kind_of_bytes(data: bytes) -> str | None:
    """``pdf``, ``zip`` (HWPX, ODT and others), ``hwp`` or None for anything else, as a page.

    Blanks and a byte order mark before a document are those of the program that sends it.
    """
    start = data[:_PDF_WITHIN_BYTES].lstrip(_BLANKS)
    if start.startswith((_OLE, _OLD_HWP)):
        return "hwp"
    if start.startswith(_ZIP):
        return "zip"
    return "pdf" if start.startswith(b"%PDF-") or _is_late_pdf(data) else None


def kind_of_name(name: str) -> str | None:
    """The kind that the last extension in a name or address tells, or None."""
    extensions = _EXTENSION.findall(name)
    return extensions[-1].lower() if extensions else None


def file_name(url: str, kind: str) -> str:
    """The last part of an address as a name; the kind where the address has no such part."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return kind.upper()
    name = clean(path.rpartition("/")[2])
    return name[:MAX_NAME_CHARS] if kind_of_name(name) else kind.upper()


def _is_late_pdf(data: bytes) -> bool:
    """Whether a PDF begins after some bytes that a server put before it; a page that quotes the mark begins with <."""
    head = data[:_PDF_WITHIN_BYTES]
    return b"%PDF-" in head and b"<" not in head[: head.index(b"%PDF-")]
