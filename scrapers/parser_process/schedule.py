"""Decides which outlet's document is parsed next: outlets take turns, and slow ones share one parser."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

Document = TypeVar("Document")


class Schedule(Generic[Document]):
    """The documents that wait for a parser, by outlet, and the outlets whose documents are being parsed.

    1. Outlets take turns: after its document, an outlet stands behind all others that wait.
    2. An outlet has one document in a parser at a time.
    3. An outlet is slow from a document that passed the soft limit until one that ended within it. One parser at most
       works for slow outlets, so that the others are always free for the rest.
    """

    def __init__(self, parsers: int) -> None:
        self._parsers = parsers
        self._waiting: dict[str, deque[Document]] = {}
        self._parsing: set[str] = set()
        self._slow: set[str] = set()

    def add(self, outlet: str, document: Document) -> None:
        """Add a document behind those of its outlet; an outlet that did not wait stands behind all that do."""
        self._waiting.setdefault(outlet, deque()).append(document)

    def start_next(self) -> tuple[str, Document] | None:
        """Take the next document out, with its outlet; None when none may start now."""
        if len(self._parsing) >= self._parsers:
            return None
        outlet = next(self._startable(), None)
        if outlet is None:
            return None
        documents = self._waiting.pop(outlet)
        document = documents.popleft()
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
        self._waiting[outlet] = deque([document, *self._waiting.pop(outlet, ())])

    def ended(self, outlet: str, *, within_soft_limit: bool) -> None:
        """Note that the outlet's document has left its parser."""
        self._parsing.discard(outlet)
        if within_soft_limit:
            self._slow.discard(outlet)

    def remove(self, outlet: str, document: Document) -> bool:
        """Remove a document that nobody waits for any more; False when it does not wait here."""
        documents = self._waiting.get(outlet, deque())
        if document not in documents:
            return False
        documents.remove(document)
        if not documents:
            del self._waiting[outlet]
        return True

    def clear(self) -> list[Document]:
        """Remove and return all documents that wait."""
        documents = [document for waiting in self._waiting.values() for document in waiting]
        self._waiting.clear()
        return documents

    def _startable(self) -> Iterator[str]:
        slow_lane_is_taken = bool(self._slow_and_parsing())
        for outlet in self._waiting:
            if outlet not in self._parsing and not (outlet in self._slow and slow_lane_is_taken):
                yield outlet

    def _slow_and_parsing(self) -> set[str]:
        return self._slow & self._parsing
