"""Reads and writes the ``commitment_states`` table: how far a clause of the pact is, as a workspace's people set it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fields_of, from_row, upsert
from bot.store.schema import commitment_states

_row = commitment_states.c


@dataclass(frozen=True, slots=True)
class CommitmentState:
    """The state that a person gave a clause."""

    team: str
    clause: str
    state: str
    person: str | None
    set_at: datetime


async def put(c: AsyncConnection, state: CommitmentState) -> None:
    """Writes a clause's state over the one before."""
    await upsert(c, commitment_states, fields_of(state))


async def clear(c: AsyncConnection, team: str, clause: str) -> None:
    """Deletes a clause's state."""
    await c.execute(delete(commitment_states).where(_row.team == team, _row.clause == clause))


async def of_team(c: AsyncConnection, team: str) -> dict[str, CommitmentState]:
    """Returns the states that a workspace's people set, by the clause's id."""
    rows = await c.execute(select(commitment_states).where(_row.team == team))
    return {row.clause: from_row(CommitmentState, row) for row in rows}
