"""Keeps the hashes of the sentences of the window in few bytes each: nearly every sentence is met only once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

_BUCKETS = 1 << 15


class KnownSentences:
    """A multiset of hashes of 32 bits, in small arrays that are searched one after the other."""

    def __init__(self) -> None:
        self._buckets: dict[int, array[int]] = {}
        self._repeats: dict[int, int] = {}
        """How often a sentence was added besides the first time."""

    def __contains__(self, sentence: int) -> bool:
        bucket = self._buckets.get(sentence % _BUCKETS)
        return bucket is not None and sentence in bucket

    def update(self, sentences: Iterable[int]) -> None:
        """Adds each of the sentences once more."""
        buckets, repeats = self._buckets, self._repeats
        for sentence in sentences:
            bucket = buckets.get(sentence % _BUCKETS)
            if bucket is None:
                buckets[sentence % _BUCKETS] = array("I", (sentence,))
            elif sentence in bucket:
                repeats[sentence] = repeats.get(sentence, 0) + 1
            else:
                bucket.append(sentence)

    def remove(self, sentence: int) -> None:
        """Takes a sentence back once. Raises KeyError or ValueError for one that was not added."""
        if repeats := self._repeats.pop(sentence, 0):
            if repeats > 1:
                self._repeats[sentence] = repeats - 1
            return
        bucket = self._buckets[sentence % _BUCKETS]
        bucket.remove(sentence)
        if not bucket:
            del self._buckets[sentence % _BUCKETS]
