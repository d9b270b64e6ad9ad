"""Cancels deliveries whose parent never comes: a reply or a further page goes into the thread of its parent.

Triggers of the database note a parent in ``gone_parents`` when it is cancelled or dead while others wait for it, or
when one is enqueued behind it then, whoever writes that. So a look reads the notes, and not all that wait. Where one
transaction cancels the parent while another enqueues behind it, neither sees the other on PostgreSQL, and none may wait
for the other: the check of what triggers missed finds those.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import matches
from bot.store.deliveries.table import OPEN
from bot.store.schema import deliveries, gone_parents

NOTES = 200
"""Noted parents whose dependents are cancelled at once; the others are next."""
GONE = ("cancelled", "dead")
_row = deliveries.c
_parent = deliveries.alias("first")


def _waits_for_nothing() -> ColumnElement[bool]:
    """The delivery is open and its parent gone. PostgreSQL would read all that are gone for an EXISTS."""
    parent_state = select(_parent.c.state).where(_parent.c.id == _row.after).scalar_subquery()
    return and_(_row.state.in_(OPEN), parent_state.in_(GONE))


_NOTED = select(gone_parents.c.id, gone_parents.c.parent).order_by(gone_parents.c.id).limit(NOTES)
_LOCK_NOTED = _NOTED.with_for_update(skip_locked=True)
_OF_PARENTS = _row.after.in_(bindparam("parents", expanding=True))
_CANCEL = update(deliveries).where(_OF_PARENTS, _waits_for_nothing())
_CANCEL_RETURNING = _CANCEL.values(state="cancelled", error="parent_gone").returning(_row.id)
_UNNOTE = delete(gone_parents).where(gone_parents.c.id.in_(bindparam("ids", expanding=True)))
_UNNOTED = and_(_row.after.is_not(None), _row.after.not_in(select(gone_parents.c.parent)))
_MISSED = select(_row.after).where(_waits_for_nothing(), _UNNOTED).distinct()


def any_noted() -> Select[int]:
    """The noted parents: a query for one that asks whether there are any."""
    return select(gone_parents.c.id)


async def cancel_dependents(c: AsyncConnection) -> int:
    """Cancel deliveries whose parent never comes, and mark their matches untold; how many there were."""
    noted = (await c.execute(_LOCK_NOTED)).all()
    if not noted:
        return 0
    ids = list((await c.execute(_CANCEL_RETURNING, {"parents": [row.parent for row in noted]})).scalars())
    for delivery_id in ids:
        await matches.mark_untold(c, delivery_id)
    await c.execute(_UNNOTE, {"ids": [row.id for row in noted]})
    return len(ids)


async def missed(c: AsyncConnection) -> list[int]:
    """Parents that are gone and not noted, while deliveries wait for them."""
    return list((await c.execute(_MISSED)).scalars())


async def note(c: AsyncConnection, parents: list[int]) -> None:
    """Note these parents."""
    await c.execute(insert(gone_parents), [{"parent": parent} for parent in parents])
