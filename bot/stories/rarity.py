"""Counts in how many stories of the window each feature stands, so that rare features weigh more than common ones.

A window that has just begun knows little, so the shares of common features in older news stand beside its counts.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from math import log

from bot.stories.features.article_features import SHIFT, WORD
from bot.stories.known_sentences import KnownSentences

BACKGROUND_STORIES = 400.0
"""The shares of older news count as much as so many stories."""
_FIRST_COUNTED = WORD << SHIFT


class RarityCounts:
    """The number of stories that hold each feature. Of a sentence only whether any story holds it is asked."""

    def __init__(self, background: Mapping[int, float]) -> None:
        self._background = {feature: BACKGROUND_STORIES * share for feature, share in background.items()}
        self._stories_with: Counter[int] = Counter()
        self._sentences = KnownSentences()
        self._stories = 0
        self._log_all = log(BACKGROUND_STORIES + 1)
        self._logs = array("d", (0.0, log(2)))
        """The logarithm of each count plus one."""
        self.changes = 0
        """How often the counts have changed: rarities that were read before the last change are out of date."""

    def count(self, features: array[int], *, opens_story: bool) -> None:
        """Counts features, sorted, that are new in their story."""
        self.changes += 1
        self._stories_with.update(_counted(features))
        self._sentences.update(_sentences(features))
        self._change_stories(int(opens_story))

    def count_stories(self, stories: Sequence[Sequence[array[int]]]) -> None:
        """Counts many new stories, each given as the sorted features of its reports, faster than one by one."""
        self.changes += 1
        # most features stand in several of the stories: a small counter stays in the processor's cache
        self._stories_with.update(Counter(chain.from_iterable(_union(map(_counted, each)) for each in stories)))
        self._sentences.update(chain.from_iterable(_union(map(_sentences, each)) for each in stories))
        self._change_stories(len(stories))

    def discount(self, features: array[int], *, closes_story: bool) -> None:
        """Takes back what ``count`` counted."""
        self.changes += 1
        counts = self._stories_with
        for feature in _counted(features):
            left = counts[feature] - 1
            if left > 0:
                counts[feature] = left
            else:
                del counts[feature]
        for sentence in _sentences(features):
            self._sentences.remove(sentence)
        self._change_stories(-int(closes_story))

    def _change_stories(self, by: int) -> None:
        if by:
            self._stories += by
            self._log_all = log(self._stories + BACKGROUND_STORIES + 1)
            while len(self._logs) <= self._stories:
                self._logs.append(log(len(self._logs) + 1))

    def knows_sentence(self, sentence: int) -> bool:
        """Whether a story of the window holds this sentence."""
        return sentence in self._sentences

    def rarities(self, features: Iterable[int]) -> dict[int, float]:
        """Returns how rare each of these features is: 1 where no story holds it, 0 where every story does."""
        stories_with, logs, log_all = self._stories_with.get, self._logs, self._log_all
        found = {feature: 1.0 - logs[stories_with(feature, 0)] / log_all for feature in features}
        older = self._background
        for feature in older.keys() & found.keys():
            found[feature] = max(0.0, 1.0 - log(stories_with(feature, 0) + older[feature] + 1) / log_all)
        return found


def _counted(features: array[int]) -> array[int]:
    return features[bisect_left(features, _FIRST_COUNTED) :]


def _sentences(features: array[int]) -> array[int]:
    return features[: bisect_left(features, _FIRST_COUNTED)]


def _union(parts: Iterable[array[int]]) -> Collection[int]:
    first, *others = parts
    return set(first).union(*others) if others else first
