"""Deliveries that never come are noted where others wait for them, so that a look does not read all that wait.

Triggers note a parent that is cancelled or dead, whichever process wrote that, also one of an older version, which does
not know the table. They lock nothing that another one waits for.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

OPEN = "('due', 'held', 'waiting')"
GONE = "('cancelled', 'dead')"
BECAME_GONE = "NEW.state IN {gone} AND OLD.state NOT IN {gone}"
WAITS = 'NEW."after" IS NOT NULL AND NEW.state IN {open}'
HAS_CHILD = 'EXISTS (SELECT 1 FROM deliveries WHERE state IN {open} AND "after" = NEW.id)'
NOTE = "INSERT INTO gone_parents (parent) SELECT NEW.id WHERE {has_child};"
NOTE_PARENT = 'INSERT INTO gone_parents (parent) SELECT id FROM deliveries WHERE id = NEW."after" AND state IN {gone};'
NOTE_ALL = """
INSERT INTO gone_parents (parent) SELECT DISTINCT child."after" FROM deliveries AS child
JOIN deliveries AS first ON first.id = child."after"
WHERE child."after" IS NOT NULL AND child.state IN {open} AND first.state IN {gone}
"""
SQLITE = """
CREATE TRIGGER parent_gone AFTER UPDATE OF state ON deliveries WHEN {became_gone} BEGIN {note} END

CREATE TRIGGER dependent_added AFTER INSERT ON deliveries WHEN {waits} BEGIN {note_parent} END

CREATE TRIGGER dependent_changed AFTER UPDATE OF state, "after" ON deliveries
WHEN {waits} AND (OLD.state NOT IN {open} OR OLD."after" IS NOT NEW."after") BEGIN {note_parent} END
"""
POSTGRESQL = """
CREATE FUNCTION parent_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note} RETURN NULL; END $$

CREATE TRIGGER parent_gone AFTER UPDATE OF state ON deliveries
FOR EACH ROW WHEN ({became_gone}) EXECUTE FUNCTION parent_gone()

CREATE FUNCTION dependent_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note_parent} RETURN NULL; END $$

CREATE TRIGGER dependent_added AFTER INSERT ON deliveries
FOR EACH ROW WHEN ({waits}) EXECUTE FUNCTION dependent_changed()

CREATE TRIGGER dependent_changed AFTER UPDATE OF state, "after" ON deliveries
FOR EACH ROW WHEN ({waits} AND (OLD.state NOT IN {open} OR OLD."after" IS DISTINCT FROM NEW."after"))
EXECUTE FUNCTION dependent_changed()
"""


def upgrade() -> None:
    """Make the changes."""
    dialect = op.get_bind().dialect.name
    big_integer = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "gone_parents",
        sa.Column("id", big_integer, sa.Identity(), primary_key=True),
        sa.Column("parent", big_integer, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_gone_parents_parent", "gone_parents", ["parent"])
    states = {"open": OPEN, "gone": GONE}
    parts = {"became_gone": BECAME_GONE, "waits": WAITS, "note_parent": NOTE_PARENT}
    parts = {name: part.format(**states) for name, part in parts.items()}
    note = NOTE.format(has_child=HAS_CHILD.format(**states))
    for statement in (SQLITE if dialect == "sqlite" else POSTGRESQL).strip().split("\n\n"):
        op.execute(statement.format(**states, **parts, note=note))
    # after the triggers, whose making lets nobody write deliveries until all this is committed
    op.execute(NOTE_ALL.format(**states))
