"""Asks Slack for a person's locale, at most once an hour for each person."""

from __future__ import annotations

import asyncio
import time

from handlers.errors import PostError
from handlers.post import Poster

WAIT_SECONDS = 2.0
CACHE_SECONDS = 3_600.0
CACHE_MAX_USERS = 2_000


class LocaleCache:
    """Keeps the locales of people in memory."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster
        self._locales: dict[str, tuple[float, str | None]] = {}

    async def locale_of(self, user: str) -> str | None:
        """Returns a person's locale such as ``ko-KR``; None when Slack does not give it within two seconds."""
        cached = self._locales.get(user)
        if cached is None or time.monotonic() - cached[0] > CACHE_SECONDS:
            cached = (time.monotonic(), await self._ask_slack(user))
            if len(self._locales) >= CACHE_MAX_USERS:
                self._locales.clear()
            self._locales[user] = cached
        return cached[1]

    async def _ask_slack(self, user: str) -> str | None:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                facts = await self._poster.user_facts(user)
        except (PostError, TimeoutError):
            return None
        return facts.locale if facts is not None else None
