"""Duplicates and stock bodies, at the boundaries of their rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.intake.duplicates import has_stock_body, merge_duplicate
from bot.intake.headlines import store_all, unknown_of, without_known_titles
from bot.intake.story_window import StoryWindow
from bot.model import NO_TOPICS, Reading, StoredArticle
from bot.store import article_identities, articles
from bot.store.articles import NewArticle
from bot.store.engine import Connection
from bot.stories.features.article_features import features_of
from bot.stories.features.fingerprint import packed
from bot.stories.report import Report
from scrapers.article import Article
from tests.support.bot_harness import BotHarness

TITLE = "Seoul opens a quantum computing centre"
SECOND = timedelta(seconds=1)


def new(harness: BotHarness, name: str, headline: str, age: timedelta = timedelta(0)) -> NewArticle:
    return NewArticle(
        outlet="herald", url=name, canonical_url=name, headline=headline, language="en", kind="media",
        published_at=None, first_seen_at=harness.at - age, identities=(name,), state="read", content_hash="00",
    )  # fmt: skip


async def stored(c: Connection, article: NewArticle) -> StoredArticle:
    row = await articles.get(c, await articles.add(c, article))
    assert row is not None
    return row


def page(headline: str) -> Article:
    return Article("herald", "page", "page", ("page",), headline, ("Text.",), None, None, "en", "00")


@pytest.mark.parametrize(("age", "is_duplicate"), [(timedelta(days=7), True), (timedelta(days=7) + SECOND, False)])
async def test_the_same_text_is_a_duplicate_for_seven_days(
    harness: BotHarness, age: timedelta, is_duplicate: bool
) -> None:
    async with harness.store.begin() as c:
        await stored(c, new(harness, "first", TITLE, age))
        article = await stored(c, new(harness, "second", TITLE))
        assert (await merge_duplicate(c, article, page(TITLE), harness.at) is None) == is_duplicate


@pytest.mark.parametrize(
    ("headline", "is_duplicate"),
    [
        ("Seoul opens its quantum computing lab", True),  # four features of seven are shared
        ("Seoul opens its quantum physics laboratory", False),
    ],
)
async def test_the_same_text_is_a_duplicate_under_a_headline_that_shares_half_its_features(
    harness: BotHarness, headline: str, is_duplicate: bool
) -> None:
    async with harness.store.begin() as c:
        await stored(c, new(harness, "first", headline))
        article = await stored(c, new(harness, "second", TITLE))
        assert (await merge_duplicate(c, article, page(TITLE), harness.at) is None) == is_duplicate


@pytest.mark.parametrize(("age", "stock"), [(timedelta(days=1), True), (timedelta(days=1) + SECOND, False)])
async def test_a_stock_body_is_served_under_three_titles_within_a_day(
    harness: BotHarness, age: timedelta, stock: bool
) -> None:
    async with harness.store.begin() as c:
        await stored(c, new(harness, "first", "Weather turns mild in the south", age))
        await stored(c, new(harness, "second", "Markets close higher on chip demand"))
        article = await stored(c, new(harness, "third", TITLE))
        assert await has_stock_body(c, article, page(TITLE), harness.at) == stock


@pytest.mark.parametrize(("age", "same"), [(timedelta(days=90), True), (timedelta(days=90) + SECOND, False)])
async def test_a_title_in_a_churned_list_names_the_article_of_the_last_ninety_days(
    harness: BotHarness, age: timedelta, same: bool
) -> None:
    nothing = Reading(NO_TOPICS, "en", (), (), ())
    async with harness.store.begin() as c:
        await stored(c, new(harness, "first", TITLE, age))
        listed = [(new(harness, "second", TITLE), nothing)]
        assert (await without_known_titles(c, listed, harness.at) == []) == same


async def test_in_a_churned_list_each_title_is_one_article_with_all_its_names(harness: BotHarness) -> None:
    nothing = Reading(NO_TOPICS, "en", (), (), ())
    names = ("known", "new", "again", "without", "without too", "new")
    titles = (TITLE, "Another title", "Another title", "", "", "A name that is taken")
    async with harness.store.begin() as c:
        first = await stored(c, new(harness, "first", TITLE))
        listed = [(new(harness, name, title), nothing) for name, title in zip(names, titles, strict=True)]
        unknown = await without_known_titles(c, unknown_of(listed, set()), harness.at)
        (added,) = await store_all(c, [unknown])
        assert [article.url for _, article in added] == ["new", "without", "without too"]
        ids = [first.id, *(article_id for article_id, _ in added)]
        kept = await article_identities.of_articles(c, ids)
    assert [kept[article_id] for article_id in ids] == [
        ("first", "known"), ("again", "new"), ("without",), ("without too",),
    ]  # fmt: skip


async def test_the_window_reads_a_row_that_is_committed_after_a_later_decision(harness: BotHarness) -> None:
    """Another process read the article nine minutes before this decision and commits it only after it."""
    window = StoryWindow()
    report = Report(99, TITLE, "en", "times", harness.at, harness.at, fingerprint=features_of(TITLE, ""))
    async with harness.store.read() as c:
        assert (await window.decide(c, report, harness.at)).story is None
    item = await harness.publish("herald", TITLE, "A quantum computer runs in Seoul.")
    row = await harness.row(item)
    assert row.story is not None
    async with harness.store.begin() as c:
        await articles.update(c, row.id, read_at=harness.at - timedelta(minutes=9))
        decision = await window.decide(c, replace(report, id=100), harness.at)
    assert decision.story == row.story


LONG = (
    "Seoul opened a centre for quantum computing on Monday, and researchers from three universities moved in at once. "
    "The science ministry said that the machines would be shared with companies from next year, for a small fee. "
    "Some forty engineers have been hired so far, and thirty more are to follow before the summer begins. "
    "The building stands near the river, where an old printing house was torn down two years ago by the city. "
)
EDITED = LONG.replace("forty engineers", "fifty engineers") + "The mayor cut the ribbon."
OTHER_TEXT = "In a hall by the river stands a quantum computer that anybody may use who asks for an hour of it. " * 3
OTHER_EVENT = " Michael Kratsios of the White House sent a message."


@pytest.mark.parametrize(
    ("key", "title", "text", "days", "articles_told"),
    [
        ("herald", TITLE, EDITED, 1, 1),
        ("herald", f"{TITLE} by the river", EDITED, 1, 1),
        ("herald", TITLE, EDITED, 8, 2),
        ("herald", "Quantum machines: engineers move in", EDITED, 1, 2),
        ("herald", TITLE, EDITED + OTHER_EVENT, 1, 2),
        ("herald", TITLE, EDITED[: len(LONG) // 2], 1, 2),
        ("times", TITLE, EDITED, 1, 2),
    ],
    ids=["edited", "title too", "a week later", "another title", "names more", "half of it", "wire copy"],
)
async def test_an_edited_text_under_another_address_is_the_same_article_unless_it_says_more(
    harness: BotHarness, key: str, title: str, text: str, days: int, articles_told: int
) -> None:
    await harness.subscribe("quantum OR topic:officials")
    first = await harness.publish("herald", TITLE, LONG)
    harness.pass_time(days=days)
    second = await harness.publish(key, title, text)
    told = [row for row in (await harness.row(first), await harness.row(second)) if row.story is not None]
    assert len(told) == articles_told
    assert told[0].id == await harness.number_of(first)


async def test_articles_whose_pages_all_name_one_canonical_address_are_each_told(harness: BotHarness) -> None:
    """A fault of many sites: the canonical link of every page is the same, so that it names no article."""
    await harness.subscribe("quantum OR topic:officials")
    same = "url:https://herald.example/news"
    first = harness.headline("herald", TITLE)
    second = harness.headline("herald", "Kratsios to visit Seoul next week")
    for item, text in ((first, LONG), (second, "Michael Kratsios will visit Seoul next week, officials said. " * 5)):
        await harness.announce("herald", item)
        await harness.take(item, text, identities=(*item.identities, same))
    rows = [await harness.row(item) for item in (first, second)]
    assert [row.suspect for row in rows] == [None, None]
    assert rows[0].story != rows[1].story


async def test_a_page_that_names_a_known_address_is_that_article_where_the_title_is_alike(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    first, second = (harness.headline("herald", title) for title in (TITLE, f"{TITLE} today"))
    await harness.announce("herald", first, second)
    await harness.take(first, LONG)
    await harness.take(second, OTHER_TEXT, identities=(*second.identities, *first.identities))
    assert (await harness.row(second)).suspect == "duplicate"


async def test_only_an_article_with_a_story_has_features_also_where_it_takes_the_story_of_another(
    harness: BotHarness,
) -> None:
    await harness.subscribe("topic:officials")
    plain = await harness.publish("herald", "Busan market stall hires a robot", "A stall in Busan bought a robot.")
    assert (await harness.row(plain)).fingerprint == b""
    flash = harness.headline("herald", "URGENT: Kratsios to visit Seoul next week")
    await harness.announce("herald", flash)
    story = (await harness.row(flash)).story
    item = harness.headline("herald", "To visit Seoul next week")
    await harness.announce("herald", item)
    await harness.take(item, "A visit is planned.", identities=(*item.identities, *flash.identities))
    row = await harness.row(item)
    assert story is not None
    assert (row.story, row.topics.any) == (story, False)
    assert row.fingerprint == packed(features_of("To visit Seoul next week", "A visit is planned."))
