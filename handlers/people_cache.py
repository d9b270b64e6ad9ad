"""Asks Slack for a person's locale and standing in the workspace, at most once in ten minutes for each person."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from handlers.errors import OutcomeUnknown, PostError, RateLimited, TokenRevoked
from handlers.requests import Standing
from handlers.slack_facts import Identity, UserFacts
from handlers.workspaces import Workspaces

WAIT_SECONDS = 2.0
CACHE_SECONDS = 600.0
CACHE_FAILURE_SECONDS = 10.0
"""For so long after a failed call Slack is not asked again about the same person."""
CACHE_MAX_USERS = 2_000
UNKNOWN_PERSON = ("user_not_found", "user_not_visible")
"""Slack's codes for a person whom the workspace does not know."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person; ``standing`` is None when Slack may not be asked."""

    locale: str | None
    standing: Standing | None


class PeopleCache:
    """Keeps what Slack says about people in memory."""

    def __init__(self, workspaces: Workspaces, seconds: Callable[[], float] = time.monotonic) -> None:
        self._workspaces = workspaces
        self._seconds = seconds
        self._people: dict[tuple[str, str], tuple[float, Person]] = {}
        """By workspace and person: a person may belong to several, with a standing in each."""

    async def person(self, team: str, user: str) -> Person:
        """Returns a person; one of whom Slack says nothing within two seconds is ``unreachable``."""
        expires_at, person = self._people.get((team, user), (0.0, None))
        if person is None or self._seconds() >= expires_at:
            person = await self._ask_slack(team, user)
            kept_seconds = CACHE_FAILURE_SECONDS if person.standing == "unreachable" else CACHE_SECONDS
            if len(self._people) >= CACHE_MAX_USERS:
                self._people.clear()
            self._people[team, user] = (self._seconds() + kept_seconds, person)
        return person

    async def _ask_slack(self, team: str, user: str) -> Person:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                identity = await self._workspaces.identity(team)
                facts = await self._workspaces.poster(team).user_facts(user)
        except TimeoutError:
            return Person(None, "unreachable")
        except PostError as error:
            return Person(None, standing_after(error))
        if facts is None:
            return Person(None, None)
        return Person(facts.locale, standing_of(facts, identity) if identity is not None else "outsider")


def standing_after(error: PostError) -> Standing | None:
    """Returns what a failed question says: nothing where Slack refused it for good, as without the scope.

    A token that does not work says nothing of the person: a guest must not count as a member until it does.
    """
    if error.code in UNKNOWN_PERSON:
        return "outsider"
    if isinstance(error, TokenRevoked):
        return "unreachable"
    no_answer = isinstance(error, RateLimited | OutcomeUnknown) and not error.code.startswith("http_4")
    return "unreachable" if no_answer else None


def standing_of(facts: UserFacts, identity: Identity) -> Standing:
    """Returns a person's standing in the workspace that the app is installed in."""
    ours = ("", identity.team, identity.enterprise)
    if facts.stranger or (facts.team not in ours and identity.team not in facts.teams):
        return "outsider"
    if facts.restricted:
        return "guest"
    return "admin" if facts.admin else "member"
