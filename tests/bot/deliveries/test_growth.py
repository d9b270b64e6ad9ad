"""The growth of a story is judged by the reports that a workspace sees in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.deliveries.enqueue import enqueue_cards
from bot.deliveries.growth import Growth
from bot.model import Topics
from bot.store import articles, stories
from bot.stories.report import Report, report_from
from tests.support.bot_harness import BotHarness
from tests.support.merging import Case, posted

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SEVERE = Topics(pact=True, severity=1)
ORDINARY = Report(1, "Talks", "en", "herald", NOW, NOW)
SIGNED = Report(2, "Signed", "en", "times", NOW, NOW, SEVERE)
KOREAN = Report(3, "서명", "ko", "ilbo", NOW, NOW, SEVERE)


def test_an_article_raises_what_was_not_severe_among_the_reports_that_are_seen() -> None:
    growth = Growth(3, [ORDINARY, SIGNED], [ORDINARY, SIGNED, KOREAN])
    assert not growth.raises({1, 2, 3})
    assert growth.raises({1, 3}), "the severe report was split off"
    assert growth.raises({3}), "it is alone in its part"
    assert not growth.raises({1, 2})
    read_again = Growth(3, [ORDINARY, KOREAN], [ORDINARY, replace(KOREAN, headline="서명식")])
    assert not read_again.raises({1, 3})


def test_a_change_is_worth_a_reply_only_to_who_sees_it() -> None:
    growth = Growth(1, [SIGNED, KOREAN], [SIGNED, KOREAN, ORDINARY])
    assert growth.changes({1, 2, 3}) == []
    assert growth.changes({1, 3}) == ["second_language"]
    assert growth.changes({1, 2}) == growth.changes({1}) == []
    assert growth.untold().changes({1, 3}) == []


@pytest.mark.parametrize(("split", "cards"), [(True, 1), (False, 0)])
async def test_what_a_digest_told_alerts_where_the_severe_article_was_split_off(
    harness: BotHarness, split: bool, cards: int
) -> None:
    """For all others the story was severe before."""
    case = Case(harness)
    await posted(case, "times", cadence="daily")
    await case.days_pass(1)
    async with harness.store.begin() as c:
        rows = await articles.of_story(c, 1)
        await articles.update(c, rows[1].id, topics=SEVERE)
    if split:
        await harness.ask("split ST1 2")
    async with harness.store.begin() as c:
        before = [report_from(row) for row in await articles.of_story(c, 1)]
        await articles.update(c, rows[0].id, topics=SEVERE)
        await stories.update(c, 1, topics=SEVERE)
        story, now_rows = await stories.get(c, 1), await articles.of_story(c, 1)
        assert story is not None
        growth = Growth(rows[0].id, before, [report_from(row) for row in now_rows])
        new = await enqueue_cards(c, story, now_rows, harness.at, alert=True, risen=False, growth=growth)
    assert len(new) == cards
