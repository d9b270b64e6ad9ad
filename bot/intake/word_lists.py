"""Loads the word lists of stories in a thread before they are needed, because people's commands would wait for that."""

from __future__ import annotations

import asyncio

from bot.stories.word_lists import load_word_lists


class WordLists:
    """The lists of this process: read once, for the first article that may open a story."""

    def __init__(self) -> None:
        self._loading = asyncio.Lock()
        self._are_loaded = False

    async def loaded(self) -> None:
        """Returns when they are there."""
        async with self._loading:
            if not self._are_loaded:
                await asyncio.to_thread(load_word_lists)
                self._are_loaded = True
