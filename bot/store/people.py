"""Reads the ``people`` table: the language and time zone of a person, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one
from bot.store.schema import people


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a workspace; None where a value is not known."""

    team: str
    slack_id: str
    language: str | None = None
    timezone: str | None = None


async def get(c: AsyncConnection, team: str, slack_id: str) -> Person:
    """Returns the person; one without a row has neither language nor zone."""
    person = await fetch_one(c, Person, people, people.c.team == team, people.c.slack_id == slack_id)
    return person or Person(team, slack_id)
