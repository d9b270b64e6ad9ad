"""Leaves out looks at the database that could find nothing, because nothing was written or became due since the last.

Only on SQLite, whose file one process owns. On PostgreSQL another process may have written, so every look is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.engine import Store

LONGEST_SECONDS = 5.0
"""The longest time without a look: what a command line of the same machine wrote is found then."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look after which nothing was left that could be taken."""

    transactions: int
    """The number of transactions before the look that may have written what is looked for."""
    at: datetime
    next_at: datetime | None
    """When time alone makes something due; None when nothing waits."""


class QuietLooks:
    """Remembers one worker's last look."""

    def __init__(self, store: Store, *, follows_steps: bool) -> None:
        """``follows_steps``: whether what the store writes in steps, as jobs, may be what is looked for."""
        self._store = store
        self._follows_steps = follows_steps
        self._last: Look | None = None

    def transactions(self) -> int:
        """Returns how many transactions have ended by now that may have written what is looked for."""
        return self._store.transactions + (self._store.steps if self._follows_steps else 0)

    def is_needed(self, now: datetime) -> bool:
        """Returns whether a look may find something. A clock that was put back since makes one needed, too."""
        last = self._last
        if last is None or not self._store.embedded or last.transactions != self.transactions():
            return True
        if last.next_at is not None and last.next_at <= now:
            return True
        return not timedelta(0) <= now - last.at < timedelta(seconds=LONGEST_SECONDS)

    def knows_due(self, now: datetime) -> bool:
        """Returns whether the last look said that something is due by now, so that no other look is needed."""
        return self._last is not None and self._last.next_at is not None and self._last.next_at <= now

    def remember(self, look: Look) -> None:
        """Remembers a look that took all that was due, or found nothing."""
        self._last = look
