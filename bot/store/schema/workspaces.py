"""Tables of workspaces, their channels and people, and what those asked for."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, UniqueConstraint, text, true

from bot.store.schema.columns import (
    Utc,
    Words,
    counter,
    flag,
    id_column,
    json_list,
    json_map,
    metadata,
    partial_index,
    reference,
    state,
    words,
)

# A partial index serves only a query that repeats its condition in the same words: both take it from here.
AWAY = text("state <> 'active'")
AWAY_DESTINATION = text("destinations.state <> 'active'")
MAY_POST = text("may_post")
MAY_POST_DESTINATION = text("destinations.may_post")

installations = Table(
    "installations",
    metadata,
    Column("team", Words, primary_key=True),
    Column("enterprise", Words),
    Column("name", Words),
    Column("bot_user", Words),
    Column("bot", Words),
    Column("token", Words),
    json_list("scopes"),
    state("active"),
    Column("reason", Words),
    Column("installed_at", Utc, nullable=False),
    Column("stopped_at", Utc),
    Column("ask_again_at", Utc),
)

bot_tokens = Table(
    "bot_tokens",
    metadata,
    Column("team", Words, primary_key=True),
    Column("enterprise", Words, primary_key=True),
    Column("enterprise_name", Words),
    Column("name", Words),
    Column("app", Words),
    Column("bot_user", Words),
    Column("bot", Words),
    Column("installer", Words),
    json_list("scopes"),
    words("token"),
    Column("refresh_token", Words),
    Column("expires_at", Utc),
    Column("installed_at", Utc, nullable=False),
    counter("epoch"),
    Column("refreshing_until_at", Utc, index=True),
    Index("ix_bot_tokens_enterprise", "enterprise"),
)

install_states = Table(
    "install_states",
    metadata,
    Column("state", Words, primary_key=True),
    words("browser"),
    Column("expires_at", Utc, nullable=False, index=True),
)

destinations = Table(
    "destinations",
    metadata,
    id_column(),
    words("team"),
    words("slack_id"),
    Column("person", Words),
    words("language"),
    words("timezone"),
    state("active"),
    Column("away_reason", Words),
    Column("away_at", Utc),
    Column("digest_at", Words),
    words("digest_cadence", "daily"),
    words("digest_weekday", "mon"),
    Column("quiet_from", Words),
    Column("quiet_to", Words),
    json_map("facts"),
    words("configured_by", "everyone"),
    json_list("configurers"),
    Column("threads", Boolean, nullable=False, server_default=true()),
    flag("broadcast"),
    Column("mention_group", Words),
    Column("empty_digest", Words),
    Column("next_post_at", Utc, index=True),
    flag("may_post"),
    Column("digest_due_at", Utc, server_default=text("'1970-01-01 00:00:00+00'")),
    Column("digest_looked_at", Utc, index=True),
    partial_index("ix_destinations_digest_due", "state", "digest_due_at", where=text("digest_due_at IS NOT NULL")),
    partial_index("ix_destinations_away", "state", where=AWAY),
    partial_index("ix_destinations_may_post", "next_post_at", "id", where=MAY_POST),
    partial_index("ix_destinations_team_may_post", "team", "next_post_at", "id", where=MAY_POST),
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
    id_column(),
    Column("team", Words, nullable=False, index=True),
    reference("destination", "destinations", index=True),
    Column("owner", Words),
    words("query"),
    words("cadence"),
    words("at"),
    words("weekday"),
    words("timezone"),
    Column("min_outlets", Integer, nullable=False, server_default=text("1")),
    Column("created_at", Utc, nullable=False),
    Column("ends_at", Utc),
    state("active"),
    Column("ended_at", Utc),
    Column("last_post_at", Utc),
    partial_index("ix_subscriptions_ends_at", "state", "ends_at", where=text("ends_at IS NOT NULL")),
    sqlite_autoincrement=True,
)

table_versions = Table(
    "table_versions",
    metadata,
    Column("name", Words, primary_key=True),
    Column("version", BigInteger, nullable=False),
)

mutes = Table(
    "mutes",
    metadata,
    id_column(),
    words("team"),
    reference("destination", "destinations", index=True),
    words("kind"),
    words("target"),
    Column("person", Words),
    Column("made_at", Utc, nullable=False, index=True),
    Column("until_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Index("ix_mutes_until_at", "destination", "until_at"),
    partial_index("ix_mutes_unended", "until_at", where=text("ended_at IS NULL")),
    sqlite_autoincrement=True,
)

changes = Table(
    "changes",
    metadata,
    id_column(),
    words("team"),
    reference("destination", "destinations", nullable=True, index=True),
    Column("who", Words),
    words("what"),
    json_map("before"),
    json_map("after"),
    Column("made_at", Utc, nullable=False),
    Column("undo_until_at", Utc),
    Column("undone_at", Utc),
    sqlite_autoincrement=True,
)

commitment_states = Table(
    "commitment_states",
    metadata,
    Column("team", Words, primary_key=True),
    Column("clause", Words, primary_key=True),
    state(),
    Column("person", Words),
    Column("set_at", Utc, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    id_column(),
    words("team"),
    reference("story", "stories", index=True),
    words("person"),
    words("what"),
    Column("remark", Words),
    Column("said_at", Utc, nullable=False),
    UniqueConstraint("team", "story", "person", "what"),
)
