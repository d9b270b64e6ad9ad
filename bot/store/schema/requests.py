"""Tables of requests and events from Slack, of what is done once, of jobs, and of the processes that run."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, text

from bot.store.schema.columns import Utc, Words, counter, id_column, json_map, metadata, partial_index, state, words

# A partial index serves only a query that repeats its condition in the same words: both take it from here.
UNHANDLED = text("handled_at IS NULL")
WAITING = text("state = 'waiting'")

inbound = Table(
    "inbound",
    metadata,
    Column("team", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    words("kind"),
    json_map("payload"),
    Column("heard_at", Utc, nullable=False, index=True),
    Column("handled_at", Utc),
    Column("shown_at", Utc),
    Column("lease_until_at", Utc),
    counter("tries"),
    partial_index("ix_inbound_unhandled", "heard_at", where=UNHANDLED),
)

firsts = Table(
    "firsts",
    metadata,
    Column("team", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("done_at", Utc, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    id_column(),
    Column("name", String(64), nullable=False),
    words("key", ""),
    state("waiting"),
    Column("due_at", Utc, nullable=False),
    Column("put_at", Utc, nullable=False),
    counter("tries"),
    counter("epoch"),
    counter("deaths"),
    Column("worker", Words),
    Column("lease_until_at", Utc),
    # one job of a name and key waits at a time; one more may run meanwhile
    partial_index("uq_jobs_waiting", "name", "key", unique=True, where=WAITING),
    Index("ix_jobs_due", "state", "due_at"),
    sqlite_autoincrement=True,
)

processes = Table(
    "processes",
    metadata,
    Column("name", Words, primary_key=True),
    words("part"),
    Column("started_at", Utc, nullable=False),
    Column("beat_at", Utc, nullable=False),
    Column("ended_at", Utc),
)
