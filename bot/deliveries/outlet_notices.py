"""Notifies operators of an outlet's trouble once when it begins and once when it ends, over restarts and processes.

A row of ``outlet_troubles`` lasts as long as the trouble, and each notice has a key with the row's begin. So a new
workspace is told at the next look, and hears of an end only if it heard of the begin.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from hashlib import blake2b

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.store import installations, outlet_troubles
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from bot.store.outlet_troubles import OutletTrouble, TroubleKind

log = logging.getLogger("pactbot.outlets")

BEGIN_CODES: dict[TroubleKind, str] = {
    "failing": "outlet_failing",
    "source_failing": "source_failing",
    "stopped": "source_stopped",
    "frozen": "outlet_frozen",
    "churned": "feed_churned",
    "spec": "outlet_spec_unusable",
}
END_CODES: dict[TroubleKind, str] = {
    "failing": "outlet_read_again",
    "source_failing": "source_read_again",
    "stopped": "source_replaced",
    "frozen": "outlet_lists_again",
    "churned": "feed_settled",
    "spec": "outlet_spec_usable",
}
UNREAD_CODE = "outlet_unread"
"""A failing outlet without an error: nobody has asked it."""


async def follow(
    c: Connection,
    operators: OperatorsChannel | None,
    kinds: Collection[TroubleKind],
    present: Sequence[OutletTrouble],
    now: datetime,
    *,
    may_begin: Callable[[OutletTrouble], bool] = lambda _trouble: True,
    is_read: Callable[[OutletTrouble], bool] = lambda _trouble: True,
) -> int:
    """Begins the troubles that are new and ends those of these kinds that are over; returns the number of messages.

    ``may_begin`` holds a new one back. The trouble of what ``is_read`` no longer ends without a notice.
    """
    known = {trouble.key: trouble for trouble in await outlet_troubles.of_kinds(c, kinds)}
    notices = 0
    for trouble in present:
        before = known.pop(trouble.key, None)
        if before is not None or may_begin(trouble):
            notices += await begin(c, operators, trouble, before, now)
    for trouble in known.values():
        notices += await end(c, operators, trouble, now, silently=not is_read(trouble))
    return notices


async def begin(
    c: Connection,
    operators: OperatorsChannel | None,
    trouble: OutletTrouble,
    before: OutletTrouble | None,
    now: datetime,
) -> int:
    """Notes a trouble, unless it is noted ``before``, and notifies each workspace that has not heard of it."""
    is_other_fault = trouble.kind == "spec" and before is not None and before.why != trouble.why
    if before is None or is_other_fault:
        await outlet_troubles.save(c, trouble)
        fields = {"outlet": trouble.outlet, "url": trouble.subject, "why": trouble.why}
        log.warning(_begin_code(trouble), extra={name: value for name, value in fields.items() if value})
        before = trouble
    what, code, args = _what(before, "trouble"), _begin_code(before), _args(before)
    teams = await installations.present(c)
    return sum([await notify_operators(c, operators, team.team, what, code, args, now) for team in teams])


async def end(
    c: Connection, operators: OperatorsChannel | None, trouble: OutletTrouble, now: datetime, *, silently: bool = False
) -> int:
    """Forgets a trouble, and notifies each workspace that has heard of it, unless ``silently``."""
    await outlet_troubles.forget(c, trouble)
    log.info(END_CODES[trouble.kind], extra={"outlet": trouble.outlet, "url": trouble.subject})
    notices = 0
    for team in await installations.present(c):
        heard = await deliveries.by_key(c, f"notice:{team.team}:{_what(trouble, 'trouble')}")
        if heard is not None and not silently:
            what, code = _what(trouble, "trouble_over"), END_CODES[trouble.kind]
            notices += await notify_operators(c, operators, team.team, what, code, _args(trouble), now)
    return notices


def _begin_code(trouble: OutletTrouble) -> str:
    return UNREAD_CODE if trouble.kind == "failing" and not trouble.why else BEGIN_CODES[trouble.kind]


def _what(trouble: OutletTrouble, prefix: str) -> str:
    subject = blake2b(trouble.subject.encode(), digest_size=8).hexdigest()
    return f"{prefix}:{trouble.kind}:{trouble.outlet}:{subject}:{trouble.began_at.isoformat()}"


def _args(trouble: OutletTrouble) -> dict[str, str]:
    return {
        "outlet": trouble.name,
        "url": trouble.subject,
        "why": trouble.why,
        "since": trouble.since_at.isoformat(),
    }
