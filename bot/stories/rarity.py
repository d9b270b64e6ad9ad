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
        self._background = {feature: BACKGROUND_STORIES * share for feature, share in background.items()}
        self._stories_with: Counter[int] = Counter()
        self._stories = 0
        self._log_all = log(BACKGROUND_STORIES + 1)
        self.changes = 0
        """How often the counts have changed: rarities that were read before the last change are out of date."""

    def count(self, features: Iterable[int], *, opens_story: bool) -> None:
        """Counts features that are new in their story."""
        self.changes += 1
        self._stories_with.update(features)
        self._change_stories(int(opens_story))

    def discount(self, features: Iterable[int], *, closes_story: bool) -> None:
        """Takes back what ``count`` counted."""
        self.changes += 1
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

    def rarities(self, features: Iterable[int]) -> dict[int, float]:
        """Returns how rare each of these features is: 1 where no story holds it, 0 where every story does."""
        stories_with, older, log_all = self._stories_with.get, self._background.get, self._log_all
        return {
            feature: max(0.0, 1.0 - log(stories_with(feature, 0) + older(feature, 0.0) + 1) / log_all)
            for feature in features
        }
