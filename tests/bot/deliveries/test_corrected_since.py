"""A digest tells once that a story which an earlier digest told was corrected, or that a page of it has vanished."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from bot.store.schema import articles
from handlers.blocks.message import render
from handlers.cards.shown import Shown
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

SEOUL = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
WASHINGTON = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
"""Half past eight in the morning of the third of March, in both capitals."""
DAY = timedelta(days=1)


async def told_on_tuesday(harness: BotHarness, shifts: str = "daily 08:30") -> None:
    """The digest of the third of March tells of one story."""
    await harness.ask(f"digest {shifts}")
    await harness.ask("settings empty skip")
    await harness.subscribe("quantum", "daily", at="08:30")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await digest_at(harness, SEOUL)
    assert [card.stories for card in harness.digests_in()] == [1]


async def digest_at(harness: BotHarness, at: datetime) -> None:
    harness.at = at
    await harness.digests.enqueue_due()
    await harness.deliver()


async def mark(harness: BotHarness, **values: Any) -> None:
    """The outlet corrects its article, or takes it away."""
    async with harness.store.begin() as c:
        await c.execute(update(articles).values(corrected=True, **values))


@pytest.mark.parametrize(
    ("values", "english", "korean"),
    [({}, "[CORRECTED]", "[정정됨]"), ({"state": "gone"}, "[PAGE REMOVED]", "[기사 삭제됨]")],
)
async def test_the_next_digest_tells_it_once(
    harness: BotHarness, values: dict[str, str], english: str, korean: str
) -> None:
    await told_on_tuesday(harness)
    await mark(harness, **values)
    for days in (1, 2, 3):
        await digest_at(harness, SEOUL + days * DAY)
    _, card = harness.digests_in()
    assert (card.stories, card.corrected) == (0, 1)
    assert [(part.kind, [line.story for line in part.lines]) for part in card.sections] == [("corrected", ["ST1"])]
    in_english, in_korean = (render(Shown(card, language)) for language in ("en", "ko"))
    assert in_english.text == "1 earlier story corrected or removed"
    assert english in in_english.plain
    assert korean in in_korean.plain
    assert "정정·삭제 1건" in in_korean.text


@pytest.mark.parametrize(("days", "told"), [(7, [0, 1]), (8, [0])])
async def test_a_story_that_was_told_more_than_a_week_ago_is_not_told_again(
    harness: BotHarness, days: int, told: list[int]
) -> None:
    await told_on_tuesday(harness)
    await mark(harness)
    await digest_at(harness, SEOUL + days * DAY)
    assert [card.corrected for card in harness.digests_in()] == told


async def test_the_second_shift_shows_it_as_changed(harness: BotHarness) -> None:
    await told_on_tuesday(harness, "shifts")
    await mark(harness)
    await digest_at(harness, WASHINGTON)
    card = harness.digests_in()[-1]
    assert (card.changed, card.unchanged, card.corrected) == (1, 0, 0)
    assert [part.kind for part in card.sections] == ["changed"]
    await digest_at(harness, SEOUL + DAY)
    assert len(harness.digests_in()) == 2


async def test_what_was_corrected_before_it_was_told_is_no_news(harness: BotHarness) -> None:
    await harness.ask("digest daily 08:30")
    await harness.ask("settings empty skip")
    await harness.subscribe("quantum", "daily", at="08:30")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await mark(harness)
    await digest_at(harness, SEOUL)
    await digest_at(harness, SEOUL + DAY)
    assert [card.corrected for card in harness.digests_in()] == [0]


async def test_a_muted_story_waits_and_a_digest_that_kept_no_marks_tells_nothing(harness: BotHarness) -> None:
    await told_on_tuesday(harness)
    await harness.ask("mute ST1 for 2d")
    await mark(harness)
    await digest_at(harness, SEOUL + DAY)
    assert len(harness.digests_in()) == 1
    await digest_at(harness, SEOUL + 3 * DAY)
    assert [card.corrected for card in harness.digests_in()] == [0, 1]
    async with harness.store.begin() as c:
        await c.execute(text("UPDATE deliveries SET payload = json_remove(payload, '$.marked')"))
    await digest_at(harness, SEOUL + 4 * DAY)
    assert len(harness.digests_in()) == 2
