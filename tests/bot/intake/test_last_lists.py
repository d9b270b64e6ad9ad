"""Entries that stand in a list as they stood in the last one are not looked up again, and nothing is missed by that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from bot.intake import last_lists
from bot.intake.last_lists import LastLists
from bot.intake.list_findings import SourceList
from bot.store.sources import SourceRow
from scrapers.article import Headline, SourceState
from tests.support.bot_harness import BotHarness, outlet_named

HERALD = outlet_named("herald")
ROW = SourceRow("herald", HERALD.sources[0].url, body_hash="one")


def entry(number: int, title: str = "") -> Headline:
    url = f"https://herald.example/{number}"
    return Headline("herald", url, url, (f"url:{url}",), title or f"Title {number}", "", None, "en")


def kept(lists: LastLists, *entries: Headline, changed: tuple[Headline, ...] | None = None) -> None:
    lists.keep(SourceState(body_hash="one"), SourceList(HERALD, HERALD.sources[0], entries, ROW, changed))


def test_an_entry_with_any_other_word_has_changed() -> None:
    lists, stood = LastLists(), [entry(1), entry(2)]
    assert lists.changed(ROW, stood) == stood
    kept(lists, *stood)
    new = [entry(3), entry(1, "Another title"), replace(entry(2), summary="Another text"), entry(1), entry(2)]
    assert lists.changed(ROW, new) == new[:3]


@pytest.mark.parametrize("row", [None, replace(ROW, body_hash="two"), replace(ROW, url="https://herald.example/2")])
def test_a_list_that_is_not_the_one_after_is_looked_up_whole(row: SourceRow | None) -> None:
    lists = LastLists()
    kept(lists, entry(1))
    assert lists.changed(row, [entry(1)]) == [entry(1)]


def test_a_correction_is_looked_up_again_and_again() -> None:
    lists, correction = LastLists(), entry(1, "[정정] 한미 기술 협약")
    kept(lists, correction, entry(2))
    assert lists.changed(ROW, [correction, entry(2)]) == [correction]
    kept(lists, correction, entry(2), changed=(correction,))
    assert lists.changed(ROW, [correction, entry(2)]) == [correction]


def test_a_few_lists_that_are_not_too_long_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_lists, "MOST_LISTS", 2)
    monkeypatch.setattr(last_lists, "MOST_ENTRIES", 2)
    lists = LastLists()
    outlets = [outlet_named(key) for key in "abc"]
    for outlet in outlets:
        lists.keep(SourceState(body_hash="one"), SourceList(outlet, outlet.sources[0], [entry(1), entry(2)]))
    rows = [SourceRow(each.key, each.sources[0].url, body_hash="one") for each in outlets]
    assert [len(lists.changed(row, [entry(1)])) for row in rows] == [1, 0, 0]
    lists.keep(SourceState(body_hash="one"), SourceList(outlets[2], outlets[2].sources[0], [*map(entry, range(3))]))
    assert len(lists.changed(rows[2], [entry(1)])) == 1


@pytest.fixture
def names(harness: BotHarness) -> list[str]:
    """The names of articles that the store is asked for."""
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if "FROM article_identities" in statement:
            asked.append(str(values))

    event.listen(harness.store._engine.sync_engine, "before_cursor_execute", note)
    return asked


async def test_only_the_names_of_new_entries_are_asked_for(harness: BotHarness, names: list[str]) -> None:
    first, second = harness.headline("herald", "First"), harness.headline("herald", "Second")
    await harness.announce("herald", first)
    names.clear()
    await harness.announce("herald", second, first)
    assert any(second.url in each for each in names)
    assert not any(first.url in each for each in names)
    assert await harness.number_of(second) != await harness.number_of(first)


async def test_a_list_in_which_a_known_article_changed_is_looked_up_whole(
    harness: BotHarness, names: list[str]
) -> None:
    first, second = harness.headline("herald", "First"), harness.headline("herald", "Second")
    await harness.announce("herald", second, first)
    await harness.take(second, "The second text is as long as a text must be to be believed by a reader of it.")
    names.clear()
    jobs = await harness.announce("herald", replace(second, title="Another title of the second"), first)
    assert any(first.url in each for each in names)
    assert "read" in {job.name for job in jobs}, "the edited title's page is read again"
