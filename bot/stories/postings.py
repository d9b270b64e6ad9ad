"""Lists under each rare kind of feature the stories that hold it, and finds those that share most with a report."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from bot.stories.features.article_features import ENTITY, FIGURE, HEAD, HEAD_SOUND, NAME, SHIFT, TERM
from bot.stories.weighed import Rarities

MAX_POSTINGS = 64
"""Under each feature the newest stories count."""
_TRIM_AT = 80
"""Older ones are dropped several at a time."""
MAX_VOTES, LATE_VOTES = 600, 300
"""Postings that one search reads, the most telling features first, so that its cost does not grow with the window; the
last ones count only for stories that the first ones found."""
_TELLS = {FIGURE: 4.0, ENTITY: 4.0, TERM: 3.0, NAME: 3.0, HEAD: 1.0, HEAD_SOUND: 0.5}
"""How much a shared feature of each listed kind counts: what both languages share tells most."""
_RANGES = ((HEAD, NAME), (ENTITY, TERM), (HEAD_SOUND, HEAD_SOUND))
"""The listed kinds, from and to."""


class Postings:
    """The numbers of the newest stories under each feature: one as it is, several in an array."""

    def __init__(self) -> None:
        self._by_feature: dict[int, int | array[int]] = {}

    def under(self, feature: int) -> list[int]:
        """Returns the stories under a feature, the oldest first."""
        held = self._by_feature.get(feature, ())
        return [held] if isinstance(held, int) else list(held[-MAX_POSTINGS:])

    def add(self, features: array[int], story: int) -> None:
        """Puts a story under features, sorted, that are new in it."""
        by_feature = self._by_feature
        for feature in _indexed(features):
            held = by_feature.get(feature)
            if held is None:
                by_feature[feature] = story
            elif isinstance(held, int):
                by_feature[feature] = array("I", (held, story))
            else:
                held.append(story)
                if len(held) > _TRIM_AT:
                    del held[:-MAX_POSTINGS]

    def fill(self, stories: Iterable[tuple[int, Sequence[array[int]]]]) -> None:
        """Puts stories, the newest first, under the sorted features of their reports; nothing is listed yet."""
        by_feature = self._by_feature
        full: set[int] = set()
        for story, reports in stories:
            for feature in set().union(*map(_indexed, reports)).difference(full):
                held = by_feature.get(feature)
                if held is None:
                    by_feature[feature] = story
                elif isinstance(held, int):
                    by_feature[feature] = array("I", (held, story))
                else:
                    held.append(story)
                    if len(held) == MAX_POSTINGS:
                        full.add(feature)
        for held in by_feature.values():
            if not isinstance(held, int):
                held.reverse()

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

    def most_alike(self, features: array[int], rarities: Rarities) -> Iterator[int]:
        """Yields the stories that share the most telling of these sorted features, those that share most first."""
        by_feature = self._by_feature
        listed = filter(by_feature.__contains__, _indexed(features))
        told = [(_TELLS[feature >> SHIFT] * rarities[feature], feature) for feature in listed]
        votes: dict[int, float] = {}
        voted, has_votes = votes.get, votes.__contains__
        left = MAX_VOTES
        for vote, feature in sorted(told, reverse=True):
            held = by_feature[feature]
            stories = (held,) if isinstance(held, int) else held[-MAX_POSTINGS:]
            for story in stories if left > LATE_VOTES else filter(has_votes, stories):
                votes[story] = voted(story, 0.0) + vote
            left -= len(stories)
            if left < 0:
                break
        return _most_first(votes)


def _most_first(votes: dict[int, float]) -> Iterator[int]:
    """Yields the stories by their votes, of equal ones the newest first; those with few are sorted only if need be."""
    least = max(votes.values(), default=0.0) / 2
    for _, story in sorted([(vote, story) for story, vote in votes.items() if vote >= least], reverse=True):
        yield story
    for _, story in sorted([(vote, story) for story, vote in votes.items() if vote < least], reverse=True):
        yield story


def _indexed(features: array[int]) -> array[int]:
    """Returns those of the sorted features that are listed."""
    some = array("I")
    for first, last in _RANGES:
        start = bisect_left(features, first << SHIFT)
        some += features[start : bisect_left(features, (last + 1) << SHIFT, start)]
    return some
