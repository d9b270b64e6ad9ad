"""Counts what SQLite does for each statement of a store: its steps, which do not depend on the machine."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, event

from bot.store.engine import Store

STEPS_A_CALL = 10
"""SQLite calls back after so many steps, so a statement of fewer counts as none."""
_PLACES = re.compile(r"\(\?(?:, \?)*\)")


class StatementCosts:
    """The most steps that one run of each statement took, and how often it ran. Follow a store before it connects."""

    def __init__(self, store: Store) -> None:
        self.most_steps: dict[str, int] = defaultdict(int)
        self.times: dict[str, int] = defaultdict(int)
        self.values: dict[str, Any] = {}
        self._calls = 0
        self._calls_before = 0
        engine = store._engine.sync_engine
        event.listen(engine, "connect", self._connect)
        event.listen(engine, "before_cursor_execute", self._begin)
        event.listen(engine, "after_cursor_execute", self._end)

    def clear(self) -> None:
        """Begins anew."""
        self.most_steps.clear()
        self.times.clear()

    def _connect(self, connection: Any, _record: object) -> None:
        connection.run_async(lambda driver: driver.set_progress_handler(self._count, STEPS_A_CALL))

    def _count(self) -> int:
        self._calls += 1
        return 0

    def _begin(self, *_: object) -> None:
        self._calls_before = self._calls

    def _end(self, _c: Connection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        name = _PLACES.sub("(?)", " ".join(statement.split()))
        self.values[name] = statement, values
        self.times[name] += 1
        self.most_steps[name] = max(self.most_steps[name], (self._calls - self._calls_before) * STEPS_A_CALL)
