"""Reads and writes the ``people`` table: the language and time zone of a person, nothing else.

A person's own direct message is a destination, which keeps the language and the zone that its messages are rendered in:
whoever changes the person's changes that row in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one, upsert
from bot.store.schema import people


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a workspace; None where the person has chosen nothing."""

    team: str
    slack_id: str
    language: str | None = None
    timezone: str | None = None


async def get(c: AsyncConnection, team: str, slack_id: str) -> Person:
    """Returns the person; one without a row has neither language nor zone."""
    person = await fetch_one(c, Person, people, people.c.team == team, people.c.slack_id == slack_id)
    return person or Person(team, slack_id)


async def save(c: AsyncConnection, person: Person) -> None:
    """Writes what the person chose."""
    chosen = {"language": person.language, "timezone": person.timezone}
    await upsert(c, people, {"team": person.team, "slack_id": person.slack_id, **chosen})
