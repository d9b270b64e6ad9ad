"""Lists under each rare kind of feature the stories that hold it, and finds those that share most with a report."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from bot.stories.features import ENTITY, FIGURE, HEAD, HEAD_SOUND, NAME, SHIFT, TERM
from bot.stories.weighed import Rarities

MAX_POSTINGS = 64
"""Under each feature the newest stories are held."""
MAX_VOTES = 1_500
"""Postings that one search reads, the rarest features first, so that its cost does not grow with the window."""
_INDEXED = frozenset({HEAD, FIGURE, NAME, ENTITY, TERM, HEAD_SOUND})


class Postings:
    """The numbers of the newest stories under each feature: one as it is, several in an array."""

    def __init__(self) -> None:
        self._by_feature: dict[int, int | array[int]] = {}

    def under(self, feature: int) -> list[int]:
        """Returns the stories under a feature, the oldest first."""
        held = self._by_feature.get(feature, ())
        return [held] if isinstance(held, int) else list(held)

    def add(self, features: Iterable[int], story: int) -> None:
        """Puts a story under features that are new in it."""
        by_feature = self._by_feature
        for feature in features:
            if feature >> SHIFT not in _INDEXED:
                continue
            held = by_feature.get(feature)
            if held is None:
                by_feature[feature] = story
            elif isinstance(held, int):
                by_feature[feature] = array("I", (held, story))
            else:
                held.append(story)
                if len(held) > MAX_POSTINGS:
                    del held[0]

    def remove(self, features: Iterable[int], story: int) -> None:
        """Takes a story from under these features."""
        for feature in filter(self._by_feature.__contains__, features):
            self._put(feature, [each for each in self.under(feature) if each != story])

    def rename(self, features: Iterable[int], lost: int, kept: int) -> None:
        """Puts one story in the place of another that was merged into it."""
        for feature in filter(self._by_feature.__contains__, features):
            held = self.under(feature)
            if lost in held:
                others = [each for each in held if each != lost]
                self._put(feature, others if kept in held else [kept if each == lost else each for each in held])

    def _put(self, feature: int, stories: list[int]) -> None:
        if len(stories) > 1:
            self._by_feature[feature] = array("I", stories)
        elif stories:
            self._by_feature[feature] = stories[0]
        else:
            del self._by_feature[feature]

    def most_alike(self, features: Iterable[int], rarities: Rarities) -> Iterator[int]:
        """Yields the stories that share the rarest of these features, those that share most first."""
        votes: dict[int, float] = {}
        voted = votes.get
        left = MAX_VOTES
        by_feature = self._by_feature
        for feature in sorted(filter(by_feature.__contains__, features), key=rarities.__getitem__, reverse=True):
            rarity, held = rarities[feature], by_feature[feature]
            for story in (held,) if isinstance(held, int) else held:
                votes[story] = voted(story, 0.0) + rarity
            left -= 1 if isinstance(held, int) else len(held)
            if left < 0:
                break
        return _most_first(votes)


def _most_first(votes: dict[int, float]) -> Iterator[int]:
    """Yields the stories by their votes; few are asked for, so those with few votes are sorted only if need be."""
    least = max(votes.values(), default=0.0) / 2
    for some in ([story for story in votes if votes[story] >= least], [s for s in votes if votes[s] < least]):
        yield from sorted(some, key=votes.__getitem__, reverse=True)
