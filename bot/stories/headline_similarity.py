"""Measures how alike two headlines are, by the Jaccard index of their words."""

from __future__ import annotations

from functools import lru_cache

from bot.stories.features.article_features import plain, words_of
from scrapers.headline_marks import unmarked

MIN_TITLE_WORDS = 4


@lru_cache(maxsize=4_096)
def title_words(headline: str) -> frozenset[str]:
    """Returns the words of a headline, common ones included: a headline is short, so each word matters."""
    return frozenset(words_of(plain(unmarked(headline))))


def title_similarity(left: str, right: str) -> float:
    """Returns the Jaccard index of two headlines; of very short ones 1.0 where their words are equal, else 0.0."""
    a, b = title_words(left), title_words(right)
    if min(len(a), len(b)) < MIN_TITLE_WORDS:
        return 1.0 if a and plain(unmarked(left)).split() == plain(unmarked(right)).split() else 0.0
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


def figures_differ(left: str, right: str) -> bool:
    """Whether two headlines give figures and share none: they belong to a series, as of two quarters."""
    a, b = ({word for word in title_words(text) if word[0].isdigit()} for text in (left, right))
    return bool(a and b) and a.isdisjoint(b)
