"""``timeline`` puts the calendar's milestones and the major news in one order, with their sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.answers.pact.timeline import ENTRIES_A_PAGE, calendar_entries, line_of
from bot.store import story_links
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.requests import Asker, Request
from handlers.verbs.parse import parse
from handlers.verbs.timeline import Timeline
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
    kinds = [entry.kind for entry in calendar_entries(load(), {}, begins_on, ends_on, TODAY)]
    assert (kinds[0], kinds[-1]) == (first, last)


def test_nothing_lies_beside_its_days() -> None:
    assert calendar_entries(load(), {}, date(2025, 11, 25), date(2025, 12, 11), TODAY) == []
    assert calendar_entries(load(), {}, date(2027, 1, 1), None, TODAY) == []


@pytest.mark.parametrize(("today", "coming"), [(date(2026, 12, 31), 1), (date(2027, 1, 1), 0)])
def test_the_next_event_is_coming_until_its_last_day_has_passed(today: date, coming: int) -> None:
    assert [entry.kind for entry in calendar_entries(load(), {}, None, None, today)].count("coming") == coming


async def test_the_usual_timeline_begins_with_the_month_of_the_signature(harness: BotHarness) -> None:
    card = await harness.ask("timeline")
    assert (card.begins_on, card.ends_on, card.pages) == (date(2025, 10, 1), None, 2)
    assert len(card.entries) == ENTRIES_A_PAGE
    assert [entry.on for entry in card.entries] == sorted(entry.on for entry in card.entries)
    last = await harness.ask("timeline page 9")
    assert (last.page, last.entries[-1].kind) == (2, "coming")
    english, korean = words(card, "en"), words(await harness.ask("연표"), "ko")
    assert "U.S.–ROK Technology Prosperity Deal signed" in english
    assert "source: koreajoongangdaily" in english
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


@pytest.mark.parametrize(
    "ask",
    [
        Timeline(is_usual=True),
        Timeline(days=30),
        Timeline(date(2025, 10, 1), None),
        Timeline(None, date(2025, 12, 31)),
        Timeline(None, None),
        Timeline(date(2026, 1, 2), date(2026, 1, 3)),
    ],
)
def test_the_line_of_a_timeline_asks_for_the_same_period(ask: Timeline) -> None:
    asker = Asker(TEAM, "U1", "C1", direct=False)
    assert parse(line_of(ask), asker)[0] == ask
    assert parse(f"{line_of(ask)} page 2", asker)[0] == replace(ask, page=2)


async def test_of_one_day_the_milestone_stands_before_the_news(harness: BotHarness) -> None:
    harness.at = datetime(2025, 10, 29, 3, tzinfo=UTC)
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    card = await harness.ask("timeline 2025-10-29..2025-10-29")
    assert [entry.kind for entry in card.entries] == ["signature", "official-text", "story"]
    assert [(card.begins_on, card.ends_on)] == [(date(2025, 10, 29), date(2025, 10, 29))]
    assert (await harness.ask("timeline 7d")).begins_on == date(2025, 10, 22)


@pytest.mark.parametrize(
    "line", ["timeline", "search quantum", "who", "who kratsios", "commitments", "story 7d", "timeline 2025 page 2"]
)
async def test_the_desks_knowledge_can_be_shared(harness: BotHarness, line: str) -> None:
    for channel, shared in (("C1", line), ("D1", None)):
        ask, asker = parse(line, Asker(TEAM, "U1", channel, direct=channel == "D1"))
        shown = await harness.answers.answer(Request(f"share{channel}", asker, ask, line))
        assert shown is not None
        assert shown.share == shared
        assert ask.shareable


@pytest.mark.parametrize(
    "line", ["timeline 0001..now", "timeline ..9999", "timeline ..now", "timeline 1970-01-02..9999-12-31"]
)
async def test_the_ends_of_the_calendar_are_periods_too(harness: BotHarness, line: str) -> None:
    await harness.publish("herald", SIGNED, SIGNED_TEXT)
    card = await harness.ask(f"{line} page 2")
    assert card.total == len(load().milestones) + 2
    assert words(card, "ko")
