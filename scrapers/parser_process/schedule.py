"""Decides which outlet's document is parsed next: that of the outlet that took least time; slow ones share a parser."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

Document = TypeVar("Document")
HALF_LIFE_SECONDS = 60.0
"""Half of the time that an outlet took is forgotten after so long."""


class Schedule(Generic[Document]):
    """The documents that wait for a parser, by outlet, and the outlets whose documents are being parsed.

    1. The outlet goes first that took the parsers least time lately; its next document counts by its size. Outlets that
       took the same take turns.
    2. An outlet has one document in a parser at a time.
    3. An outlet is slow from a document that passed the soft limit until one that ended within it. One parser at most
       works for slow outlets, so that the others are always free for the rest.
    """

    def __init__(self, parsers: int) -> None:
        self._parsers = parsers
        self._waiting: dict[str, deque[tuple[Document, float]]] = {}
        """Documents with the seconds that they are expected to take."""
        self._used: dict[str, tuple[float, float]] = {}
        """The seconds that an outlet took, and when they were last counted."""
        self._parsing: set[str] = set()
        self._slow: set[str] = set()

    def add(self, outlet: str, document: Document, expected_seconds: float = 0.0) -> None:
        """Add a document behind those of its outlet; an outlet that did not wait stands behind all that do."""
        self._waiting.setdefault(outlet, deque()).append((document, expected_seconds))

    def start_next(self, now: float = 0.0) -> tuple[str, Document] | None:
        """Take the next document out, with its outlet; None when none may start now."""
        if len(self._parsing) >= self._parsers:
            return None
        outlet = min(self._startable(), key=lambda outlet: self._cost_seconds(outlet, now), default=None)
        if outlet is None:
            return None
        documents = self._waiting.pop(outlet)
        document, _ = documents.popleft()
        if documents:
            self._waiting[outlet] = documents
        self._parsing.add(outlet)
        return outlet, document

    def passed_soft_limit(self, outlet: str) -> bool:
        """Mark an outlet as slow while its document is parsed; whether that document may stay in its parser."""
        others = self._slow_and_parsing() - {outlet}
        self._slow.add(outlet)
        return not others

    def put_back(self, outlet: str, document: Document) -> None:
        """Put a document back that gave way: it is its outlet's next one, and the outlet stands behind all others."""
        self._waiting[outlet] = deque([(document, 0.0), *self._waiting.pop(outlet, ())])

    def ended(self, outlet: str, *, within_soft_limit: bool, seconds: float = 0.0, now: float = 0.0) -> None:
        """Note that the outlet's document has left its parser after so many seconds."""
        self._used[outlet] = (self._used_seconds(outlet, now) + seconds, now)
        self._parsing.discard(outlet)
        if within_soft_limit:
            self._slow.discard(outlet)

    def remove(self, outlet: str, document: Document) -> bool:
        """Remove a document that nobody waits for any more; False when it does not wait here."""
        documents = self._waiting.get(outlet, deque())
        kept = deque(entry for entry in documents if entry[0] != document)
        if len(kept) == len(documents):
            return False
        self._waiting[outlet] = kept
        if not kept:
            del self._waiting[outlet]
        return True

    def clear(self) -> list[Document]:
        """Remove and return all documents that wait."""
        documents = [document for waiting in self._waiting.values() for document, _ in waiting]
        self._waiting.clear()
        return documents

    def _cost_seconds(self, outlet: str, now: float) -> float:
        _, expected_seconds = self._waiting[outlet][0]
        return self._used_seconds(outlet, now) + expected_seconds

    def _used_seconds(self, outlet: str, now: float) -> float:
        seconds, counted_at = self._used.get(outlet, (0.0, now))
        return seconds * math.exp2((counted_at - now) / HALF_LIFE_SECONDS)

    def _startable(self) -> Iterator[str]:
        slow_lane_is_taken = bool(self._slow_and_parsing())
        for outlet in self._waiting:
            if outlet not in self._parsing and not (outlet in self._slow and slow_lane_is_taken):
                yield outlet

    def _slow_and_parsing(self) -> set[str]:
        return self._slow & self._parsing
