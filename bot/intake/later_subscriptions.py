"""Keeps an article that is read again from subscriptions that began after people were told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.deliveries.subscription_lookup import IndexedSubscription
from bot.intake.candidate import Candidate, facts_of
from bot.model import Mention, Reading, StoredArticle
from bot.store import mentions
from bot.store.engine import Store
from scrapers.outlet import Outlet


async def without_earlier_hits(
    store: Store,
    index: SubscriptionIndex,
    outlet: Outlet,
    article: StoredArticle,
    candidate: Candidate,
    subscriptions: Sequence[IndexedSubscription],
) -> Candidate:
    """Returns the candidate without the later subscriptions that the article met before; ``article`` is its row.

    A new subscription owes nothing for what was read before it. What only the new text meets is news to it. The text
    itself is not kept, so a hit of a word outside the lexicon counts as new.
    """
    later = {hit.subscription.id for hit in candidate.hits if hit.subscription.created_at > article.first_seen_at}
    if article.story is None or not later:
        return candidate
    async with store.read() as c:
        stored = (await mentions.mentions_of(c, [article.id])).get(article.id, ())
    asked = tuple(each for each in subscriptions if each.subscription.id in later)
    met = {hit.subscription.id for hit in index.hits(asked, _reading_of(article, stored), facts_of(article, outlet))}
    return replace(candidate, hits=tuple(hit for hit in candidate.hits if hit.subscription.id not in met))


def _reading_of(article: StoredArticle, stored: tuple[Mention, ...]) -> Reading:
    return Reading(article.topics, article.language, stored, (), ())
