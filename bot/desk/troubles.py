"""Who hears of trouble: the owners of a channel that is away, once; the operators of everything else."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.desk.errands import Trouble
from bot.model import Destination
from bot.store import deliveries, destinations, subscriptions
from bot.store.engine import Connection, Store

log = logging.getLogger("pactbot.troubles")


class Troubles:
    """Owes the notices. ``open_direct`` gives a person's own message channel."""

    def __init__(
        self,
        store: Store,
        operators: str | None,
        language: str,
        timezone: str,
        now: Callable[[], datetime],
        open_direct: Callable[[str, str], Awaitable[str | None]],
    ) -> None:
        self._store = store
        self._operators = operators
        self._language = language
        self._timezone = timezone
        self._now = now
        self._open_direct = open_direct

    async def tell(self, trouble: Trouble) -> None:
        """One trouble: written to the log, and owed to whoever can mend it."""
        fields = {"kind": trouble.kind, "team": trouble.team, "code": trouble.code}
        log.warning("trouble", extra=fields)
        if trouble.kind == "away" and trouble.delivery is not None:
            await self._tell_owners(trouble, trouble.delivery.destination)
        elif trouble.kind in ("dead", "degraded", "scope") and self._operators is not None:
            await self._tell_operators(trouble)

    async def _tell_owners(self, trouble: Trouble, number: int) -> None:
        async with self._store.read() as c:
            place = await destinations.get(c, number)
            asked = await subscriptions.of_destination(c, number)
            last = await deliveries.last_post_at(c, destination=number)
        if place is None or place.person is not None:
            return
        since = last.isoformat() if last else "never"  # one absence is told once, however often a post is tried
        owners = dict.fromkeys(one.owner for one in asked if one.owner is not None)
        for owner in owners:
            direct = await self._open_direct(trouble.team, owner)
            if direct is not None:
                async with self._store.begin() as c:
                    there = await self._place(c, trouble.team, direct, owner)
                    key = f"notice:{trouble.team}:away:{number}:{owner}:{since}"
                    await self._owe(c, key, there, "channel_away", {"channel": place.slack_id, "why": trouble.code})

    async def _tell_operators(self, trouble: Trouble) -> None:
        assert self._operators is not None
        of = trouble.delivery.id if trouble.delivery is not None else trouble.team
        async with self._store.begin() as c:
            place = await self._place(c, trouble.team, self._operators, None)
            if trouble.delivery is not None and trouble.delivery.destination == place.id:
                return
            args = {"why": trouble.code, "delivery": str(of)}
            await self._owe(c, f"notice:{trouble.team}:{trouble.kind}:{of}", place, f"trouble_{trouble.kind}", args)

    async def _place(self, c: Connection, team: str, channel: str, person: str | None) -> Destination:
        return await destinations.get_or_add(
            c, team, channel, language=self._language, timezone=self._timezone, person=person
        )

    async def _owe(self, c: Connection, key: str, place: Destination, code: str, args: dict[str, str]) -> None:
        await deliveries.owe(
            c,
            key,
            team=place.team,
            destination=place.id,
            kind="notice",
            now=self._now(),
            payload={"code": code, "args": args},
        )
