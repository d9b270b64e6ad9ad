"""Sends alerts: to the owners of a channel that is away, once an absence; about everything else to the operators."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.deliveries.notices import OperatorsChannel, enqueue_notice, notify_operators, operators_destination
from bot.outbox.ports import Alert
from bot.store import destinations, installations, people, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store

log = logging.getLogger("pactbot.alerts")


class Alerts:
    """Writes alerts to the log and enqueues their notices. ``open_direct`` opens a person's direct message channel."""

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

    async def send(self, alert: Alert) -> None:
        """Logs one alert and notifies whoever can mend its cause.

        A stopped workspace stands only in the log while it is stopped; its operators are notified when it resumes.
        """
        fields = {"kind": alert.kind, "team": alert.team, "code": alert.code}
        log.log(logging.ERROR if alert.kind == "stopped" else logging.WARNING, "alert", extra=fields)
        if alert.kind == "away":
            await self._notify_owners(alert)
        elif alert.kind == "resumed":
            async with self._store.begin() as c:
                await self.notify_resumed(c, alert.team)
        elif alert.kind != "stopped" and self._operators is not None:
            await self._notify_operators(alert, self._operators)

    async def notify_resumed(self, c: Connection, team: str) -> int:
        """Notifies the operators of a resumed workspace how long it was stopped, once a stop."""
        installation = await installations.get(c, team)
        if installation is None or installation.state != "active" or installation.stopped_at is None:
            return 0
        stopped_at = installation.stopped_at.isoformat()
        stopped_for = max(timedelta(minutes=1), self._now() - installation.stopped_at)
        args = {"since": stopped_at, "minutes": str(stopped_for // timedelta(minutes=1))}
        what = f"resumed:{stopped_at}"
        return await notify_operators(c, self._operators, team, what, "trouble_resumed", args, self._now())

    async def notify_lost_scopes(self, team: str, installer: str, scopes: Sequence[str]) -> None:
        """Tells whoever installed the app anew what it cannot do any more, because it was not allowed again."""
        log.warning("scopes_lost", extra={"team": team, "scopes": ",".join(scopes)})
        direct = await self._open_direct(team, installer)
        if direct is not None:
            key = f"notice:{team}:scopes:{installer}:{self._now().isoformat()}"
            await self._notify_person(key, team, direct, installer, "scopes_lost", {"scopes": ", ".join(scopes)})

    async def _notify_owners(self, alert: Alert) -> None:
        """Notifies each owner once an absence, however often Slack or a failed post reports it."""
        if alert.destination_id is None:
            return
        async with self._store.read() as c:
            destination = await destinations.get(c, alert.destination_id)
            subscribed = await subscriptions.of_destination(c, alert.destination_id)
            last_post_at = await deliveries.last_post_at(c, destination=alert.destination_id)
        if destination is None or destination.person is not None:
            return
        since = last_post_at.isoformat() if last_post_at else "never"
        args = {"channel": destination.slack_id, "why": alert.code}
        code = "channel_uninvited" if alert.code in ("not_in_channel", "left") else "channel_away"
        owners = (subscription.owner for subscription in subscribed if subscription.owner is not None)
        for owner in dict.fromkeys(owners):
            direct = await self._open_direct(alert.team, owner)
            if direct is not None:
                key = f"notice:{alert.team}:away:{destination.id}:{owner}:{since}"
                await self._notify_person(key, alert.team, direct, owner, code, args)

    async def _notify_person(
        self, key: str, team: str, direct: str, user: str, code: str, args: dict[str, str]
    ) -> None:
        async with self._store.begin() as c:
            person = await people.get(c, team, user)
            destination = await destinations.get_or_add(
                c, team, direct, language=person.language or self._language,
                timezone=person.timezone or self._timezone, person=user,
            )  # fmt: skip
            await enqueue_notice(c, key, destination, code, args, self._now())

    async def _notify_operators(self, alert: Alert, operators: OperatorsChannel) -> None:
        """Notifies the operators, unless the alert is about their own channel."""
        subject: object = alert.delivery.id if alert.delivery is not None else alert.team
        args = {"why": alert.code, "delivery": str(subject)}
        async with self._store.begin() as c:
            destination = await operators_destination(c, operators, operators.team or alert.team)
            if alert.destination_id == destination.id:
                return
            if alert.kind in ("scope", "fault"):  # many deliveries meet the same cause: one notice a day
                subject = f"{alert.code}:{self._now().date().isoformat()}"
            what, code = f"{alert.kind}:{subject}", f"trouble_{alert.kind}"
            await enqueue_notice(c, f"notice:{alert.team}:{what}", destination, code, args, self._now())
