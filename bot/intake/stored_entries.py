"""Reads a stored row as the window of recent stories keeps it, with what its features weighed when it was placed."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from bot.model import Topics
from bot.store.placed_articles import PlacedArticle
from bot.stories.features.article_features import PERSON, SHIFT, topic_features
from bot.stories.features.fingerprint import sorted_features, unpacked_sums
from bot.stories.report import pact_id_of
from bot.stories.weighed import About, Weighed, microseconds

MOST_TOPICS = 4_096
"""Different combinations of topics that are kept as they were read."""


class _Topics(NamedTuple):
    pact_id: str
    features: array[int]
    after: tuple[str, ...]


def entry_from(row: PlacedArticle) -> Weighed:
    """Returns a row as the window keeps it; its sums are empty where they were not stored."""
    topics = _topics(row.pact, row.sister_pact, row.officials, row.sectors, row.after)
    features = sorted_features(row.fingerprint)
    at = bisect_left(features, PERSON << SHIFT)
    features[at:at] = topics.features
    published = microseconds(row.published_at or row.first_seen_at)
    about = About(
        row.id, row.headline, row.language, row.outlet, topics.pact_id, topics.after, published, published
    )  # fmt: skip
    return Weighed(about, features, unpacked_sums(row.rarity_sums))


@lru_cache(maxsize=MOST_TOPICS)
def _topics(pact: bool, sister_pact: str, officials: str, sectors: str, after: str) -> _Topics:
    sister, people, fields, sources = (tuple(json.loads(each)) for each in (sister_pact, officials, sectors, after))
    topics = Topics(pact=pact, sister_pact=sister, officials=people, sectors=fields, after=sources)
    return _Topics(pact_id_of(topics), array("I", sorted({*topic_features(people, fields)})), sources)
