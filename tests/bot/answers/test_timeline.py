"""``timeline`` puts the calendar's milestones and the major news in one order, with their sources."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.answers.timeline import ENTRIES_A_PAGE, calendar_entries
from bot.store import story_links
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from settings.pact_calendar import load
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.sample_articles import SIGNED, SIGNED_TEXT

TODAY = date(2026, 3, 2)


def words(card: Any, language: str) -> str:
    return render(Shown(card, language)).plain


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "first", "last"),
    [
        (None, date(2023, 5, 19), "committee", "committee"),
        (date(2025, 10, 29), date(2025, 10, 29), "signature", "official-text"),
        # a range counts from its first to its last day
        (date(2025, 11, 24), date(2025, 11, 24), "context", "context"),
        (date(2026, 2, 25), None, "sister", "coming"),
        (date(2026, 12, 31), None, "coming", "coming"),
    ],
)
def test_a_period_has_what_lies_in_it(begins_on: date | None, ends_on: date | None, first: str, last: str) -> None:
    kinds = [entry.kind for entry in calendar_entries(load(), begins_on, ends_on, TODAY)]
    assert (kinds[0], kinds[-1]) == (first, last)


def test_nothing_lies_beside_its_days() -> None:
    assert calendar_entries(load(), date(2025, 11, 25), date(2025, 12, 11), TODAY) == []
    assert calendar_entries(load(), date(2027, 1, 1), None, TODAY) == []


@pytest.mark.parametrize(("today", "coming"), [(date(2026, 12, 31), 1), (date(2027, 1, 1), 0)])
def test_the_next_event_is_coming_until_its_last_day_has_passed(today: date, coming: int) -> None:
    assert [entry.kind for entry in calendar_entries(load(), None, None, today)].count("coming") == coming


async def test_the_usual_timeline_begins_with_the_month_of_the_signature(harness: BotHarness) -> None:
    card = await harness.ask("timeline")
    assert (card.begins_on, card.ends_on, card.pages) == (date(2025, 10, 1), None, 2)
    assert len(card.entries) == ENTRIES_A_PAGE
    assert [entry.on for entry in card.entries] == sorted(entry.on for entry in card.entries)
    last = await harness.ask("timeline page 9")
    assert (last.page, last.entries[-1].kind) == (2, "coming")
    english, korean = words(card, "en"), words(await harness.ask("연표"), "ko")
    assert "U.S.–ROK Technology Prosperity Deal signed" in english
    assert "source: koreajoongangdaily 2431805" in english
    assert "reports disagree whether Bae or Ha signed" in english
    assert "2025년 10월 29일" not in korean, "the month is a heading"
    assert "10월 29일(수) · 서명" in korean
    assert "날짜나 내용이 불확실" in korean


async def test_major_news_stand_among_the_milestones(harness: BotHarness) -> None:
    await harness.subscribe("pact")
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    await harness.publish(
        "herald", "Technology Prosperity Deal talks in Seoul", "Korea and the US talk about the deal."
    )
    card = await harness.ask("timeline 30d")
    told = [entry for entry in card.entries if entry.kind == "story"]
    assert [(entry.story, entry.on, entry.text, entry.sources) for entry in told] == [
        ("ST1", date(2026, 3, 2), {"en": SIGNED}, ("Herald",))
    ]
    shown = words(card, "en")
    assert "Mon 2 Mar · news" in shown
    assert SIGNED in shown
    assert "source: Herald" in shown
    assert [entry.kind for entry in (await harness.ask("timeline 2026-03-03..now")).entries] == ["coming"]
    assert "story" in [entry.kind for entry in (await harness.ask("timeline 2026-03-02..2026-03-02")).entries]


async def test_stories_that_a_workspace_made_one_stand_once(harness: BotHarness) -> None:
    await harness.subscribe("pact")
    for title in (SIGNED, "Joint committee of the Technology Prosperity Deal meets"):
        text = (
            SIGNED_TEXT
            if title == SIGNED
            else "Korea and the US held the joint committee of the Technology Prosperity Deal."
        )
        await harness.publish("herald", title, text)
        harness.pass_time(days=4)
    told = [entry.story for entry in (await harness.ask("timeline 30d")).entries if entry.kind == "story"]
    assert told == ["ST1", "ST2"]
    async with harness.store.begin() as c:
        await story_links.add(c, team=TEAM, story=1, other=2, person="U1", now=harness.now())
    card = await harness.ask("timeline 30d")
    told = [(entry.story, entry.on) for entry in card.entries if entry.kind == "story"]
    assert told == [("ST1", (harness.now() - timedelta(days=8)).date())]


@pytest.mark.parametrize(
    ("line", "code", "nearest"),
    [
        ("timeline soon", "period_wrong", "timeline 2025-10..now"),
        ("timeline 2025-13", "period_wrong", "timeline 2025-10..now"),
        ("연표 2026-02..2025-10", "period_reversed", "연표 2025-10..2026-02"),
    ],
)
async def test_what_is_no_period_is_one_line(harness: BotHarness, line: str, code: str, nearest: str) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert (card.note.code, card.nearest) == (code, nearest)
