"""Who hears of trouble: the owners of a channel that is away, once; the operators of everything else."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.deliveries.notices import OperatorsChannel, enqueue_notice, notify_operators, operators_destination
from bot.outbox.ports import Alert
from bot.store import destinations, installations, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store

log = logging.getLogger("pactbot.alerts")


class Alerts:
    """Owes the notices. ``open_direct`` gives a person's own message channel."""

    def __init__(
        self,
        store: Store,
        operators: OperatorsChannel | None,
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

    async def tell(self, trouble: Alert) -> None:
        """One trouble: written to the log, and owed to whoever can mend it.

        Of a stopped workspace the log alone can tell while it is stopped; its operators hear of it afterwards.
        """
        fields = {"kind": trouble.kind, "team": trouble.team, "code": trouble.code}
        log.log(logging.ERROR if trouble.kind == "stopped" else logging.WARNING, "trouble", extra=fields)
        if trouble.kind == "away":
            await self._tell_owners(trouble)
        elif trouble.kind == "resumed":
            async with self._store.begin() as c:
                await self.notify_resumed(c, trouble.team)
        elif trouble.kind != "stopped" and self._operators is not None:
            await self._tell_operators(trouble, self._operators)

    async def notify_resumed(self, c: Connection, team: str) -> int:
        """A workspace that was stopped works again: its operators hear how long it did not, once a stop."""
        found = await installations.get(c, team)
        if found is None or found.state != "active" or found.stopped_at is None:
            return 0
        away = max(timedelta(minutes=1), self._now() - found.stopped_at)
        said = {"since": found.stopped_at.isoformat(), "minutes": str(away // timedelta(minutes=1))}
        what = f"resumed:{found.stopped_at.isoformat()}"
        return await notify_operators(c, self._operators, team, what, "trouble_resumed", said, self._now())

    async def _tell_owners(self, trouble: Alert) -> None:
        """Once an absence, whether Slack told of it or a post found out, and however often a post is tried."""
        number = trouble.destination_id
        if number is None:
            return
        async with self._store.read() as c:
            place = await destinations.get(c, number)
            asked = await subscriptions.of_destination(c, number)
            last = await deliveries.last_post_at(c, destination=number)
        if place is None or place.person is not None:
            return
        since = last.isoformat() if last else "never"
        for owner in dict.fromkeys(one.owner for one in asked if one.owner is not None):
            direct = await self._open_direct(trouble.team, owner)
            if direct is not None:
                key = f"notice:{trouble.team}:away:{number}:{owner}:{since}"
                await self._owe_owner(
                    key, trouble.team, direct, owner, {"channel": place.slack_id, "why": trouble.code}
                )

    async def _owe_owner(self, key: str, team: str, direct: str, owner: str, said: dict[str, str]) -> None:
        async with self._store.begin() as c:
            there = await destinations.get_or_add(
                c, team, direct, language=self._language, timezone=self._timezone, person=owner
            )
            await enqueue_notice(c, key, there, "channel_away", said, self._now())

    async def _tell_operators(self, trouble: Alert, told: OperatorsChannel) -> None:
        of: object = trouble.delivery.id if trouble.delivery is not None else trouble.team
        said = {"why": trouble.code, "delivery": str(of)}
        async with self._store.begin() as c:
            place = await operators_destination(c, told, trouble.team)
            if trouble.destination_id != place.id:
                if trouble.kind == "scope":  # every delivery meets it: told once a day
                    of = f"{trouble.code}:{self._now().date().isoformat()}"
                what, code = f"{trouble.kind}:{of}", f"trouble_{trouble.kind}"
                await notify_operators(c, told, trouble.team, what, code, said, self._now())
