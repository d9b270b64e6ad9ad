"""An article keeps its features as bytes, sorted, and what they weighed when it was placed.

A feature takes four bytes, little-endian; behind all of them one byte for each is the number of the sentence in which
it was met. A feature whose upper four bits are 0 stands for a sentence; words, whose upper bits are 1, are not kept.
"""

from __future__ import annotations

import json
import sys
from array import array

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

ROWS_AT_ONCE = 500
_articles = sa.table("articles", sa.column("id"), sa.column("fingerprint_list"), sa.column("fingerprint"))


def upgrade() -> None:
    """Make the changes."""
    op.execute("ALTER TABLE articles RENAME COLUMN fingerprint TO fingerprint_list")
    op.add_column("articles", sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
    op.add_column("articles", sa.Column("rarity_sums", sa.LargeBinary(), nullable=True))
    _pack_all(op.get_bind())
    op.drop_column("articles", "fingerprint_list")


def _pack_all(c: sa.Connection) -> None:
    last_id, columns = 0, _articles.c
    while True:
        query = sa.select(columns.id, sa.cast(columns.fingerprint_list, sa.Text)).where(columns.id > last_id)
        rows = c.execute(query.order_by(columns.id).limit(ROWS_AT_ONCE)).all()
        if not rows:
            return
        for article, written in rows:
            if features := json.loads(written):
                c.execute(sa.update(_articles).where(columns.id == article).values(fingerprint=_packed(features)))
        last_id = rows[-1][0]


def _packed(features: list[int]) -> bytes:
    sentence_of: dict[int, int] = {}
    sentence = 0
    for feature in features:
        if feature >> 28 == 0:
            sentence = min(sentence + 1, 255)
        if feature >> 28 != 1:
            sentence_of.setdefault(feature, sentence)
    ordered = array("I", sorted(sentence_of))
    numbers = bytes(map(sentence_of.__getitem__, ordered))
    if sys.byteorder == "big":
        ordered.byteswap()
    return ordered.tobytes() + numbers
