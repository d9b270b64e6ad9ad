"""A body is decompressed within its limits of size and ratio."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest

from scrapers.errors import NotUnderstood, TooBig
from scrapers.http.decompress import MAX_MEMBERS, MAX_RATIO, RATIO_FLOOR_BYTES, Body


def _decompressed(data: bytes, encoding: str = "gzip", max_bytes: int = 10**8) -> int:
    body = Body("https://a.example/", encoding, max_bytes)
    body.feed(data)
    return len(body.data)


def test_a_body_may_have_max_bytes() -> None:
    assert _decompressed(b"x" * 100, "", max_bytes=100) == 100
    with pytest.raises(TooBig, match="larger than 100 bytes"):
        _decompressed(b"x" * 101, "", max_bytes=100)


def test_the_ratio_counts_above_one_mebibyte() -> None:
    assert _decompressed(gzip.compress(bytes(RATIO_FLOOR_BYTES))) == 1024 * 1024
    with pytest.raises(TooBig, match="200 times"):
        _decompressed(gzip.compress(bytes(RATIO_FLOOR_BYTES + 1)))


def _with_ratio(ratio: float) -> bytes:
    """A gzip body of about this ratio: noise, which gzip cannot compress, and zeros, of which it keeps a thousandth."""
    noise = random.Random(1).randbytes(20_000)
    zeros = 0
    while (len(noise) + zeros) / len(packed := gzip.compress(noise + bytes(zeros))) < ratio:
        zeros += 20_000
    return packed


def test_a_body_may_decompress_to_two_hundred_times_its_size() -> None:
    assert _decompressed(_with_ratio(MAX_RATIO * 0.99)) > RATIO_FLOOR_BYTES
    with pytest.raises(TooBig, match="200 times"):
        _decompressed(_with_ratio(MAX_RATIO * 1.01))


def test_an_encoding_that_was_not_requested_is_refused_before_the_first_byte() -> None:
    with pytest.raises(NotUnderstood, match="br"):
        Body("https://a.example/", "br", 100)


@pytest.mark.parametrize("member", [gzip.compress(b""), gzip.compress(b"x")], ids=["empty", "one byte"])
def test_a_gzip_body_may_have_a_thousand_members(member: bytes) -> None:
    assert _decompressed(member * MAX_MEMBERS) in (0, 1_000)
    with pytest.raises(TooBig, match="more than 1000 compressed members"):
        _decompressed(member * (MAX_MEMBERS + 1))


def test_a_compressed_body_may_have_max_bytes_as_received() -> None:
    stored = zlib.compress(b"", 0)
    body = Body("https://a.example/", "deflate", 1_000)
    body.feed(stored[:2] + b"\0\0\0\xff\xff" * 199)
    body.feed(b"\0\0\0")
    assert body.received == 1_000
    with pytest.raises(TooBig, match="compressed answer is larger than 1000 bytes"):
        body.feed(b"\xff")
