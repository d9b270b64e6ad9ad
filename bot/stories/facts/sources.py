"""Finds what each article of a story rests on: a source that it names, an article whose text it repeats, or itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model import StoredArticle
from bot.stories.copies import SAME_SENTENCES
from bot.stories.features.article_features import SENTENCE, SHIFT
from bot.stories.features.fingerprint import sorted_features

LEAST_RESTING = 3
"""Of fewer articles it is no news that they rest on one source."""
LEAST_SENTENCES = 2
"""One equal sentence may be a quotation."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the articles of a story rest on."""

    copy_of: Mapping[int, StoredArticle]
    """The earlier article of another outlet whose sentences an article repeats, by the id of the later one."""
    only: str | None
    """The one source on which all rest: an agency's name, or the key of an outlet."""


def sources_of(ordered: Sequence[StoredArticle], agency_of: Mapping[str, str]) -> Sources:
    """Finds the sources of articles in the order of publication; ``agency_of`` names an outlet that is an agency.

    Who cites an agency whose own report of the story cites another source rests on that one.
    """
    copies = _copies(ordered)
    roots: dict[int, frozenset[str]] = {}
    roots_of_agency: dict[str, frozenset[str]] = {}
    for article in ordered:
        own = agency_of.get(article.outlet, article.outlet)
        named = frozenset(article.topics.after) - {own}
        original = copies.get(article.id)
        rests_on = frozenset().union(*(roots_of_agency.get(name, {name}) for name in named))
        roots[article.id] = rests_on or (roots[original.id] if original else frozenset({own}))
        roots_of_agency[own] = roots_of_agency.get(own, frozenset()) | roots[article.id]
    found = set().union(*roots.values())
    only = found.pop() if len(ordered) >= LEAST_RESTING and len(found) == 1 else None
    is_shared = len({article.outlet for article in ordered}) > 1
    return Sources(copies, only if is_shared else None)


def _copies(ordered: Sequence[StoredArticle]) -> dict[int, StoredArticle]:
    """Returns the article that each one repeats; a sentence belongs to the first article that has it."""
    sentences = {article.id: _sentences(article) for article in ordered}
    first_with: dict[int, StoredArticle] = {}
    copies: dict[int, StoredArticle] = {}
    for article in ordered:
        own = sentences[article.id]
        shared = Counter(first_with[sentence].id for sentence in own if sentence in first_with)
        by_id = {first_with[sentence].id: first_with[sentence] for sentence in own if sentence in first_with}
        for original_id, same in shared.most_common(1):
            least = max(LEAST_SENTENCES, SAME_SENTENCES * min(len(own), len(sentences[original_id])))
            if same >= least and by_id[original_id].outlet != article.outlet:
                copies[article.id] = by_id[original_id]
        for sentence in own:
            first_with.setdefault(sentence, article)
    return copies


def _sentences(article: StoredArticle) -> frozenset[int]:
    return frozenset(feature for feature in sorted_features(article.fingerprint) if feature >> SHIFT == SENTENCE)
