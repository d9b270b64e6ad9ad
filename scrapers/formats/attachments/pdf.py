"""Reads the text of a PDF with pypdf, within limits of pages, objects and time."""

from __future__ import annotations

import io
import logging
import time
import zlib
from collections.abc import Iterator

from pypdf import Configuration, PageObject, PdfReader, _cmap, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

from scrapers.errors import NotUnderstood, TooBig
from scrapers.formats.attachments.paragraphs import paragraphs_of_pages
from scrapers.formats.text_lines import MAX_TEXT_CHARS

MAX_PAGES = 100
"""A release has some pages, an annual report some hundreds: the text of the first pages is enough."""
MAX_SECONDS = 2.5
"""Pages are read for so long, half of what a document may cost; those that follow are left out."""
MAX_STREAM_BYTES = 16 * 1024 * 1024
"""So much one stream may unpack to. A page of text has a hundred kilobytes, a scanned one some megabytes."""
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # a damaged file makes it write thousands of lines
_LIMITS = Configuration(
    zlib_maximum_output_length=MAX_STREAM_BYTES,
    lzw_maximum_output_length=MAX_STREAM_BYTES,
    run_length_maximum_output_length=MAX_STREAM_BYTES,
    array_based_stream_maximum_output_length=MAX_STREAM_BYTES,
    stream_decoding_work_maximum_length=4 * MAX_STREAM_BYTES,
    page_tree_maximum_entries=20_000,
    jbig2dec_binary=None,
    disable_legacy_handling=True,
)
_DAMAGED = (
    PyPdfError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError, AssertionError, RecursionError,
    NotImplementedError, OSError, zlib.error,
)  # fmt: skip
"""What pypdf raises for a file that is not as the standard says."""
_LETTERS = {number: " " for number in range(32) if number != ord("\n")} | {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl",
}  # fmt: skip
"""Signs that stand for others: a browser's PDF maps the blank to a control character; ligatures are two letters."""
_KOREAN = {"/KSC-EUC-H": "euc-kr", "/KSC-EUC-V": "euc-kr", "/KSCms-UHC-H": "cp949", "/KSCms-UHC-V": "cp949"}
"""Encodings of Korean fonts that are not part of the file, which pypdf does not know."""


def read_pdf(data: bytes, url: str) -> tuple[tuple[str, ...], bool]:
    """The paragraphs of a PDF, and whether pages were left out.

    :raises NotUnderstood: for one that is encrypted, or damaged in all its pages.
    :raises TooBig: for one that unpacks to too much.
    """
    for name, codec in _KOREAN.items():
        _cmap._predefined_cmap.setdefault(name, codec)
    with apply_configuration(_LIMITS):
        try:
            reader = PdfReader(io.BytesIO(data))
            pages = list(_pages(reader, url))
            return paragraphs_of_pages(pages), len(pages) < len(reader.pages)
        except (DependencyError, FileNotDecryptedError):
            raise NotUnderstood(url, "is an encrypted PDF") from None
        except LimitReachedError as error:
            raise TooBig(url, f"the PDF exceeds a limit: {error}") from None
        except _DAMAGED as error:
            raise NotUnderstood(url, f"is a damaged PDF: {type(error).__name__}") from None


def _pages(reader: PdfReader, url: str) -> Iterator[list[str]]:
    """The lines of each page that can be read."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise NotUnderstood(url, "is an encrypted PDF")
    until = time.process_time() + MAX_SECONDS
    left_chars, failure, read = MAX_TEXT_CHARS, None, 0
    for number in range(min(len(reader.pages), MAX_PAGES)):
        try:
            text = _text(reader.pages[number])
        except (DependencyError, FileNotDecryptedError, LimitReachedError):
            raise
        except _DAMAGED as error:
            failure = error
            continue
        read += 1
        yield text[:left_chars].split("\n")
        left_chars -= len(text)
        if left_chars <= 0 or time.process_time() > until:
            return
    if failure is not None and not read:
        raise failure


def _text(page: PageObject) -> str:
    """The text of a page; a page without any is unpacked once more, because pypdf only logs that it met a limit."""
    text = page.extract_text()
    if not text and (contents := page.get_contents()) is not None:
        contents.get_data()
    return text.translate(_LETTERS)
