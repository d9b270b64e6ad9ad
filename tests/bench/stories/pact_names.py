"""Finds what names a sister pact: the features that most of its stories hold, whatever they report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.stories.evidence import CHANNELS
from bot.stories.features import background
from bot.stories.features.article_features import FIGURE, PERSON, SECTOR, SHIFT

PACT_SHARE = 0.5
"""What so many of a sister pact's stories in one language hold belongs to its name, and tells none of its events."""
NAMING = frozenset(kind for _, kind, _ in CHANNELS) - {FIGURE, PERSON, SECTOR}
"""The kinds of features that may belong to a pact's name."""
FeaturesOfStory = dict[tuple[str, str], dict[str, set[int]]]
"""The features of each story, by pact and language."""


def write_pact_names(files: Iterable[FeaturesOfStory]) -> None:
    """Writes each sister pact with what names it; the pact's own name is background for every story."""
    head = "# A sister pact and a feature that most of its stories hold, by tests/bench/stories/train.py\n"
    lines = (f"{pact} {feature}\n" for pact, feature in pact_names(files))
    background.PACT_FEATURES.write_text(head + "".join(lines), "ascii")
    background.pact_features.cache_clear()


def pact_names(files: Iterable[FeaturesOfStory]) -> list[tuple[str, int]]:
    """Returns each sister pact with the features that most of its stories hold, in one language at least."""
    numbers: Counter[tuple[str, str]] = Counter()
    holders: dict[tuple[str, str], Counter[int]] = {}
    for features_of_story in files:
        for key, stories in features_of_story.items():
            numbers[key] += len(stories)
            holders.setdefault(key, Counter()).update(feature for features in stories.values() for feature in features)
    return sorted(
        {
            (pact_id, feature)
            for (pact_id, language), counts in holders.items()
            if pact_id.startswith("sister:")
            for feature, number in counts.items()
            if number >= PACT_SHARE * numbers[pact_id, language] and feature >> SHIFT in NAMING
        }
    )
