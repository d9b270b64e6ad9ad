"""New stories of each topic are counted by day, against the topic's own eight weeks before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.deliveries.topic_heat import HeatWindow, heat_of, heat_window, past_from, with_unread_days
from bot.deliveries.week_heat import MOST_KEPT, WeekHeat
from bot.model import Topics
from bot.store import articles, sources, stories
from bot.store.articles import Appearance, NewArticle, add_many
from bot.store.rows import fields_of
from bot.store.sources import SourceRow
from handlers.blocks.message import render
from handlers.cards.shown import Shown
from handlers.cards.topic_heat import TopicHeat
from tests.support.bot_harness import START, TEAM, BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT
from tests.support.sample_rows import stored_story

NOW = datetime(2026, 3, 29, 3, 0, tzinfo=UTC)  # noon in Seoul
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def appearance(story: int, at: datetime, *sectors: str, outlet: str = "old") -> Appearance:
    return Appearance(story, at, Topics(sectors=sectors), article=story, outlet=outlet)


def heat(*appearances: Appearance, days: int = 7, read_for: timedelta = 80 * DAY) -> tuple[TopicHeat, ...]:
    oldest = max(NOW - read_for, past_from(NOW - days * DAY))
    return heat_of(appearances, HeatWindow(NOW, days, "Asia/Seoul", oldest))


def weekly(*sectors: str, weeks: int = 8, a_week: int = 2) -> Iterator[Appearance]:
    """Stories of the weeks before the window, oldest first."""
    for number in range(weeks * a_week):
        at = NOW - 7 * DAY - (weeks * a_week - number) * 7 * DAY / a_week + timedelta(hours=1)
        yield appearance(1000 + number, at, *sectors)


def test_a_story_counts_once_on_the_local_day_of_its_first_article() -> None:
    first, later = NOW - 2 * DAY - timedelta(hours=13), NOW - DAY
    (quantum,) = heat(appearance(1, first, "quantum"), appearance(1, later, "quantum"))
    assert (quantum.topic, quantum.stories, quantum.by_day) == ("quantum", 1, (0, 0, 0, 1, 0, 0, 0))


def test_a_story_that_began_before_the_window_is_no_new_one() -> None:
    before = NOW - 7 * DAY - SECOND
    (quantum,) = heat(appearance(1, before, "quantum"), appearance(1, NOW - DAY, "quantum"))
    assert (quantum.stories, quantum.n) == (0, 1)
    (inside,) = heat(appearance(1, NOW - 7 * DAY, "quantum"))
    assert (inside.stories, inside.n) == (1, 0)


def test_an_outlet_that_was_added_makes_no_spike() -> None:
    past = tuple(weekly("quantum"))
    added = tuple(appearance(number, NOW - DAY, "quantum", outlet="new") for number in range(9))
    window = HeatWindow(NOW, 7, "Asia/Seoul", past_from(NOW - 7 * DAY), frozenset({"new"}))
    (row,) = heat_of((*past, *added), window)
    assert (row.stories, row.n, row.verdict) == (9, 16, "usual")
    (without,) = heat_of((*past, *added), replace(window, new_outlets=frozenset()))
    assert without.verdict == "spike"
    seen_by_both = tuple(appearance(number, NOW - DAY, "quantum") for number in range(9))
    (both,) = heat_of((*past, *added, *seen_by_both), window)
    assert (both.stories, both.verdict) == (9, "spike")


def test_eight_weeks_are_the_past_of_a_window_of_any_length() -> None:
    (week,) = heat(*weekly("quantum"))
    assert (week.n, round(week.usual, 6), week.verdict) == (16, 2.0, "usual")
    (day,) = heat(*weekly("quantum"), days=1)
    assert (day.n, round(day.usual, 6)) == (14, 0.25), "the first two stand before its past"


def test_the_past_begins_eight_weeks_before_the_window() -> None:
    assert past_from(NOW) == NOW - 56 * DAY


def test_only_weeks_that_were_read_are_the_past_and_four_are_needed() -> None:
    (four,) = heat(*weekly("quantum", weeks=4), read_for=35 * DAY)
    assert (round(four.usual, 6), four.verdict) == (2.0, "usual")
    (fewer,) = heat(*weekly("quantum", weeks=4), read_for=35 * DAY - SECOND)
    assert (fewer.usual, fewer.n, fewer.verdict) == (0.0, 8, "too_few")
    (unread,) = heat(appearance(1, NOW - DAY, "quantum"), read_for=3 * DAY)
    assert (unread.stories, unread.usual, unread.verdict) == (1, 0.0, "too_few")


def test_a_spike_is_judged_against_the_topics_own_weeks() -> None:
    new = [appearance(number, NOW - DAY, "quantum", "ai") for number in range(9)]
    rows = heat(*weekly("quantum"), *new)
    assert [(row.topic, row.stories, row.n, row.verdict) for row in rows] == [
        ("ai", 9, 0, "too_few"),
        ("quantum", 9, 16, "spike"),
    ]


def test_the_busiest_span_is_one_of_whole_windows() -> None:
    burst = [appearance(number, NOW - 8 * DAY, "ai") for number in range(12)]
    (ai,) = heat(*burst, *(appearance(50 + number, NOW - DAY, "ai") for number in range(12)))
    assert (ai.n, ai.verdict) == (12, "usual"), "the week before had as many"


def test_the_pact_a_sister_and_an_official_are_rows_only_as_a_spike() -> None:
    named = Topics(pact=True, sister_pact=("uk",), officials=("Michael Kratsios",))
    past = [Appearance(each.story, each.first_seen_at, named, each.article, each.outlet) for each in weekly()]
    new = [Appearance(number, NOW - DAY, named, number, "old") for number in range(9)]
    assert [row.topic for row in heat(*past, *new[:1], appearance(99, NOW - DAY, "ai"))] == ["ai"]
    rows = heat(*past, *new)
    assert [row.topic for row in rows] == ["Michael Kratsios", "pact", "uk"]


def test_the_topic_with_the_most_stories_stands_first() -> None:
    rows = heat(appearance(1, NOW - DAY, "space", "quantum"), appearance(2, NOW - DAY, "space"))
    assert [(row.topic, row.stories) for row in rows] == [("space", 2), ("quantum", 1)]


async def test_a_digest_names_the_spikes_among_its_topics(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    harness.pass_time(days=70)
    await add_history(harness, "quantum", "ai")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask("digest now")
    assert [(row.topic, row.n, row.verdict) for row in card.spikes] == [("quantum", 16, "spike")]
    assert "▲ Unusually many this week: quantum 10 (usually 2)" in render(Shown(card, "en")).plain
    assert "▲ 이번 주 평소보다 많음: 양자 10 (평소 2)" in render(Shown(card, "ko")).plain
    heat_rows = {row.topic: row for row in (await harness.ask("status")).heat}
    assert (heat_rows["quantum"].verdict, heat_rows["ai"].verdict) == ("spike", "spike"), "the digest names none of ai"
    async with harness.store.read() as c:
        window = await heat_window(c, harness.at, 7, "Asia/Seoul")
        assert window.oldest == max(START, past_from(window.since))


async def test_outlets_that_were_added_later_are_known_from_their_first_reading(harness: BotHarness) -> None:
    async with harness.store.begin() as c:
        first = {"old": START, "together": START + DAY, "added": START + DAY + SECOND}
        for outlet, at in first.items():
            await sources.save(c, SourceRow(outlet, f"https://{outlet}.example/feed", baseline_at=at))
        window = await heat_window(c, START + 30 * DAY, 7, "Asia/Seoul")
    assert (window.oldest, window.new_outlets) == (START, frozenset({"added"}))


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize(
    ("seconds", "unread"),
    [(-1, {0, 2, 3, 4, 5}), (0, {0, 1, 3, 4, 5}), (86_399, {0, 1, 3, 4, 5}), (86_400, {0, 1, 2, 4, 5})],
)
async def test_a_day_on_which_no_article_was_seen_is_unread(
    harness: BotHarness, zone: str, seconds: int, unread: set[int]
) -> None:
    now = START + 30 * DAY
    days = HeatWindow(now, 7, zone, START).local_days
    begin = HeatWindow(now, 7, zone, START).begin_of(days[2])
    at, url = begin + seconds * SECOND, "https://times.example/tax"
    async with harness.store.begin() as c:
        await add_many(c, [NewArticle("times", url, url, "Tax", "en", "media", at, at, (url,), state="headline")])
        window = await with_unread_days(c, HeatWindow(now, 7, zone, START))
    assert window.unread_on == {days[number] for number in unread}, "an article of any topic shows that it was read"
    (row,) = heat_of([appearance(1, now - 2 * DAY, "ai")], window)
    shown = window.day_of(now - 2 * DAY)
    expected = [1 if on == shown else None if on in window.unread_on else 0 for on in days]
    assert (list(row.by_day), row.stories) == (expected, 1), "the last day still goes on"


@pytest.mark.parametrize(("seconds", "is_kept"), [(0, True), (59, True), (60, False), (-59, True), (-60, False)])
async def test_spikes_that_were_counted_hold_for_a_minute_whichever_way_the_clock_goes(
    harness: BotHarness, seconds: int, *, is_kept: bool
) -> None:
    harness.pass_time(days=70)
    await add_history(harness, "quantum", "ai")
    heat, now, zone = WeekHeat(), harness.at, "Asia/Seoul"
    async with harness.store.begin() as c:
        assert [row.topic for row in await heat.spikes(c, TEAM, now, zone, {"quantum"})] == ["quantum"]
        for article in await articles.recent(c, START):
            await articles.update(c, article.id, story=None)
        later = await heat.spikes(c, TEAM, now + seconds * SECOND, zone, {"ai"})
        assert [row.topic for row in later] == (["ai"] if is_kept else [])
        assert await heat.spikes(c, "T2", now, zone, {"ai"}) == (), "another workspace counts for itself"
        assert await heat.spikes(c, TEAM, now, zone, ()) == ()


async def test_the_spikes_of_so_many_workspaces_are_kept(harness: BotHarness) -> None:
    heat = WeekHeat()
    async with harness.store.read() as c:
        for number in range(MOST_KEPT + 5):
            await heat.spikes(c, f"T{number}", harness.at, "Asia/Seoul", {"ai"})
    assert len(heat._spikes) == MOST_KEPT


async def add_history(harness: BotHarness, *sectors: str) -> None:
    """Sixteen stories of the eight weeks before the last, and nine of yesterday."""
    ages = [DAY * (7.5 + 3.5 * number) for number in range(16)] + [DAY] * 9
    async with harness.store.begin() as c:
        for _ in ages:
            await stories.add(c, **{key: value for key, value in fields_of(stored_story()).items() if key != "id"})
    rows = [
        NewArticle(
            "times", url, url, url, "en", "media", harness.at - age, harness.at - age, (url,), state="read",
            story=number, topics=Topics(sectors=sectors),
        )
        for number, age in enumerate(ages, start=1)
        for url in [f"https://times.example/{number}"]
    ]  # fmt: skip
    async with harness.store.begin() as c:
        await add_many(c, rows)
