"""A title that an outlet edits in its list is history and is shown; nobody is alerted again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import StoreTrouble
from bot.intake.known_names import known_names
from bot.intake.page_decisions import PAGE_TRIES
from bot.intake.title_edits import LISTED_AGE, find_titles, store_titles
from bot.store import articles, mentions, sources, stories
from bot.stories.facts.former_headlines import FEW_EDITS, MOST_KEPT
from handlers.blocks.message import render
from handlers.cards.shown import Shown
from scrapers.article import Headline, SourceReading, SourceState
from scrapers.errors import BadStatus, Gone, ScrapeError, TitlesOnly
from scrapers.outlet import Source
from tests.support.bot_harness import BotHarness

OLD, NEW = "A zeppelin flies over the river", "A zeppelin lands beside the palace"
TEXT = "A zeppelin flew over the Han river on Monday morning. Crowds on the bank cheered it for a whole hour."
FRONT_PAGE = Source("listing", "https://herald.example/")


async def told(harness: BotHarness) -> Headline:
    await harness.subscribe("zeppelin")
    item = await harness.publish("herald", OLD, TEXT)
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [OLD]
    return item


async def former(harness: BotHarness, item: Headline) -> list[str]:
    async with harness.store.read() as c:
        kept = await articles.former_headlines(c, await harness.number_of(item))
    return [each["headline"] for each in kept]


async def front_page(harness: BotHarness, *items: Headline) -> list[Any]:
    reading = SourceReading(items, SourceState())
    return await harness.intake.source_read(harness.outlets["herald"], FRONT_PAGE, reading, 0.1)


async def notes(harness: BotHarness, code: str) -> list[str]:
    (line,) = (await harness.ask("story ST1")).articles
    return [note.args["headline"] for note in line.notes if note.code == code]


async def test_an_edited_title_is_shown_on_the_card_and_kept_as_history_without_another_post(
    harness: BotHarness,
) -> None:
    item = await told(harness)
    posts = len(harness.slack.keys)
    jobs = await harness.announce("herald", replace(item, title=NEW))
    assert {job.name for job in jobs} == {"read", "deliver"}
    await harness.edits()
    assert [card.headline for card in harness.cards()] == [NEW]
    assert (await former(harness, item), await notes(harness, "article_retitled")) == ([OLD], [OLD])
    await harness.take(item, TEXT, title=NEW)
    await harness.edits()
    assert ((await harness.row(item)).state, await former(harness, item)) == ("read", [OLD])
    assert len(harness.slack.keys) == posts
    assert {job.name for job in await harness.announce("herald", replace(item, title=NEW))} == set()


async def test_a_page_from_a_cache_does_not_bring_the_old_headline_back(harness: BotHarness) -> None:
    item = await told(harness)
    await harness.announce("herald", replace(item, title=NEW))
    harness.pass_time(minutes=59)
    await harness.take(item, TEXT, title=OLD)
    assert ((await harness.row(item)).headline, await former(harness, item)) == (NEW, [OLD])


async def test_a_page_that_shows_another_headline_is_right_and_the_listed_title_is_shown_as_such(
    harness: BotHarness,
) -> None:
    item = await told(harness)
    await harness.announce("herald", replace(item, title=NEW))
    await harness.take(item, TEXT, title="The zeppelin has landed at last")
    assert await former(harness, item) == [OLD, NEW]
    assert await notes(harness, "article_listed_as") == [NEW]
    shown = await harness.ask("story ST1")
    assert f"listed as: {NEW}" in render(Shown(shown, "en")).plain
    assert f"목록의 제목: {NEW}" in render(Shown(shown, "ko")).plain


async def test_another_list_of_the_outlet_with_its_own_title_is_no_edit(harness: BotHarness) -> None:
    item = await told(harness)
    assert await front_page(harness, replace(item, title="Zeppelin!")) == []
    assert ((await harness.row(item)).headline, await former(harness, item)) == (OLD, [])
    assert await notes(harness, "article_listed_as") == ["Zeppelin!"]
    assert await harness.announce("herald", item) == []
    jobs = await front_page(harness, replace(item, title="Zeppelin lands"))
    assert {job.name for job in jobs} == {"read", "deliver"}
    assert (await harness.row(item)).headline == "Zeppelin lands"


async def test_a_mark_or_a_shorter_form_of_the_headline_is_neither_an_edit_nor_a_mismatch(harness: BotHarness) -> None:
    item = await told(harness)
    assert await harness.announce("herald", replace(item, title=f"[Update] {OLD}")) == []
    assert await front_page(harness, replace(item, title="A zeppelin flies over…")) == []
    assert await notes(harness, "article_listed_as") == []


async def test_a_page_that_cannot_be_read_again_leaves_what_was_read(harness: BotHarness) -> None:
    item = await told(harness)
    before = await harness.row(item)
    await harness.announce("herald", replace(item, title=NEW))
    await fail(harness, item, BadStatus(item.url, 500))
    assert await harness.row(item) == replace(before, headline=NEW)
    await harness.announce("herald", replace(item, title=OLD))
    await harness.take(item, "", suspect="short")
    assert await harness.row(item) == before


async def test_a_page_that_is_gone_when_it_is_read_again_is_told(harness: BotHarness) -> None:
    item = await told(harness)
    await harness.announce("herald", replace(item, title=NEW))
    await fail(harness, item, Gone(item.url, 404))
    assert (await harness.row(item)).state == "gone"


async def fail(harness: BotHarness, item: Headline, error: ScrapeError) -> None:
    """Every try of the page fails."""
    for _ in range(PAGE_TRIES):
        await harness.intake.page_failed(harness.outlets[item.outlet], await harness.number_of(item), error)


async def test_a_corrected_article_gets_its_new_title_and_is_not_read_again(harness: BotHarness) -> None:
    item = await told(harness)
    await harness.take(item, f"{TEXT} It was a Tuesday.", title=f"[Corrected] {OLD}")
    await harness.edits()
    replies = len(harness.replies())
    await harness.announce("herald", replace(item, title=f"[Corrected] {NEW}"))
    await harness.edits()
    assert ((await harness.row(item)).state, await former(harness, item)) == ("read", [f"[Corrected] {OLD}"])
    assert [card.headline for card in harness.cards()] == [f"[Corrected] {NEW}"]
    assert len(harness.replies()) == replies == 1, "the correction is told once"


async def test_a_title_that_changes_before_the_page_was_read_is_no_history(harness: BotHarness) -> None:
    item = harness.headline("herald", OLD)
    await harness.announce("herald", item)
    await harness.announce("herald", replace(item, title=NEW))
    assert ((await harness.row(item)).headline, await former(harness, item)) == (NEW, [])


async def test_a_list_whose_titles_change_all_at_once_has_changed_itself(harness: BotHarness) -> None:
    items = [harness.headline("herald", f"Zeppelin {chr(97 + number)} flies") for number in range(4 * FEW_EDITS + 4)]
    await harness.announce("herald", *items)
    share = FEW_EDITS + 1
    renamed = [replace(item, title=f"{item.title} today") for item in items[: share + 1]]
    await harness.announce("herald", *renamed, *items[share + 1 :])
    assert (await harness.row(items[0])).headline == items[0].title
    again = [replace(item, title=f"{item.title} at noon") for item in items[:share]]
    await harness.announce("herald", *again, *items[share:])
    assert (await harness.row(items[0])).headline == again[0].title, "a quarter of a list is edited at most"


async def test_baselines_old_articles_and_restless_titles_are_left_alone(harness: BotHarness) -> None:
    old = await told(harness)
    for number in range(MOST_KEPT):
        await harness.announce("herald", replace(old, title=f"Zeppelin, part {number}"))
    assert await harness.announce("herald", replace(old, title="Zeppelin, the end")) == []
    assert len(await former(harness, old)) == MOST_KEPT
    item = await harness.publish("times", OLD, TEXT)
    harness.at += LISTED_AGE
    assert await harness.announce("times", replace(item, title=NEW)) != []
    harness.at += timedelta(seconds=1)
    assert await harness.announce("times", replace(item, title=OLD)) == []


async def test_an_edited_title_that_names_a_subject_alerts_those_who_follow_it(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    item = await harness.publish("herald", "A morning at the river", "Crowds on the bank waited for a whole hour.")
    await harness.deliver()
    assert harness.cards() == []
    await harness.announce("herald", replace(item, title=OLD))
    await harness.take(item, TEXT, title=OLD)
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [OLD]


async def test_a_title_that_is_edited_and_marked_at_once_is_told_as_a_correction(harness: BotHarness) -> None:
    item = await told(harness)
    marked = replace(item, title=f"[Corrected] {NEW}")
    await harness.announce("herald", marked)
    await harness.take(marked, f"{TEXT} It was a Tuesday.")
    await harness.edits()
    assert [reply.what for reply in harness.replies()] == ["correction"]
    await harness.announce("herald", marked)
    await harness.edits()
    assert len(harness.replies()) == 1, "the correction is told once"


async def test_a_mark_that_comes_while_the_page_of_an_edited_title_is_awaited_is_told(harness: BotHarness) -> None:
    item = await told(harness)
    await harness.announce("herald", replace(item, title=NEW))
    marked = replace(item, title=f"[Corrected] {NEW} today")
    await harness.announce("herald", marked)
    await harness.take(marked, f"{TEXT} It was a Tuesday.")
    await harness.edits()
    assert [reply.what for reply in harness.replies()] == ["correction"]


async def test_an_edited_title_of_an_outlet_that_is_read_by_headlines_alone_is_read(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    item = harness.headline("herald", "A morning at the river")
    await harness.announce("herald", item)
    await fail(harness, item, TitlesOnly(item.url, "herald"))
    jobs = await harness.announce("herald", replace(item, title=OLD))
    assert {job.name for job in jobs} == {"read", "deliver"}
    await fail(harness, item, TitlesOnly(item.url, "herald"))
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [OLD]


async def test_an_article_that_stands_by_an_edited_title_names_what_that_title_names(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    item = harness.headline("herald", "A morning at the river")
    await harness.announce("herald", item)
    await harness.announce("herald", replace(item, title="Korea, U.S. sign Technology Prosperity Deal"))
    await fail(harness, item, BadStatus(item.url, 500))
    row = await harness.row(item)
    async with harness.store.read() as c:
        named = await mentions.mentions_of(c, [row.id])
    assert (row.topics.pact, {mention.topic for mention in named[row.id]} & {"pact"}) == (True, {"pact"})


async def test_a_page_that_is_gone_after_it_was_read_leaves_the_topics_of_its_story(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    item = await harness.publish("herald", OLD, "Korea and the U.S. signed the Technology Prosperity Deal today.")
    before = await harness.row(item)
    assert before.topics.pact
    await harness.announce("herald", replace(item, title=NEW))
    await fail(harness, item, Gone(item.url, 404))
    row = await harness.row(item)
    assert (row.topics, row.fingerprint) == (before.topics, before.fingerprint)
    async with harness.store.read() as c:
        story = await stories.get(c, row.story or 0)
    assert story is not None
    assert story.topics == replace(before.topics, severity=0), "a text that is gone is not trusted"


async def test_a_list_that_shows_an_article_twice_edits_nothing_when_their_order_changes(harness: BotHarness) -> None:
    item = await told(harness)
    short = replace(item, title="Airship over Seoul")
    for shown in ((item, short), (short, item), (item, short)):
        assert await harness.announce("herald", *shown) == []
    assert ((await harness.row(item)).headline, await former(harness, item)) == (OLD, [])


async def test_a_title_that_a_page_brought_meanwhile_does_not_replace_itself(harness: BotHarness) -> None:
    item = await told(harness)
    edited = replace(item, title=NEW)
    async with harness.store.read() as c:
        source, article_of = harness.outlets["herald"].sources[0], await known_names(c, [edited])
        titles = await find_titles(c, source, [edited], article_of, harness.at)
    await harness.announce("herald", edited)
    await harness.take(edited, TEXT)
    async with harness.store.begin() as c:
        await store_titles(c, titles, harness.at)
    assert ((await harness.row(item)).state, await former(harness, item)) == ("read", [OLD])


async def test_a_list_whose_titles_could_not_be_stored_is_read_again(harness: BotHarness) -> None:
    item = await told(harness)
    herald = harness.outlets["herald"]
    reading = SourceReading(
        (replace(item, title=NEW), harness.headline("herald", "Rain")), SourceState(body_hash="new")
    )
    async with harness.store.begin() as c:
        refuse = "CREATE TRIGGER refuse BEFORE UPDATE OF listed ON articles BEGIN SELECT RAISE(ABORT, 'full'); END"
        await c.exec_driver_sql(refuse)
    with pytest.raises(StoreTrouble):
        await harness.intake.source_read(herald, herald.sources[0], reading, 0.1)
    async with harness.store.read() as c:
        row = await sources.get(c, "herald", herald.sources[0].url)
    assert row is not None
    assert row.body_hash != "new"


@pytest.mark.parametrize("suspect", [None, "short"])
async def test_an_edited_title_alerts_though_the_page_cannot_be_read_again(
    harness: BotHarness, suspect: str | None
) -> None:
    await harness.subscribe("zeppelin")
    item = await harness.publish("herald", "A morning at the river", "Crowds on the bank waited for a whole hour.")
    await harness.announce("herald", replace(item, title=OLD))
    if suspect:
        await harness.take(item, "", suspect=suspect)
    else:
        await fail(harness, item, BadStatus(item.url, 500))
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [OLD]
    assert (await harness.row(item)).state == "read"


async def test_features_that_an_older_process_wrote_as_text_are_none(harness: BotHarness) -> None:
    item = await harness.publish("herald", OLD, TEXT)
    async with harness.store.begin() as c:
        await c.exec_driver_sql("UPDATE articles SET fingerprint = '[1,2]'")
    assert (await harness.row(item)).fingerprint == b""
