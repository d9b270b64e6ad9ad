"""Reports spellings that the lexicon does not know to the operators, at most once a week and each spelling once.

The reported spellings and weeks are rows, so two processes that run at once report once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot.deliveries.notices import OperatorsChannel, enqueue_notice, operators_destination
from bot.matching.lexicon_tools.sightings import Proposal, ScoutText
from bot.store import installations, once, sentences
from bot.store.engine import Connection, Store
from bot.store.sentences import StoredText
from settings.lexicon import Lexicon

log = logging.getLogger("pactbot.scout")

LOOK_BACK = timedelta(days=30)
MAX_PROPOSALS = 15
"""Spellings in a week's message; the next week's message continues."""


def proposals_of(lexicon: Lexicon, texts: Sequence[StoredText]) -> tuple[Proposal, ...]:
    """The spellings that stored articles propose. This takes long: never run it on the event loop."""
    from bot.matching.lexicon_tools.scout import Scout  # loaded once a week, and never without an operators' channel

    return Scout(lexicon).proposals(
        ScoutText(text.article, text.outlet, text.seen_at, text.sentences) for text in texts
    )


class AliasScout:
    """Reports to the operators of each workspace; does nothing without an operators' channel."""

    def __init__(
        self, store: Store, lexicon: Lexicon, operators: OperatorsChannel | None, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._lexicon = lexicon
        self._operators = operators
        self._now = now

    async def run(self) -> int:
        """Scouts for the workspaces that got no report this week; returns the number of messages."""
        operators, now = self._operators, self._now()
        if operators is None:
            return 0
        async with self._store.read() as c:
            active = [
                row.team for row in await installations.all_of(c) if row.state == "active" and operators.is_in(row.team)
            ]
            teams = [team for team in active if not await once.taken(c, team, [_week_key(now)])]
            texts = await sentences.texts_since(c, now - LOOK_BACK) if teams else []
        proposals = await asyncio.to_thread(proposals_of, self._lexicon, texts) if texts else ()
        if not proposals:
            return 0
        async with self._store.begin() as c:
            return sum([await self._report(c, team, operators, proposals, now) for team in teams])

    async def _report(
        self, c: Connection, team: str, operators: OperatorsChannel, proposals: Sequence[Proposal], now: datetime
    ) -> int:
        by_key = {_proposal_key(proposal): proposal for proposal in proposals}
        reported = await once.taken(c, team, list(by_key))
        fresh = [(key, proposal) for key, proposal in by_key.items() if key not in reported][:MAX_PROPOSALS]
        if not fresh or not await once.take(c, team, _week_key(now), now):
            return 0
        for key, _ in fresh:
            await once.take(c, team, key, now)
        log.info("aliases_proposed", extra={"team": team, "proposals": len(fresh)})
        destination = await operators_destination(c, operators, team)
        lines = [_line(proposal) for _, proposal in fresh]
        args = {"n": str(len(fresh)), "line": f"lexicon add {fresh[0][1].spelling}"}
        return int(await enqueue_notice(c, report_key(team, now), destination, "aliases_found", args, now, lines))


def report_key(team: str, now: datetime) -> str:
    """The key of the message with a workspace's proposals of a week."""
    return f"notice:{team}:{_week_key(now)}"


def _line(proposal: Proposal) -> dict[str, object]:
    args = {
        "spelling": proposal.spelling,
        "topics": proposal.topic,
        "articles": str(proposal.articles),
        "outlets": str(proposal.outlets),
        "example": proposal.examples[0],
        "toml": proposal.toml,
    }
    return {"code": f"alias_{proposal.kind}", "args": args}


def _week_key(now: datetime) -> str:
    year, week, _ = now.isocalendar()
    return f"scout:{year}-W{week:02}"


def _proposal_key(proposal: Proposal) -> str:
    """The key of a spelling's row; a long spelling is hashed, because an index entry has a limit."""
    key = f"alias:{proposal.key}"
    return key if len(key) <= 200 else f"alias:{sha256(key.encode()).hexdigest()}"
