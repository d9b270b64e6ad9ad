"""A body is decompressed within its limits of size and ratio."""

from __future__ import annotations

import gzip
import struct
import zlib

import pytest

from scrapers.errors import NotUnderstood, TooBig
from scrapers.http.decompress import MAX_MEMBERS, RATIO_FLOOR_BYTES, Body

_EMPTY_BLOCK = b"\0\0\0\xff\xff"


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


def _deflated(size: int, packed_size: int) -> bytes:
    """A raw deflated body of these sizes: zeros, some literal bytes, and empty blocks as padding."""
    for literals in range(6):
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        zeros = packer.compress(bytes(size - literals)) + packer.flush(zlib.Z_FULL_FLUSH)
        text = b"\0" + struct.pack("<HH", literals, 0xFFFF - literals) + b"x" * literals
        padding, rest = divmod(packed_size - len(zeros) - len(text), len(_EMPTY_BLOCK))
        if not rest:
            return zeros + text + _EMPTY_BLOCK * padding
    raise AssertionError("five sizes in a row leave each rest")


def test_a_body_may_decompress_to_two_hundred_times_its_size() -> None:
    assert _decompressed(_deflated(1_200_000, 6_000), "deflate") == 1_200_000
    with pytest.raises(TooBig, match="200 times"):
        _decompressed(_deflated(1_200_001, 6_000), "deflate")


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
    body.feed(stored[:2] + _EMPTY_BLOCK * 199)
    body.feed(b"\0\0\0")
    assert body.received == 1_000
    with pytest.raises(TooBig, match="compressed answer is larger than 1000 bytes"):
        body.feed(b"\xff")


def test_a_step_of_decompression_has_64_kibibytes() -> None:
    body = Body("https://a.example/", "gzip", 1_000)
    with pytest.raises(TooBig):
        body.feed(gzip.compress(bytes(200_000)))
    assert body.size == 64 * 1024


def test_forty_characters_of_an_unknown_encoding_are_named() -> None:
    with pytest.raises(NotUnderstood, match=rf"\({'x' * 40}\)"):
        Body("https://a.example/", "x" * 41, 100)


@pytest.mark.parametrize("encoding", [" GZIP ", "x-gzip", "gzip"])
def test_an_encoding_is_named_in_any_spelling(encoding: str) -> None:
    assert _decompressed(gzip.compress(b"text"), encoding) == 4


def test_zeros_after_a_member_are_padding() -> None:
    member = gzip.compress(b"x")
    assert _decompressed(member + b"\0" * 2_000 + member + b"\0") == 2


def test_what_follows_a_deflated_body_is_ignored() -> None:
    assert _decompressed(zlib.compress(b"text") + b"more", "deflate") == 4


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_body_may_come_in_small_chunks(size: int) -> None:
    for encoding, data in (("gzip", gzip.compress(b"text") * 2), ("deflate", zlib.compress(b"texttext"))):
        body = Body("https://a.example/", encoding, 1_000)
        for start in range(0, len(data), size):
            body.feed(data[start : start + size])
        assert bytes(body.data) == b"texttext"


@pytest.mark.parametrize("window_bits", range(9, 16))
def test_a_deflated_body_may_have_any_window(window_bits: int) -> None:
    """The header begins with another byte for each."""
    for sign in (1, -1):
        packer = zlib.compressobj(wbits=sign * window_bits)
        assert _decompressed(packer.compress(b"text") + packer.flush(), "deflate") == 4


def test_no_byte_beyond_max_bytes_is_kept() -> None:
    body = Body("https://a.example/", "", 100)
    body.feed(b"x" * 60)
    for _ in range(2):
        with pytest.raises(TooBig):
            body.feed(b"y" * 60)
        assert body.data == b"x" * 60 + b"y" * 40
