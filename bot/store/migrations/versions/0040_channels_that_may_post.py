"""Channels know whether a delivery of theirs may be ready, so that a claim does not read all that waits.

Triggers set it whenever a delivery may have become ready, whichever process wrote that, also one of an older version,
which does not know the column.
On PostgreSQL a trigger does not update the channel, because those that enqueue in one channel would wait for each
other: it notes the channel, and a claim updates it. It locks the channel first, as who enqueues does anyway, so that no
claim decides that nothing is ready there before it has committed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

MAY_POST = sa.text("may_post")
HAS_PARENT = sa.text("after IS NOT NULL")
BUSY = "('sending', 'unknown')"
IS_NEWS = """(NEW.state = 'due' AND OLD.state <> 'due')
OR (NEW.state = 'sent' AND OLD.state <> 'sent')
OR (OLD.state IN {busy} AND NEW.state NOT IN {busy})
OR NEW.destination <> OLD.destination"""
SQLITE = """
CREATE TRIGGER delivery_added AFTER INSERT ON deliveries WHEN NEW.state = 'due'
BEGIN UPDATE destinations SET may_post = 1 WHERE id = NEW.destination AND NOT may_post; END

CREATE TRIGGER delivery_changed AFTER UPDATE OF state, destination, "after" ON deliveries
WHEN {is_news} OR (NEW.state = 'due' AND NEW."after" IS NOT OLD."after")
BEGIN UPDATE destinations SET may_post = 1 WHERE id IN (NEW.destination, OLD.destination) AND NOT may_post
AND EXISTS (SELECT 1 FROM deliveries WHERE state = 'due' AND destination = destinations.id); END

CREATE TRIGGER delivery_deleted AFTER DELETE ON deliveries WHEN OLD.state IN {busy}
BEGIN UPDATE destinations SET may_post = 1 WHERE id = OLD.destination AND NOT may_post; END

CREATE TRIGGER channel_opened AFTER UPDATE OF state ON destinations WHEN NEW.state = 'active' AND OLD.state <> 'active'
BEGIN UPDATE destinations SET may_post = 1 WHERE id = NEW.id AND NOT may_post; END

CREATE TRIGGER team_resumed AFTER UPDATE OF state ON installations
WHEN NEW.state = 'active' AND OLD.state <> 'active'
BEGIN UPDATE destinations SET may_post = 1 WHERE team = NEW.team AND NOT may_post; END

CREATE TRIGGER team_deleted AFTER DELETE ON installations WHEN OLD.state <> 'active'
BEGIN UPDATE destinations SET may_post = 1 WHERE team = OLD.team AND NOT may_post; END
"""
POSTGRESQL = """
CREATE FUNCTION note_due_channel(channel bigint) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
PERFORM FROM destinations WHERE id = channel FOR KEY SHARE;
INSERT INTO due_channels (destination) SELECT id FROM destinations
WHERE id = channel AND NOT may_post AND NOT EXISTS (SELECT FROM due_channels WHERE destination = channel)
AND EXISTS (SELECT FROM deliveries WHERE state = 'due' AND destination = channel);
END $$

CREATE FUNCTION delivery_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP <> 'DELETE' THEN PERFORM note_due_channel(NEW.destination); END IF;
IF TG_OP = 'DELETE' THEN PERFORM note_due_channel(OLD.destination);
ELSIF TG_OP = 'UPDATE' THEN
IF OLD.destination <> NEW.destination THEN PERFORM note_due_channel(OLD.destination); END IF;
END IF;
RETURN NULL; END $$

CREATE TRIGGER delivery_added AFTER INSERT ON deliveries
FOR EACH ROW WHEN (NEW.state = 'due') EXECUTE FUNCTION delivery_changed()

CREATE TRIGGER delivery_changed AFTER UPDATE OF state, destination, "after" ON deliveries FOR EACH ROW
WHEN ({is_news} OR (NEW.state = 'due' AND NEW."after" IS DISTINCT FROM OLD."after"))
EXECUTE FUNCTION delivery_changed()

CREATE TRIGGER delivery_deleted AFTER DELETE ON deliveries
FOR EACH ROW WHEN (OLD.state IN {busy}) EXECUTE FUNCTION delivery_changed()

CREATE FUNCTION channel_opened() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.may_post = true; RETURN NEW; END $$

CREATE TRIGGER channel_opened BEFORE UPDATE OF state ON destinations
FOR EACH ROW WHEN (NEW.state = 'active' AND OLD.state <> 'active') EXECUTE FUNCTION channel_opened()

CREATE FUNCTION team_resumed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
PERFORM FROM destinations WHERE team = OLD.team ORDER BY id FOR KEY SHARE;
INSERT INTO due_channels (destination) SELECT id FROM destinations WHERE team = OLD.team AND NOT may_post;
RETURN NULL; END $$

CREATE TRIGGER team_resumed AFTER UPDATE OF state ON installations
FOR EACH ROW WHEN (NEW.state = 'active' AND OLD.state <> 'active') EXECUTE FUNCTION team_resumed()

CREATE TRIGGER team_deleted AFTER DELETE ON installations
FOR EACH ROW WHEN (OLD.state <> 'active') EXECUTE FUNCTION team_resumed()
"""


def upgrade() -> None:
    """Make the changes."""
    dialect = op.get_bind().dialect.name
    op.add_column("destinations", sa.Column("may_post", sa.Boolean(), server_default=sa.false(), nullable=False))
    for name, table, columns, where in (
        ("ix_destinations_may_post", "destinations", ["next_post_at", "id"], MAY_POST),
        ("ix_destinations_team_may_post", "destinations", ["team", "next_post_at", "id"], MAY_POST),
        ("ix_deliveries_dependent", "deliveries", ["state", "after"], HAS_PARENT),
    ):
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "due_channels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True),
        sa.Column(
            "destination",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("destinations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_due_channels_destination", "due_channels", ["destination"])
    triggers = (SQLITE if dialect == "sqlite" else POSTGRESQL).format(is_news=IS_NEWS.format(busy=BUSY), busy=BUSY)
    for statement in triggers.strip().split("\n\n"):
        op.execute(statement)
    # after the triggers, whose making lets nobody write deliveries until all this is committed
    has_due = "id IN (SELECT destination FROM deliveries WHERE state = 'due')"
    op.execute(
        sa.update(sa.table("destinations", sa.column("may_post"))).values(may_post=sa.true()).where(sa.text(has_due))
    )
