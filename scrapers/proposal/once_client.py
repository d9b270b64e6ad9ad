"""A client that asks for each address once, however often it is read, and for a bounded number of addresses."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from scrapers.errors import FetchRefused, ScrapeError
from scrapers.http.fetch import Client, Response, Turn

MAX_REQUESTS = 16
"""Requests for one proposal, each site's robots.txt among them."""
MAX_HELD_BYTES = 48 * 1024 * 1024


class OnceClient(Client):
    """Keeps every answer, an error too, for the life of one proposal."""

    def __init__(
        self,
        turn: Turn,
        *,
        trusted: Collection[str] = (),
        agent: str | None = None,
        max_requests: int = MAX_REQUESTS,
        on_request: Callable[[str], None] = lambda _url: None,
    ) -> None:
        super().__init__(turn, trusted=trusted, agent=agent)
        self._answers: dict[str, Response | ScrapeError] = {}
        self._max_requests = max_requests
        self._on_request = on_request
        self._held_bytes = 0

    async def get(self, url: str, **options: Any) -> Response:
        """Returns the answer as ``Client.get`` does, from memory where it came before.

        :raises FetchRefused: beyond the number of requests or bytes.
        :raises ScrapeError: as ``Client.get``.
        """
        if url not in self._answers:
            if len(self._answers) >= self._max_requests or self._held_bytes > MAX_HELD_BYTES:
                raise FetchRefused(url, f"is not asked for: {self._max_requests} requests are enough for one site")
            self._on_request(url)
            try:
                self._answers[url] = response = await super().get(url, **options)
                self._held_bytes += len(response.body)
            except ScrapeError as error:
                self._answers[url] = error
        answer = self._answers[url]
        if isinstance(answer, ScrapeError):
            raise answer
        return answer
