"""Tables of deliveries, of the matches that they tell, and of the digests that were made."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, UniqueConstraint, text

from bot.store.schema.columns import (
    Utc,
    Words,
    big_integer,
    counter,
    flag,
    id_column,
    json_map,
    metadata,
    partial_index,
    prefix_index,
    reference,
    state,
    words,
)

# A partial index serves only a query that repeats its condition in the same words: both take it from here.
STALE = text("state = 'sent' AND wanted_revision > shown_revision")
STALE_DELIVERY = text("deliveries.state = 'sent' AND deliveries.wanted_revision > deliveries.shown_revision")
WAS_SENT = text("sent_at IS NOT NULL")
"""Without it SQLite would take these indexes for every query of a workspace or a channel."""
HELD = text("state = 'held'")
HELD_DELIVERY = text("deliveries.state = 'held'")
_UNCONFIRMED = "{0}state = 'cancelled' AND {0}error = 'may_have_been_sent'"
UNCONFIRMED = text(_UNCONFIRMED.format(""))
UNCONFIRMED_DELIVERY = text(_UNCONFIRMED.format("deliveries."))
_GIVEN_UP = "({0}state = 'dead' OR ({0}state = 'cancelled' AND {0}error = 'may_have_been_sent'))"
GIVEN_UP = text(_GIVEN_UP.format(""))
GIVEN_UP_DELIVERY = text(_GIVEN_UP.format("deliveries."))
"""Never to be sent: dead, or cancelled because it is unconfirmed."""

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    Column("key", Words, nullable=False, unique=True),
    words("team"),
    reference("destination", "destinations"),
    words("kind"),
    state(),
    reference("story", "stories", nullable=True, index=True),
    reference("after", "deliveries", nullable=True),
    json_map("payload"),
    Column("wanted_revision", Integer, nullable=False, server_default=text("1")),
    counter("trying_revision"),
    counter("shown_revision"),
    counter("epoch"),
    counter("attempts"),
    counter("empty_reads"),
    flag("plain"),
    flag("repeat"),
    Column("worker", Words),
    Column("lease_until_at", Utc),
    Column("created_at", Utc, nullable=False),
    Column("not_before", Utc, nullable=False),
    Column("first_try_at", Utc),
    Column("last_try_at", Utc),
    Column("sent_at", Utc),
    Column("edited_at", Utc),
    Column("ts", Words),
    Column("error", Words),
    Column("trace", Words),
    Index("ix_deliveries_state", "state", "destination", "id"),
    partial_index("ix_deliveries_stale_due", "state", "not_before", where=STALE),
    Index("ix_deliveries_destination_ts", "destination", "ts"),
    Index("ix_deliveries_sent_at", "sent_at"),
    partial_index("ix_deliveries_team_sent", "team", "sent_at", where=WAS_SENT),
    partial_index("ix_deliveries_destination_sent", "destination", "sent_at", where=WAS_SENT),
    prefix_index("ix_deliveries_key_prefix", "key"),
    partial_index("ix_deliveries_held", "state", "not_before", where=HELD),
    partial_index("ix_deliveries_unconfirmed", "state", "destination", where=UNCONFIRMED),
    partial_index("ix_deliveries_after", "after", where=text("after IS NOT NULL")),
    partial_index("ix_deliveries_dependent", "state", "after", where=text("after IS NOT NULL")),
    partial_index("ix_deliveries_given_up", "team", "last_try_at", where=GIVEN_UP),
    sqlite_autoincrement=True,
)

due_channels = Table(
    "due_channels",
    metadata,
    id_column(),
    Column("destination", big_integer(), ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False, index=True),
    sqlite_autoincrement=True,
)

gone_parents = Table(
    "gone_parents",
    metadata,
    id_column(),
    Column("parent", big_integer(), ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False, index=True),
    sqlite_autoincrement=True,
)

delivery_subscriptions = Table(
    "delivery_subscriptions",
    metadata,
    Column("delivery", big_integer(), ForeignKey("deliveries.id"), primary_key=True, autoincrement=False),
    Column(
        "subscription", big_integer(), ForeignKey("subscriptions.id"), primary_key=True, autoincrement=False, index=True
    ),
)

matches = Table(
    "matches",
    metadata,
    id_column(),
    words("team"),
    reference("subscription", "subscriptions"),
    reference("destination", "destinations"),
    reference("story", "stories", index=True),
    reference("article", "articles", index=True),
    words("cadence"),
    Column("matched_at", Utc, nullable=False),
    reference("told_by", "deliveries", nullable=True, index=True),
    Column("told_at", Utc),
    UniqueConstraint("subscription", "story"),
    Index("ix_matches_matched_at", "subscription", "matched_at"),
    partial_index("ix_matches_untold", "destination", "matched_at", where=text("told_by IS NULL")),
)

slots = Table(
    "slots",
    metadata,
    Column("team", Words, primary_key=True),
    Column("destination", big_integer(), ForeignKey("destinations.id"), primary_key=True, autoincrement=False),
    Column("local_date", Date, primary_key=True),
    Column("slot", Words, primary_key=True),
    Column("taken_at", Utc, nullable=False),
)
