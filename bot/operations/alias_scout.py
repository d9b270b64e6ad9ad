"""The alias scout at work: once a week the operators hear of spellings that were not told before; else nothing.

What was told, and in which week, are rows; two processes that look at once tell once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot.deliveries.notices import OperatorsChannel, enqueue_notice, operators_destination
from bot.matching.lexicon_tools.sightings import Proposal, ScoutText
from bot.store import installations, once, scout_texts
from bot.store.engine import Connection, Store
from bot.store.scout_texts import StoredText
from settings.lexicon import Lexicon

log = logging.getLogger("pactbot.scout")

LOOK_BACK = timedelta(days=30)
MAX_PROPOSALS = 15
"""A week's message; what is left is told in the next."""


def proposals_of(lexicon: Lexicon, kept: Sequence[StoredText]) -> tuple[Proposal, ...]:
    """What stored articles propose. Heavy: never on the event loop."""
    from bot.matching.lexicon_tools.scout import Scout  # once a week, and never without an operators' channel

    return Scout(lexicon).proposals(ScoutText(one.article, one.outlet, one.seen_at, one.sentences) for one in kept)


class AliasScout:
    """Tells the operators of each workspace; without an operators' channel it does not even look."""

    def __init__(
        self, store: Store, lexicon: Lexicon, operators: OperatorsChannel | None, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._lexicon = lexicon
        self._operators = operators
        self._now = now

    async def run(self) -> int:
        """Looks where nothing was told this week; returns how many messages are owed of it."""
        told, now = self._operators, self._now()
        if told is None:
            return 0
        async with self._store.read() as c:
            active = [one.team for one in await installations.all_of(c) if one.state == "active"]
            teams = [team for team in active if not await scout_texts.told_before(c, team, [_week(now)])]
            kept = await scout_texts.kept_since(c, now - LOOK_BACK) if teams else []
        found = await asyncio.to_thread(proposals_of, self._lexicon, kept) if kept else ()
        if not found:
            return 0
        async with self._store.begin() as c:
            return sum([await self._tell(c, team, told, found, now) for team in teams])

    async def _tell(
        self, c: Connection, team: str, told: OperatorsChannel, found: Sequence[Proposal], now: datetime
    ) -> int:
        keys = {_key(one): one for one in found}
        known = await scout_texts.told_before(c, team, list(keys))
        fresh = [(key, one) for key, one in keys.items() if key not in known][:MAX_PROPOSALS]
        if not fresh or not await once.take(c, team, _week(now), now):
            return 0
        for key, _ in fresh:
            await once.take(c, team, key, now)
        log.info("aliases_proposed", extra={"team": team, "proposals": len(fresh)})
        place, key = await operators_destination(c, told, team), f"notice:{team}:{_week(now)}"
        args = {"n": str(len(fresh))}
        return int(await enqueue_notice(c, key, place, "aliases_found", args, now, [_line(one) for _, one in fresh]))


def _line(one: Proposal) -> dict[str, object]:
    args = {
        "spelling": one.spelling,
        "topics": one.topic,
        "articles": str(one.articles),
        "outlets": str(one.outlets),
        "example": one.examples[0],
    }
    return {"code": f"alias_{one.kind}", "args": args}


def _week(now: datetime) -> str:
    year, week, _ = now.isocalendar()
    return f"scout:{year}-W{week:02}"


def _key(one: Proposal) -> str:
    """A spelling's key in a row; a long one by its hash, because an index has its limits."""
    key = f"alias:{one.key}"
    return key if len(key) <= 200 else f"alias:{sha256(key.encode()).hexdigest()}"
