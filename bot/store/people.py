"""What is known of a person: language and zone, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one
from bot.store.schema import people


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a workspace; None where nobody said."""

    team: str
    slack_id: str
    language: str | None = None
    timezone: str | None = None


async def get(c: AsyncConnection, team: str, slack_id: str) -> Person:
    """The person, with nothing known when never met."""
    found = await fetch_one(c, Person, people, people.c.team == team, people.c.slack_id == slack_id)
    return found or Person(team, slack_id)
