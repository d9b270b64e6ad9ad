"""A body as it arrives → its bytes, never more than we are willing to hold."""

from __future__ import annotations

import zlib
from typing import Protocol

from scrapers.errors import NotUnderstood, TooBig

MAX_RATIO = 200
RATIO_FLOOR_BYTES = 1024 * 1024
"""Small bodies may be as compressible as they like."""
_PIECE_BYTES = 64 * 1024


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class Body:
    """Collects one body, inflating it in small pieces and stopping at the first byte too many."""

    def __init__(self, url: str, encoding: str, max_bytes: int) -> None:
        self.url = url
        self.encoding = encoding.strip().lower()
        self.max_bytes = max_bytes
        self.received = 0
        self.data = bytearray()
        self._inflater: _Decompressor | None = None
        if self.encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NotUnderstood(url, f"came in an encoding that was not asked for ({self.encoding[:40]})")

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire.

        :raises TooBig: at once, when the body or its ratio exceeds what we read.
        """
        self.received += len(chunk)
        if self.encoding in ("", "identity"):
            self._take(chunk)
            return
        try:
            self._inflate(chunk)
        except zlib.error as problem:
            raise NotUnderstood(self.url, f"came damaged: {problem}") from None

    def _inflate(self, chunk: bytes) -> None:
        while chunk:
            if self._inflater is None:
                self._inflater = self._start(chunk)
            self._take(self._inflater.decompress(chunk, _PIECE_BYTES))
            if self._inflater.eof:
                chunk = self._inflater.unused_data.lstrip(b"\0")
                self._inflater = None
                if self.encoding == "deflate":
                    return
            else:
                chunk = self._inflater.unconsumed_tail

    def _start(self, chunk: bytes) -> _Decompressor:
        """gzip, or deflate with and without its zlib header (some servers leave it out)."""
        if self.encoding == "deflate":
            return zlib.decompressobj(15 if (chunk[0] & 0x0F) == 8 else -15)
        return zlib.decompressobj(31)

    def _take(self, piece: bytes) -> None:
        self.data += piece
        if len(self.data) > self.max_bytes:
            raise TooBig(self.url, f"the answer is larger than {self.max_bytes} bytes")
        if len(self.data) > RATIO_FLOOR_BYTES and len(self.data) > MAX_RATIO * self.received:
            raise TooBig(self.url, f"the answer inflates to more than {MAX_RATIO} times its size")
