"""Remembers since when PostgreSQL refuses this process's user or password: somebody has renewed them meanwhile.

Connections that are open go on. No waiting mends the others, so the process goes not ready, and ends a little later.
"""

from __future__ import annotations

import logging
import re
import time

log = logging.getLogger("pactbot.store")

CURE = "put the present address with its password into DATABASE_URL (or PACT_DATABASE_URL) and start again"
_REFUSAL = re.compile(
    r"authentication failed|인증을 실패|no password supplied|no pg_hba\.conf entry|is not permitted to log in"
    r"|role \S+ does not exist",
    re.IGNORECASE,
)
"""How PostgreSQL and poolers say it; libpq gives a refused connection no code."""


def refusal(error: BaseException | None) -> str | None:
    """Returns the line with which the server refuses a login; None for every other error."""
    return next((line.strip() for line in str(error).splitlines() if _REFUSAL.search(line)), None)


class RefusedLogins:
    """The refusals since the last connection that was made."""

    def __init__(self) -> None:
        self._since: float | None = None

    def note(self, error: BaseException) -> None:
        """Notes an error of a new connection; the first refusal of a series is logged with its cure."""
        why = refusal(error)
        if why is None or self._since is not None:
            return
        self._since = time.monotonic()
        log.error("database_login_refused", extra={"why": why, "cure": CURE})

    def end(self) -> None:
        """Notes that a connection was made."""
        self._since = None

    def seconds(self) -> float | None:
        """Returns for how long every new connection has been refused; None where the last one was made."""
        return None if self._since is None else time.monotonic() - self._since
