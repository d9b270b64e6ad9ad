"""Counts in how many stories of the window each feature stands, so that rare features weigh more than common ones.

A window that has just begun knows little, so the shares of common features in older news stand beside its counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

BACKGROUND_STORIES = 400.0
"""The shares of older news count as much as so many stories."""


class RarityCounts:
    """The number of stories that hold each feature."""

    def __init__(self, background: Mapping[int, float]) -> None:
        self._background = background
        self._stories_with: Counter[int] = Counter()
        self._stories = 0
        self._log_all = log(BACKGROUND_STORIES + 1)

    def count(self, features: Iterable[int], *, opens_story: bool) -> None:
        """Counts features that are new in their story."""
        self._stories_with.update(features)
        self._change_stories(int(opens_story))

    def discount(self, features: Iterable[int], *, closes_story: bool) -> None:
        """Takes back what ``count`` counted."""
        counts = self._stories_with
        for feature in features:
            left = counts[feature] - 1
            if left > 0:
                counts[feature] = left
            else:
                del counts[feature]
        self._change_stories(-int(closes_story))

    def _change_stories(self, by: int) -> None:
        if by:
            self._stories += by
            self._log_all = log(self._stories + BACKGROUND_STORIES + 1)

    def is_known(self, feature: int) -> bool:
        """Whether a story of the window holds this feature."""
        return feature in self._stories_with

    def rarity(self, feature: int) -> float:
        """Returns how rare a feature is: 1 where no story holds it, 0 where every story does."""
        stories = self._stories_with.get(feature, 0) + BACKGROUND_STORIES * self._background.get(feature, 0.0)
        return max(0.0, 1.0 - log(stories + 1) / self._log_all)
