"""Every process places an article as if it were the only one, after a restart and beside others, on every store."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import count

import pytest

from bot.intake.assign_story import assign_story
from bot.intake.candidate import Candidate
from bot.intake.merge_stories import merge_stories
from bot.intake.story_window import OVERLAP, WINDOW, StoryWindow
from bot.model import Reading, Topics
from bot.store import articles, placed_articles
from bot.store.articles import NewArticle
from bot.store.engine import Connection, Store, lock_stories
from bot.stories.features.article_features import features_of
from bot.stories.features.fingerprint import packed

ROUNDS = 6
TOPICS = Topics(sectors=("chips",))
HOUR = timedelta(hours=1)
Words = tuple[str, str]
CHIPS_KO = (
    "삼성전자, 엔비디아에 HBM4 첫 공급…26만 장 규모",
    "삼성전자가 엔비디아에 HBM4를 공급한다. 물량은 26만 장, 12조원이다.",
)
CHIPS_EN = (
    "Samsung wins first HBM4 order from Nvidia",
    "Samsung Electronics will supply Nvidia with HBM4 memory in a 12 trillion won contract for 260,000 units.",
)
PLANT = (
    "SK hynix breaks ground on Indiana packaging plant",
    "SK hynix broke ground on a $3.9 billion packaging plant in West Lafayette, Indiana.",
)
STREAM = (
    CHIPS_KO,
    PLANT,
    CHIPS_EN,
    ("삼성 HBM4 26만 장, 엔비디아로 간다", "삼성전자의 HBM4 26만 장이 엔비디아(Nvidia)에 납품된다. 12조원 계약이다."),
    ("SK하이닉스, 인디애나 패키징 공장 착공", "SK하이닉스가 인디애나 웨스트라피엣에서 39억달러 공장을 착공했다."),
    ("Busan market stall hires a fish cake robot", "A stall in Busan bought a robot that folds fish cakes."),
)
_numbers = count(1)


class Process:
    """One process of the bot: a store and its own window."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.window = StoryWindow()

    async def take(self, words: Words, now: datetime) -> int:
        """Stores a new article and gives it its story; its id."""
        number = next(_numbers)
        url = f"https://outlet{number}.example/{number}"
        language = "ko" if "가" <= words[0][0] <= "힣" else "en"
        new = NewArticle(f"outlet{number}", url, url, words[0], language, "media", now, now, (url,), state="read")
        async with self.store.begin() as c:
            article_id = await articles.add(c, new)
            fingerprint = packed(features_of(*words))
            await articles.update(c, article_id, read_at=now, fingerprint=fingerprint, topics=TOPICS)
        return await self.assign(article_id, now)

    async def assign(self, article_id: int, now: datetime) -> int:
        """Gives a stored article its story."""
        async with self.store.begin() as c:
            await lock_stories(c)
            row = await articles.get(c, article_id)
            assert row is not None
            reading = Reading(TOPICS, row.language, (), (), ())
            candidate = Candidate(row, (row.canonical_url,), reading, ())
            assigned = await assign_story(c, self.window, candidate, [], now)
        assert assigned is not None
        assert assigned.article.story is not None
        self.window.remember(assigned.report, assigned.article.story, assigned.merged)
        return article_id


async def story_of(store: Store, article_id: int) -> int:
    async with store.read() as c:
        row = await articles.get(c, article_id)
    assert row is not None
    assert row.story is not None
    return row.story


async def piles(store: Store, article_ids: list[int]) -> list[int]:
    """For each article, the place in the stream of the first one of its story."""
    found = [await story_of(store, article_id) for article_id in article_ids]
    return [found.index(story) for story in found]


async def test_a_restart_before_any_article_gives_the_same_stories(store: Store, now: datetime) -> None:
    whole = Process(store)
    expected = await piles(store, [await whole.take(words, now + at * HOUR) for at, words in enumerate(STREAM)])
    assert len(set(expected)) < len(STREAM)
    later = now + timedelta(days=60)
    restarted = [await Process(store).take(words, later + at * HOUR) for at, words in enumerate(STREAM)]
    assert await piles(store, restarted) == expected


async def test_assigning_an_article_again_opens_no_story(store: Store, now: datetime) -> None:
    process = Process(store)
    article_ids = [await process.take(words, now) for words in STREAM]
    before = [await story_of(store, article_id) for article_id in article_ids]
    for again in (process, Process(store)):
        for article_id in article_ids:
            await again.assign(article_id, now + HOUR)
    assert [await story_of(store, article_id) for article_id in article_ids] == before


async def test_two_processes_at_once_open_one_story_for_one_event(
    store: Store, second_store: Store, now: datetime
) -> None:
    first, second = Process(store), Process(second_store)
    for at in range(ROUNDS):
        instant = now + timedelta(days=20 * at)
        both = await asyncio.gather(first.take(CHIPS_KO, instant), second.take(CHIPS_EN, instant))
        assert len({await story_of(store, article_id) for article_id in both}) == 1


async def test_a_window_follows_another_process_after_the_clock_was_put_back(
    store: Store, second_store: Store, now: datetime
) -> None:
    first, second = Process(store), Process(second_store)
    await first.take(PLANT, now + 22 * HOUR)
    chips = await second.take(CHIPS_KO, now)
    joined = await first.take(CHIPS_EN, now)
    assert await story_of(store, joined) == await story_of(store, chips)


@pytest.mark.parametrize("minutes", [1, 600])
async def test_a_window_follows_a_merge_of_another_process_long_after_it_read_the_articles(
    store: Store, second_store: Store, now: datetime, minutes: int
) -> None:
    first = Process(store)
    plant, chips = [await first.take(words, now) for words in (PLANT, CHIPS_KO)]
    kept, lost = await story_of(store, plant), await story_of(store, chips)
    later = now + timedelta(minutes=minutes)
    assert (later - now > OVERLAP) is (minutes > 1)

    async def merge(c: Connection) -> None:
        await lock_stories(c)
        await merge_stories(c, lost, kept, later)

    async with second_store.begin() as c:
        await merge(c)
    joined = await first.take(CHIPS_EN, later)
    assert await story_of(store, joined) == kept
    assert {first.window._index.story_of(article_id) for article_id in (plant, chips, joined)} == {kept}
    async with store.read() as c:
        assert (await placed_articles.changes_since(c, now, later)).merged == {lost: kept}


async def test_a_window_follows_a_merge_though_no_article_joins_the_stories_and_none_is_read_again(
    store: Store, second_store: Store, now: datetime
) -> None:
    first = Process(store)
    plant, chips = [await first.take(words, now) for words in (PLANT, CHIPS_KO)]
    kept, lost = await story_of(store, plant), await story_of(store, chips)
    await first.take(STREAM[-1], now + HOUR)  # the overlap begins later than the two stories from now on
    async with second_store.begin() as c:
        await lock_stories(c)
        await merge_stories(c, lost, kept, now + HOUR)
    await first.take(("Jeju opens a school for divers", "A school for divers opened in Jeju."), now + 2 * HOUR)
    assert {first.window._index.story_of(article_id) for article_id in (plant, chips)} == {kept}


async def test_a_window_that_is_read_again_weighs_every_report_as_before(store: Store, now: datetime) -> None:
    live = Process(store)
    for at, words in enumerate(STREAM):
        await live.take(words, now + at * HOUR)
    restarted = Process(store)
    await restarted.take(PLANT, now + 9 * HOUR)
    await live.take(PLANT, now + 10 * HOUR)
    before, after = (weighed_in(process) for process in (live, restarted))
    assert {article_id: before[article_id] for article_id in after} == after
    assert len(after) > len(STREAM)


async def test_a_window_that_is_read_again_has_whole_stories_as_the_one_before(store: Store, now: datetime) -> None:
    live, restarted = Process(store), Process(store)
    first, second = await live.take(CHIPS_KO, now), await live.take(CHIPS_EN, now + 48 * HOUR)
    for process in (live, restarted):
        await process.assign(second, now + WINDOW + 24 * HOUR)
    before, after = weighed_in(live), weighed_in(restarted)
    assert before.keys() == after.keys() == {first, second}
    assert before[first] == after[first]


def weighed_in(process: Process) -> dict[object, tuple[object, ...]]:
    """The reports that a process keeps, as numbers."""
    stories = process.window._index._stories.values()
    return {
        entry.id: (story.id, entry.features, entry.sums, entry.start, entry.pact_id, entry.after, entry.outlet)
        for story in stories
        for entry in story.reports
    }
