"""The tables of the store: one MetaData that is the same on SQLite and PostgreSQL.

``team`` is in every unique key of a workspace's own rows; articles, sources and stories are shared. A column has the
name of the field in ``bot.model``.
"""

from bot.store.schema.articles import (
    MERGED,
    NAMES_PACT,
    WANTED,
    WITH_SENTENCE,
    article_identities,
    articles,
    feed_texts,
    mentions,
    rejected,
    sentences,
    stories,
    story_aliases,
    story_links,
    story_overlays,
    story_parts,
    text_sketches,
)
from bot.store.schema.columns import Packed, Utc, for_postgresql, metadata, storable
from bot.store.schema.deliveries import STALE, STALE_DELIVERY, deliveries, delivery_subscriptions, matches, slots
from bot.store.schema.outlets import hosts, hub_subscriptions, outlet_troubles, page_refusals, robots, sources
from bot.store.schema.requests import UNHANDLED, firsts, inbound, jobs
from bot.store.schema.workspaces import (
    changes,
    destinations,
    feedback,
    installations,
    mutes,
    people,
    subscriptions,
    table_versions,
)

__all__ = [
    "MERGED",
    "NAMES_PACT",
    "STALE",
    "STALE_DELIVERY",
    "UNHANDLED",
    "WANTED",
    "WITH_SENTENCE",
    "Packed",
    "Utc",
    "article_identities",
    "articles",
    "changes",
    "deliveries",
    "delivery_subscriptions",
    "destinations",
    "feed_texts",
    "feedback",
    "firsts",
    "for_postgresql",
    "hosts",
    "hub_subscriptions",
    "inbound",
    "installations",
    "jobs",
    "matches",
    "mentions",
    "metadata",
    "mutes",
    "outlet_troubles",
    "page_refusals",
    "people",
    "rejected",
    "robots",
    "sentences",
    "slots",
    "sources",
    "storable",
    "stories",
    "story_aliases",
    "story_links",
    "story_overlays",
    "story_parts",
    "subscriptions",
    "table_versions",
    "text_sketches",
]
