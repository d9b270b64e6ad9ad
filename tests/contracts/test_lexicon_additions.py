"""Added spellings are rows of both databases: written, taken back and written again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.store import lexicon_additions
from bot.store.engine import Store
from bot.store.lexicon_additions import LexiconAddition

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def test_a_spelling_is_taken_back_and_added_again(store: Store) -> None:
    added = LexiconAddition("크래치오스", "Michael Kratsios", "[[official]]", "U1", NOW)
    async with store.begin() as c:
        await lexicon_additions.save(c, added)
        assert await lexicon_additions.present(c) == (added,)
        await lexicon_additions.remove(c, "another", NOW)
        assert await lexicon_additions.present(c) == (added,)
        await lexicon_additions.remove(c, added.spelling, NOW)
        assert await lexicon_additions.present(c) == ()
        again = replace(added, added_by="U2")
        await lexicon_additions.save(c, again)
        assert await lexicon_additions.present(c) == (again,)
