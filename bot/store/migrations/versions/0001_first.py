"""Everything that the bot remembers, from the first day. Long, because it is one list of tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the changes."""
    op.create_table(
        "destinations",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("slack_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("away_reason", sa.Text(), nullable=True),
        sa.Column("away_at", AT, nullable=True),
        sa.Column("digest_at", sa.Text(), nullable=True),
        sa.Column("quiet_from", sa.Text(), nullable=True),
        sa.Column("quiet_to", sa.Text(), nullable=True),
        sa.Column("facts", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("next_post_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destinations")),
        sa.UniqueConstraint("team", "slack_id", name=op.f("uq_destinations_team_slack_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "firsts",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("done_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("team", "key", name=op.f("pk_firsts")),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_turn_at", AT, nullable=True),
        sa.Column("pause_seconds", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
    op.create_table(
        "inbound",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("heard_at", AT, nullable=False),
        sa.Column("handled_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("team", "id", name=op.f("pk_inbound")),
    )
    op.create_index(op.f("ix_inbound_heard_at"), "inbound", ["heard_at"], unique=False)

    op.create_table(
        "installations",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("enterprise", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("bot_user", sa.Text(), nullable=True),
        sa.Column("bot", sa.Text(), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("scopes", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("installed_at", AT, nullable=False),
        sa.Column("stopped_at", AT, nullable=True),
        sa.Column("ask_again_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_installations")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("put_at", AT, nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("epoch", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_until_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_due", "jobs", ["state", "due_at"], unique=False)
    op.create_index(
        "uq_jobs_waiting",
        "jobs",
        ["name", "key"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "people",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("slack_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("told_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("team", "slack_id", name=op.f("pk_people")),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("fetched_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )
    op.create_table(
        "sources",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.Text(), nullable=True),
        sa.Column("full_read_at", AT, nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("baseline_at", AT, nullable=True),
        sa.Column("last_try_at", AT, nullable=True),
        sa.Column("last_ok_at", AT, nullable=True),
        sa.Column("failing_since", AT, nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_due_at", AT, nullable=True),
        sa.Column("newest_at", AT, nullable=True),
        sa.Column("latency_seconds", sa.Float(), nullable=True),
        sa.Column("articles_total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("gone_first_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("outlet", "url", name=op.f("pk_sources")),
    )
    op.create_table(
        "stories",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("first_seen_at", AT, nullable=False),
        sa.Column("last_article_at", AT, nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("severity", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pact", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sister_pact", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("officials", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("sectors", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("marks", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("merged_into", BIG, nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["stories.id"], name=op.f("fk_stories_merged_into_stories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stories_last_article_at"), "stories", ["last_article_at"], unique=False)

    op.create_table(
        "articles",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("first_seen_at", AT, nullable=False),
        sa.Column("read_at", AT, nullable=True),
        sa.Column("content_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("suspect", sa.Text(), nullable=True),
        sa.Column("flash", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("corrected", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("baseline", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("story", BIG, nullable=True),
        sa.Column("pact", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sister_pact", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("officials", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("sectors", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("severity", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("after", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("fingerprint", JSON, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("lexicon_version", sa.Text(), server_default="", nullable=False),
        sa.Column("wants_page", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_articles_story_stories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_articles_content_hash", "articles", ["content_hash"], unique=False)
    op.create_index(op.f("ix_articles_first_seen_at"), "articles", ["first_seen_at"], unique=False)
    op.create_index(op.f("ix_articles_read_at"), "articles", ["read_at"], unique=False)
    op.create_index(op.f("ix_articles_story"), "articles", ["story"], unique=False)
    op.create_index("ix_articles_title", "articles", ["outlet", "headline", "first_seen_at"], unique=False)
    op.create_index(
        "ix_articles_unread",
        "articles",
        ["outlet", "first_seen_at"],
        unique=False,
        sqlite_where=sa.text("wants_page"),
        postgresql_where=sa.text("wants_page"),
    )

    op.create_table(
        "changes",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("destination", BIG, nullable=True),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("after", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("undo_until_at", AT, nullable=True),
        sa.Column("undone_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["destination"], ["destinations.id"], name=op.f("fk_changes_destination_destinations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_changes_destination"), "changes", ["destination"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("destination", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("story", BIG, nullable=True),
        sa.Column("after", BIG, nullable=True),
        sa.Column("payload", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("wanted_revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("trying_revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("shown_revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("epoch", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("empty_reads", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("plain", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("repeat", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_until_at", AT, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("not_before", AT, nullable=False),
        sa.Column("first_try_at", AT, nullable=True),
        sa.Column("last_try_at", AT, nullable=True),
        sa.Column("sent_at", AT, nullable=True),
        sa.Column("edited_at", AT, nullable=True),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["after"], ["deliveries.id"], name=op.f("fk_deliveries_after_deliveries")),
        sa.ForeignKeyConstraint(
            ["destination"], ["destinations.id"], name=op.f("fk_deliveries_destination_destinations")
        ),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_deliveries_story_stories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_destination_ts", "deliveries", ["destination", "ts"], unique=False)
    op.create_index("ix_deliveries_sent_at", "deliveries", ["sent_at"], unique=False)
    op.create_index(
        "ix_deliveries_stale",
        "deliveries",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'sent' AND wanted_revision > shown_revision"),
        postgresql_where=sa.text("state = 'sent' AND wanted_revision > shown_revision"),
    )
    op.create_index("ix_deliveries_state", "deliveries", ["state", "destination", "id"], unique=False)
    op.create_index(op.f("ix_deliveries_story"), "deliveries", ["story"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("story", BIG, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("said_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_feedback_story_stories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("team", "story", "person", "what", name=op.f("uq_feedback_team_story_person_what")),
    )
    op.create_index(op.f("ix_feedback_story"), "feedback", ["story"], unique=False)

    op.create_table(
        "mutes",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("destination", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["destination"], ["destinations.id"], name=op.f("fk_mutes_destination_destinations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mutes_destination"), "mutes", ["destination"], unique=False)

    op.create_table(
        "slots",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("destination", BIG, autoincrement=False, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("taken_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["destination"], ["destinations.id"], name=op.f("fk_slots_destination_destinations")),
        sa.PrimaryKeyConstraint("team", "destination", "local_date", "slot", name=op.f("pk_slots")),
    )
    op.create_table(
        "story_aliases",
        sa.Column("alias", BIG, autoincrement=False, nullable=False),
        sa.Column("story", BIG, nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_aliases_story_stories")),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_story_aliases")),
    )
    op.create_index(op.f("ix_story_aliases_story"), "story_aliases", ["story"], unique=False)

    op.create_table(
        "subscriptions",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("destination", BIG, nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("weekday", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("min_outlets", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("last_post_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["destination"], ["destinations.id"], name=op.f("fk_subscriptions_destination_destinations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_subscriptions_destination"), "subscriptions", ["destination"], unique=False)

    op.create_table(
        "article_identities",
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("article", BIG, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_article_identities_article_articles")),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_article_identities")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_article_identities_article"), "article_identities", ["article"], unique=False)

    op.create_table(
        "delivery_subscriptions",
        sa.Column("delivery", BIG, autoincrement=False, nullable=False),
        sa.Column("subscription", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery"], ["deliveries.id"], name=op.f("fk_delivery_subscriptions_delivery_deliveries")
        ),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_delivery_subscriptions_subscription_subscriptions")
        ),
        sa.PrimaryKeyConstraint("delivery", "subscription", name=op.f("pk_delivery_subscriptions")),
    )
    op.create_index(
        op.f("ix_delivery_subscriptions_subscription"), "delivery_subscriptions", ["subscription"], unique=False
    )

    op.create_table(
        "matches",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("subscription", BIG, nullable=False),
        sa.Column("destination", BIG, nullable=False),
        sa.Column("story", BIG, nullable=False),
        sa.Column("article", BIG, nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("matched_at", AT, nullable=False),
        sa.Column("told_by", BIG, nullable=True),
        sa.Column("told_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_matches_article_articles")),
        sa.ForeignKeyConstraint(["destination"], ["destinations.id"], name=op.f("fk_matches_destination_destinations")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_matches_story_stories")),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_matches_subscription_subscriptions")
        ),
        sa.ForeignKeyConstraint(["told_by"], ["deliveries.id"], name=op.f("fk_matches_told_by_deliveries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
        sa.UniqueConstraint("subscription", "story", name=op.f("uq_matches_subscription_story")),
    )
    op.create_index(op.f("ix_matches_story"), "matches", ["story"], unique=False)
    op.create_index(
        "ix_matches_untold",
        "matches",
        ["destination", "matched_at"],
        unique=False,
        sqlite_where=sa.text("told_by IS NULL"),
        postgresql_where=sa.text("told_by IS NULL"),
    )

    op.create_table(
        "mentions",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("article", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("lexicon_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_mentions_article_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentions")),
    )
    op.create_index(op.f("ix_mentions_article"), "mentions", ["article"], unique=False)

    op.create_table(
        "rejected",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("article", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason_args", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("lexicon_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_rejected_article_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected")),
    )
    op.create_index(op.f("ix_rejected_article"), "rejected", ["article"], unique=False)

    op.create_table(
        "sentences",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("article", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_sentences_article_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sentences")),
    )
    op.create_index(op.f("ix_sentences_article"), "sentences", ["article"], unique=False)
    op.create_index(op.f("ix_sentences_kept_at"), "sentences", ["kept_at"], unique=False)

    op.create_table(
        "story_overlays",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("article", BIG, autoincrement=False, nullable=False),
        sa.Column("story", BIG, nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_story_overlays_article_articles")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_overlays_story_stories")),
        sa.PrimaryKeyConstraint("team", "article", name=op.f("pk_story_overlays")),
    )
