"""Defines a story as the window keeps it: its reports in the order of their publication."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Hashable
from itertools import filterfalse
from typing import Generic, TypeVar

from bot.stories.weighed import MICROSECONDS_A_DAY, Weighed, days_apart

Story = TypeVar("Story", bound=Hashable)

WINDOW_DAYS = 3.0
"""A report and some report of its story are published no further apart than this."""
STORY_DAYS = 4.0
"""A story does not grow on for weeks: a report later than this after its first report opens the next story."""
MAX_SAMPLE = 6
"""A report is scored against so many of a story's reports: the first and the newest."""


class RecentStory(Generic[Story]):
    """A story's reports in the order of their publication, so that a restart finds the same."""

    __slots__ = ("id", "merged_ids", "number", "reports")

    def __init__(self, story_id: Story, number: int) -> None:
        self.id = story_id
        self.merged_ids: tuple[Story, ...] = ()
        """The ids of the stories that were merged into it."""
        self.number = number
        """What the index calls it; a story that was found earlier has a lower one."""
        self.reports: list[Weighed] = []

    def add(self, entry: Weighed) -> None:
        """Adds a report at its place."""
        if not self.reports or _by_publication(self.reports[-1]) < _by_publication(entry):
            self.reports.append(entry)
        else:
            insort(self.reports, entry, key=_by_publication)

    def sample(self) -> list[Weighed]:
        """Returns the reports that a new one is compared with."""
        return self.reports if len(self.reports) <= MAX_SAMPLE else [self.reports[0], *self.reports[1 - MAX_SAMPLE :]]

    def without_known(self, features: array[int]) -> array[int]:
        """Returns those of the features, in their order, that no report of the story has."""
        if not self.reports:
            return features
        return array("I", filterfalse(self._known().__contains__, features))

    def _known(self) -> set[int]:
        return set().union(*(entry.features for entry in self.reports))

    def shared_with(self, other: RecentStory[Story]) -> array[int]:
        """Returns the features that both stories have, sorted."""
        return array("I", sorted(self._known() & other._known()))

    def is_near(self, entry: Weighed) -> bool:
        """Whether a report may belong to the story by the time of its publication."""
        if entry.start - self.reports[0].end > STORY_DAYS * MICROSECONDS_A_DAY:
            return False
        return any(days_apart(entry, other) <= WINDOW_DAYS for other in self.sample())

    @property
    def end(self) -> int:
        """When its newest report was published at the latest, in microseconds since 1970."""
        return max(entry.end for entry in self.reports)


def _by_publication(entry: Weighed) -> tuple[int, str]:
    return entry.start, str(entry.id)
