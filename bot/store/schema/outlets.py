"""Tables of outlets: sources, their hubs and troubles, the turns at hosts, each robots.txt, and refused pages."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, Table

from bot.store.schema.columns import Utc, Words, counter, metadata, state, words

sources = Table(
    "sources",
    metadata,
    Column("outlet", Words, primary_key=True),
    Column("url", Words, primary_key=True),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("body_hash", Words),
    Column("full_read_at", Utc),
    Column("moved_to", Words),
    Column("baseline_at", Utc),
    Column("last_try_at", Utc),
    Column("last_ok_at", Utc),
    Column("failing_since", Utc),
    Column("error_code", Words),
    Column("error", Words),
    counter("failures"),
    Column("next_due_at", Utc),
    Column("newest_at", Utc),
    Column("latency_seconds", Float),
    counter("articles_total"),
    Column("gone_first_at", Utc),
    Column("interval_minutes", Float),
    Column("ttl_minutes", Float),
    Column("news_a_day", Float),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Words, primary_key=True),
    Column("next_turn_at", Utc),
    Column("pause_seconds", Float),
    Column("written_at", Utc),
    Column("put_off_until_at", Utc),
)

page_refusals = Table(
    "page_refusals",
    metadata,
    Column("outlet", Words, primary_key=True),
    Column("host", Words, primary_key=True),
    counter("refusals"),
    words("reason", ""),
    Column("since_at", Utc),
    Column("last_at", Utc),
    Column("next_page_at", Utc),
    Column("read_at", Utc),
)

outlet_troubles = Table(
    "outlet_troubles",
    metadata,
    Column("kind", Words, primary_key=True),
    Column("outlet", Words, primary_key=True),
    Column("subject", Words, primary_key=True),
    words("name"),
    words("why", ""),
    Column("since_at", Utc, nullable=False),
    Column("began_at", Utc, nullable=False),
)

outlet_specs = Table(
    "outlet_specs",
    metadata,
    Column("key", Words, primary_key=True),
    words("spec"),
    Column("added_by", Words),
    Column("added_at", Utc, nullable=False),
    Column("removed_at", Utc),
)

lexicon_additions = Table(
    "lexicon_additions",
    metadata,
    Column("spelling", Words, primary_key=True),
    words("topic"),
    words("toml"),
    Column("added_by", Words),
    Column("added_at", Utc, nullable=False),
    Column("removed_at", Utc),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Words, primary_key=True),
    Column("status", Integer),
    words("body", ""),
    Column("fetched_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
)

hub_subscriptions = Table(
    "hub_subscriptions",
    metadata,
    Column("outlet", Words, primary_key=True),
    Column("url", Words, primary_key=True),
    words("hub"),
    words("topic"),
    words("public_url"),
    words("token"),
    words("secret"),
    state(),
    counter("failures"),
    words("reason", ""),
    Column("asked_at", Utc),
    Column("verified_at", Utc),
    Column("expires_at", Utc),
    Column("next_try_at", Utc, index=True),
    Column("last_push_at", Utc),
    Column("push_due_at", Utc),
    Index("ix_hub_subscriptions_token", "token", unique=True),
)
