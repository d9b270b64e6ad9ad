"""Packs the features of an article into bytes that a row keeps, and reads them again.

The features stand sorted, four bytes each, so that the window takes them as they are; behind them one byte for each
says in which sentence it was met.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from typing import TypeVar

from bot.stories.features.article_features import SENTENCE, SHIFT, WORD, Features

Number = TypeVar("Number", int, float)

_LAST_SENTENCE = 255
"""What stands further behind counts as part of this one."""
_BYTES = 5


def packed(features: Iterable[int]) -> bytes:
    """Returns features, which stand sentence by sentence, as bytes; words only connect sentences and are left out."""
    sentence_of: dict[int, int] = {}
    sentence = 0
    for feature in features:
        if feature >> SHIFT == SENTENCE:
            sentence = min(sentence + 1, _LAST_SENTENCE)
        if feature >> SHIFT != WORD:
            sentence_of.setdefault(feature, sentence)
    ordered = array("I", sorted(sentence_of))
    return _little_endian(ordered).tobytes() + bytes(map(sentence_of.__getitem__, ordered))


def unpacked(fingerprint: bytes) -> Features:
    """Returns the features sentence by sentence; each stands where it was met first."""
    ordered = sorted_features(fingerprint)
    return tuple(feature for _, feature in sorted(zip(fingerprint[4 * len(ordered) :], ordered, strict=True)))


def sorted_features(fingerprint: bytes) -> array[int]:
    """Returns the features in the order of their numbers."""
    ordered = array("I")
    ordered.frombytes(fingerprint[: len(fingerprint) // _BYTES * 4])
    return _little_endian(ordered)


def packed_sums(sums: array[float]) -> bytes:
    """Returns the sums of a report's rarities as bytes."""
    return _little_endian(sums).tobytes()


def unpacked_sums(stored: bytes) -> array[float]:
    """Returns sums that were packed."""
    sums = array("f")
    sums.frombytes(stored)
    return _little_endian(sums)


def _little_endian(numbers: array[Number]) -> array[Number]:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers
