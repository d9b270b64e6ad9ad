"""Decompresses a body (gzip, deflate) as it arrives, and stops decompression bombs by size and ratio."""

from __future__ import annotations

import io
import zlib
from typing import Protocol

from scrapers.errors import NotUnderstood, TooBig

MAX_RATIO = 200
RATIO_FLOOR_BYTES = 1024 * 1024
"""The ratio counts from this size on: a small body may be highly compressible."""
MAX_MEMBERS = 1_000
"""Streams that a gzip body may consist of; an empty one costs its reader time and brings nothing."""
_STEP_BYTES = 64 * 1024
_GZIP = 16
"""zlib expects a gzip header when this is added to the window bits."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class Body:
    """Collects one body, decompressing it in small steps, so that memory stays below ``max_bytes`` plus one step."""

    def __init__(self, url: str, encoding: str, max_bytes: int) -> None:
        self.url = url
        self.encoding = encoding.strip().lower()
        self.max_bytes = max_bytes
        self.received = 0
        self.size = 0
        self._data = io.BytesIO()
        self._decompressor: _Decompressor | None = None
        self._members = 0
        if self.encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NotUnderstood(url, f"came in a Content-Encoding that was not requested ({self.encoding[:40]})")

    @property
    def data(self) -> bytes:
        """The bytes so far, without a copy; at most ``max_bytes`` of them."""
        return self._data.getvalue()

    def feed(self, chunk: bytes) -> None:
        """Add the next bytes of the body.

        :raises TooBig: when the body exceeds ``max_bytes`` (compressed or not), the ratio, or the number of members.
        :raises NotUnderstood: when it cannot be decompressed.
        """
        self.received += len(chunk)
        if self.encoding in ("", "identity"):
            self._add(chunk)
            return
        if self.received > self.max_bytes:
            raise TooBig(self.url, f"the compressed answer is larger than {self.max_bytes} bytes")
        try:
            self._decompress(chunk)
        except zlib.error as error:
            raise NotUnderstood(self.url, f"came damaged: {error}") from None

    def _decompress(self, chunk: bytes) -> None:
        while chunk:
            if self._decompressor is None:
                self._decompressor = self._new_decompressor(chunk)
            self._add(self._decompressor.decompress(chunk, _STEP_BYTES))
            if self._decompressor.eof:
                chunk = self._decompressor.unused_data.lstrip(b"\0")
                self._decompressor = None
                if self.encoding == "deflate":
                    return
            else:
                chunk = self._decompressor.unconsumed_tail

    def _new_decompressor(self, chunk: bytes) -> _Decompressor:
        """For gzip, or for deflate with or without its zlib header: some servers leave it out."""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise TooBig(self.url, f"the answer consists of more than {MAX_MEMBERS} compressed members")
        if self.encoding == "deflate":
            has_header = (chunk[0] & 0x0F) == zlib.DEFLATED
            return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
        return zlib.decompressobj(_GZIP + zlib.MAX_WBITS)

    def _add(self, decompressed: bytes) -> None:
        self._data.write(decompressed[: max(0, self.max_bytes - self.size)])
        self.size += len(decompressed)
        if self.size > self.max_bytes:
            raise TooBig(self.url, f"the answer is larger than {self.max_bytes} bytes")
        if self.size > RATIO_FLOOR_BYTES and self.size > MAX_RATIO * self.received:
            raise TooBig(self.url, f"the answer decompresses to more than {MAX_RATIO} times its size")
