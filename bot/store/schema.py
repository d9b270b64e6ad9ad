"""The tables: one MetaData that is the same on SQLite and on PostgreSQL.

Long, because a schema is read as one thing. ``team`` stands in every unique key of people's
things; articles, sources and stories are shared. Names of columns are the names of the fields of ``bot.model``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TextClause,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.types import TypeEngine


class Utc(TypeDecorator[datetime]):
    """An instant. Refuses a naive time, stores UTC, gives back an aware time in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"a time without a zone is no instant: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from anywhere. What PostgreSQL or UTF-8 cannot hold (NUL, half of a surrogate pair) is dropped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def storable(value: str) -> str:
    """The text without the characters that a database refuses."""
    if "\x00" in value:
        value = value.replace("\x00", "")
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "ignore").decode()
    return value


def _big() -> TypeEngine[int]:
    """SQLite numbers rows by itself only in a column that is exactly INTEGER."""
    return BigInteger().with_variant(Integer, "sqlite")


class Document(TypeDecorator[Any]):
    """A small JSON document; JSONB on PostgreSQL, whose types are loaded only there: they take memory."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the database calls it."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


def _json() -> TypeEngine[Any]:
    return Document()


_partial_indexes: list[tuple[Index, TextClause]] = []


def _partial(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """An index of a table's open rows alone. On PostgreSQL see ``for_postgresql``."""
    index = Index(name, *columns, unique=unique, sqlite_where=where)
    _partial_indexes.append((index, where))
    return index


def for_postgresql() -> None:
    """Tells the partial indexes what PostgreSQL needs to hear; saying it at once would load its drivers for SQLite."""
    for index, where in _partial_indexes:
        index.dialect_options["postgresql"]["where"] = where


def _number() -> Column[int]:
    """A primary key whose numbers are never used twice (see ``sqlite_autoincrement``)."""
    return Column("id", _big(), Identity(), primary_key=True)


def _to(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, _big(), ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def _text(name: str, default: str | None = None) -> Column[str]:
    return Column(name, Words, nullable=False, server_default=default)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _list(name: str) -> Column[object]:
    return Column(name, _json(), nullable=False, server_default=text("'[]'"))


def _map(name: str) -> Column[object]:
    return Column(name, _json(), nullable=False, server_default=text("'{}'"))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# A partial index is used only by a query that says its condition in the same words: both take them from here.
STALE = text("state = 'sent' AND wanted_revision > shown_revision")
STALE_DELIVERY = text("deliveries.state = 'sent' AND deliveries.wanted_revision > deliveries.shown_revision")
WANTED = text("wants_page")
UNHANDLED = text("handled_at IS NULL")

# ── outlets ────────────────────────────────────────────────────────────────────────────────────────────────

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
    _count("failures"),
    Column("next_due_at", Utc),
    Column("newest_at", Utc),
    Column("latency_seconds", Float),
    _count("articles_total"),
    Column("gone_first_at", Utc),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Words, primary_key=True),
    Column("next_turn_at", Utc),
    Column("pause_seconds", Float),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Words, primary_key=True),
    Column("status", Integer),
    _text("body", ""),
    Column("fetched_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
)

# ── articles and stories ───────────────────────────────────────────────────────────────────────────────────

stories = Table(
    "stories",
    metadata,
    _number(),
    _text("headline"),
    _text("url"),
    _text("outlet"),
    _text("language"),
    Column("first_seen_at", Utc, nullable=False),
    Column("last_article_at", Utc, nullable=False, index=True),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    _count("severity"),
    _flag("pact"),
    _list("sister_pact"),
    _list("officials"),
    _list("sectors"),
    _map("marks"),
    _to("merged_into", "stories", nullable=True),
    sqlite_autoincrement=True,
)

articles = Table(
    "articles",
    metadata,
    _number(),
    _text("outlet"),
    _text("url"),
    _text("canonical_url"),
    _text("headline"),
    _text("language"),
    _text("kind"),
    Column("published_at", Utc),
    Column("first_seen_at", Utc, nullable=False, index=True),
    Column("read_at", Utc, index=True),
    _text("content_hash", ""),
    _text("state"),
    Column("suspect", Words),
    _flag("flash"),
    _flag("corrected"),
    _flag("baseline"),
    _to("story", "stories", nullable=True, index=True),
    _flag("pact"),
    _list("sister_pact"),
    _list("officials"),
    _list("sectors"),
    _count("severity"),
    _list("after"),
    _list("fingerprint"),
    _text("lexicon_version", ""),
    _flag("wants_page"),
    _count("tries"),
    Column("next_try_at", Utc),
    Index("ix_articles_content_hash", "content_hash"),
    Index("ix_articles_title", "outlet", "headline", "first_seen_at"),
    _partial("ix_articles_unread", "outlet", "first_seen_at", where=WANTED),
    sqlite_autoincrement=True,
)

article_identities = Table(
    "article_identities",
    metadata,
    Column("identity", Words, primary_key=True),
    _to("article", "articles", index=True),
    sqlite_with_rowid=False,
)

mentions = Table(
    "mentions",
    metadata,
    _number(),
    _to("article", "articles", index=True),
    _text("kind"),
    _text("topic"),
    _text("term"),
    _text("field"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _text("quote"),
    _text("context"),
    _text("lexicon_version"),
)

rejected = Table(
    "rejected",
    metadata,
    _number(),
    _to("article", "articles", index=True),
    _text("kind"),
    _text("topic"),
    _text("term"),
    _text("field"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _text("quote"),
    _text("reason_code"),
    _map("reason_args"),
    _text("lexicon_version"),
)

sentences = Table(
    "sentences",
    metadata,
    _number(),
    _to("article", "articles", index=True),
    Column("position", Integer, nullable=False),
    _text("text"),
    Column("kept_at", Utc, nullable=False, index=True),
)

story_aliases = Table(
    "story_aliases",
    metadata,
    Column("alias", _big(), primary_key=True, autoincrement=False),
    _to("story", "stories", index=True),
    Column("made_at", Utc, nullable=False),
)

story_overlays = Table(
    "story_overlays",
    metadata,
    Column("team", Words, primary_key=True),
    Column("article", _big(), ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    _to("story", "stories"),
    Column("person", Words),
    Column("made_at", Utc, nullable=False),
)

# ── workspaces and people ──────────────────────────────────────────────────────────────────────────────────

installations = Table(
    "installations",
    metadata,
    Column("team", Words, primary_key=True),
    Column("enterprise", Words),
    Column("name", Words),
    Column("bot_user", Words),
    Column("bot", Words),
    Column("token", Words),
    _list("scopes"),
    _text("state", "active"),
    Column("reason", Words),
    Column("installed_at", Utc, nullable=False),
    Column("stopped_at", Utc),
    Column("ask_again_at", Utc),
)

destinations = Table(
    "destinations",
    metadata,
    _number(),
    _text("team"),
    _text("slack_id"),
    Column("person", Words),
    _text("language"),
    _text("timezone"),
    _text("state", "active"),
    Column("away_reason", Words),
    Column("away_at", Utc),
    Column("digest_at", Words),
    Column("quiet_from", Words),
    Column("quiet_to", Words),
    _map("facts"),
    Column("next_post_at", Utc),
    UniqueConstraint("team", "slack_id"),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("team", Words, primary_key=True),
    Column("slack_id", Words, primary_key=True),
    Column("language", Words),
    Column("timezone", Words),
    Column("told_at", Utc),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _number(),
    _text("team"),
    _to("destination", "destinations", index=True),
    Column("owner", Words),
    _text("query"),
    _text("cadence"),
    _text("at"),
    _text("weekday"),
    _text("timezone"),
    Column("min_outlets", Integer, nullable=False, server_default=text("1")),
    Column("created_at", Utc, nullable=False),
    Column("ends_at", Utc),
    _text("state", "active"),
    Column("ended_at", Utc),
    Column("last_post_at", Utc),
    sqlite_autoincrement=True,
)

mutes = Table(
    "mutes",
    metadata,
    _number(),
    _text("team"),
    _to("destination", "destinations", index=True),
    _text("kind"),
    _text("target"),
    Column("person", Words),
    Column("made_at", Utc, nullable=False),
    Column("until_at", Utc, nullable=False),
    Column("ended_at", Utc),
    sqlite_autoincrement=True,
)

changes = Table(
    "changes",
    metadata,
    _number(),
    _text("team"),
    _to("destination", "destinations", nullable=True, index=True),
    Column("who", Words),
    _text("what"),
    _map("before"),
    _map("after"),
    Column("made_at", Utc, nullable=False),
    Column("undo_until_at", Utc),
    Column("undone_at", Utc),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    _number(),
    _text("team"),
    _to("story", "stories", index=True),
    _text("person"),
    _text("what"),
    Column("said_at", Utc, nullable=False),
    UniqueConstraint("team", "story", "person", "what"),
)

# ── what is owed ───────────────────────────────────────────────────────────────────────────────────────────

deliveries = Table(
    "deliveries",
    metadata,
    _number(),
    Column("key", Words, nullable=False, unique=True),
    _text("team"),
    _to("destination", "destinations"),
    _text("kind"),
    _text("state"),
    _to("story", "stories", nullable=True, index=True),
    _to("after", "deliveries", nullable=True),
    _map("payload"),
    Column("wanted_revision", Integer, nullable=False, server_default=text("1")),
    _count("trying_revision"),
    _count("shown_revision"),
    _count("epoch"),
    _count("attempts"),
    _count("empty_reads"),
    _flag("plain"),
    _flag("repeat"),
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
    Index("ix_deliveries_state", "state", "destination", "id"),
    _partial("ix_deliveries_stale", "id", where=STALE),
    Index("ix_deliveries_destination_ts", "destination", "ts"),
    Index("ix_deliveries_sent_at", "sent_at"),
    sqlite_autoincrement=True,
)

delivery_subscriptions = Table(
    "delivery_subscriptions",
    metadata,
    Column("delivery", _big(), ForeignKey("deliveries.id"), primary_key=True, autoincrement=False),
    Column("subscription", _big(), ForeignKey("subscriptions.id"), primary_key=True, autoincrement=False, index=True),
)

matches = Table(
    "matches",
    metadata,
    _number(),
    _text("team"),
    _to("subscription", "subscriptions"),
    _to("destination", "destinations"),
    _to("story", "stories", index=True),
    _to("article", "articles"),
    _text("cadence"),
    Column("matched_at", Utc, nullable=False),
    _to("told_by", "deliveries", nullable=True),
    Column("told_at", Utc),
    UniqueConstraint("subscription", "story"),
    _partial("ix_matches_untold", "destination", "matched_at", where=text("told_by IS NULL")),
)

slots = Table(
    "slots",
    metadata,
    Column("team", Words, primary_key=True),
    Column("destination", _big(), ForeignKey("destinations.id"), primary_key=True, autoincrement=False),
    Column("local_date", Date, primary_key=True),
    Column("slot", Words, primary_key=True),
    Column("taken_at", Utc, nullable=False),
)

# ── what was heard, what is rung ───────────────────────────────────────────────────────────────────────────

inbound = Table(
    "inbound",
    metadata,
    Column("team", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    _text("kind"),
    _map("payload"),
    Column("heard_at", Utc, nullable=False, index=True),
    Column("handled_at", Utc),
    Column("shown_at", Utc),
    Column("lease_until_at", Utc),
    _count("tries"),
    _partial("ix_inbound_unhandled", "heard_at", where=UNHANDLED),
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
    _number(),
    Column("name", String(64), nullable=False),
    _text("key", ""),
    _text("state", "waiting"),
    Column("due_at", Utc, nullable=False),
    Column("put_at", Utc, nullable=False),
    _count("tries"),
    _count("epoch"),
    Column("worker", Words),
    Column("lease_until_at", Utc),
    # one bell of a name and key waits at a time; one more may run meanwhile
    _partial("uq_jobs_waiting", "name", "key", unique=True, where=text("state = 'waiting'")),
    Index("ix_jobs_due", "state", "due_at"),
    sqlite_autoincrement=True,
)
