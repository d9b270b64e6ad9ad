"""Destinations know when their digests are to be looked at, so that a round reads only the channels that are due.

Triggers make a channel due at once when its times or subscriptions change. So no digest is looked at too late,
whichever process writes them, also one of an older version, which does not know the column. What the clock's check asks
of channels and mutes has an index, too.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

AT_ONCE = {"sqlite": "'1970-01-01 00:00:00.000000'", "postgresql": "'1970-01-01 00:00:00+00'"}
DESTINATION = "UPDATE OF digest_at, quiet_from, quiet_to, timezone ON destinations"
SUBSCRIPTION = "UPDATE OF destination, cadence, at, weekday, timezone, created_at, state ON subscriptions"
SQLITE = """
CREATE TRIGGER destination_changed AFTER {destination}
BEGIN UPDATE destinations SET digest_due_at = {at_once} WHERE id = NEW.id; END

CREATE TRIGGER subscription_added AFTER INSERT ON subscriptions
BEGIN UPDATE destinations SET digest_due_at = {at_once} WHERE id = NEW.destination; END

CREATE TRIGGER subscription_changed AFTER {subscription}
BEGIN UPDATE destinations SET digest_due_at = {at_once} WHERE id = NEW.destination; END
"""
POSTGRESQL = """
CREATE FUNCTION destination_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.digest_due_at = {at_once}; RETURN NEW; END $$

CREATE TRIGGER destination_changed BEFORE {destination}
FOR EACH ROW EXECUTE FUNCTION destination_changed()

CREATE FUNCTION subscription_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN UPDATE destinations SET digest_due_at = {at_once} WHERE id = NEW.destination; RETURN NULL; END $$

CREATE TRIGGER subscription_changed AFTER INSERT OR {subscription}
FOR EACH ROW EXECUTE FUNCTION subscription_changed()
"""


def upgrade() -> None:
    """Make the changes."""
    dialect = op.get_bind().dialect.name
    instant = sa.DateTime(timezone=True)
    op.add_column("destinations", sa.Column("digest_due_at", instant, server_default=sa.text(AT_ONCE[dialect])))
    op.add_column("destinations", sa.Column("digest_looked_at", instant))
    is_set = sa.text("digest_due_at IS NOT NULL")  # else SQLite would take the index for every query of a state
    op.create_index(
        "ix_destinations_digest_due",
        "destinations",
        ["state", "digest_due_at"],
        sqlite_where=is_set,
        postgresql_where=is_set,
    )
    for table, column in (("destinations", "digest_looked_at"), ("destinations", "next_post_at"), ("mutes", "made_at")):
        op.create_index(f"ix_{table}_{column}", table, [column])
    triggers = (SQLITE if dialect == "sqlite" else POSTGRESQL).format(
        at_once=AT_ONCE[dialect], destination=DESTINATION, subscription=SUBSCRIPTION
    )
    for statement in triggers.strip().split("\n\n"):
        op.execute(statement)
