"""Finds the subscriptions that an article may match, by the words and topics that their queries need."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.matching.query.needed_mentions import MentionKey, mention_keys, needed_mentions
from bot.matching.query.nodes import Query, literals
from bot.model import Reading, Subscription


@dataclass(frozen=True, slots=True)
class IndexedSubscription:
    """A subscription and its parsed query."""

    subscription: Subscription
    query: Query


_ALWAYS: MentionKey = ("", "")
"""The key of the queries that may hit an article without a mention."""


class Candidates:
    """Finds the subscriptions that an article may match, by its mentions: the cost follows those, not all that are."""

    def __init__(self, indexed: Iterable[IndexedSubscription] = ()) -> None:
        self.by_id: dict[int, IndexedSubscription] = {}
        self.words: frozenset[str] = frozenset()
        """The literals of all queries."""
        self._ids_by_key: defaultdict[MentionKey, list[int]] = defaultdict(list)
        self._word_counts: Counter[str] = Counter()
        self.add(indexed)
        self.count_words()

    def remove(self, gone: Iterable[IndexedSubscription]) -> None:
        """Forgets subscriptions that are here; a list of ids is gone through once for all of them."""
        gone_by_key: defaultdict[MentionKey, set[int]] = defaultdict(set)
        for each in gone:
            del self.by_id[each.subscription.id]
            self._word_counts.subtract(literals(each.query))
            for key in _keys_of(each.query):
                gone_by_key[key].add(each.subscription.id)
        for key, ids in gone_by_key.items():
            left = [each for each in self._ids_by_key.pop(key) if each not in ids]
            if left:
                self._ids_by_key[key] = left

    def add(self, indexed: Iterable[IndexedSubscription]) -> None:
        """Takes subscriptions that are not here."""
        for each in indexed:
            self.by_id[each.subscription.id] = each
            self._word_counts.update(literals(each.query))
            for key in _keys_of(each.query):
                self._ids_by_key[key].append(each.subscription.id)

    def count_words(self) -> None:
        """Brings ``words`` up to date after a change; the same words remain the same object."""
        unused = [word for word, count in self._word_counts.items() if not count]
        for word in unused:
            del self._word_counts[word]
        if self._word_counts.keys() != self.words:
            self.words = frozenset(self._word_counts)

    def of(self, reading: Reading) -> list[IndexedSubscription]:
        """Those that a reading may match, in the order of their ids."""
        ids: set[int] = set()
        for key in (_ALWAYS, *mention_keys(reading)):
            ids.update(self._ids_by_key.get(key, ()))
        return [self.by_id[each] for each in sorted(ids)]


def _keys_of(query: Query) -> Iterable[MentionKey]:
    keys = needed_mentions(query)
    return (_ALWAYS,) if keys is None else keys
