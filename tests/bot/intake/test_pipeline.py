"""Articles are taken in once each, whatever outlets do, and every one that is wanted is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store import articles, mentions, sources
from bot.store.deliveries import table as deliveries
from bot.store.sources import SourceRow
from scrapers.article import SourceReading, SourceState
from scrapers.errors import BadStatus, Gone, Unreachable
from tests.support.bot_harness import BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = (
    "Seoul opened a centre for quantum computing on Monday, and researchers from three universities moved in. "
    "The science ministry said that the machines would be shared with companies from next year."
)
VISIT = "Kratsios to visit Seoul next week"
VISIT_TEXT = (
    "Michael Kratsios, the director of the White House science office, will visit Seoul next week, officials said. "
    "He is to meet the science minister and to see two laboratories."
)
SIGNED = "Korea and the United States sign Technology Prosperity Deal"
SIGNED_TEXT = (
    "South Korea and the United States signed the Technology Prosperity Deal in Gyeongju on Monday. "
    "The U.S.-ROK Technology Prosperity Deal covers artificial intelligence, quantum computing and space."
)


async def test_the_first_reading_of_a_source_is_a_baseline_also_for_a_source_added_later(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    herald = harness.outlets["herald"]
    added = replace(herald.sources[0], url="https://herald.example/second")
    item = harness.headline("herald", QUANTUM)
    jobs = await harness.intake.source_read(herald, added, SourceReading((item,), SourceState()), 0.1)
    await harness.deliver()
    assert jobs == []
    assert (await harness.row(item)).baseline
    assert harness.cards() == []


async def test_a_source_whose_first_answer_was_304_has_its_baseline_from_the_next(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    herald = harness.outlets["herald"]
    added = replace(herald.sources[0], url="https://herald.example/second")
    item = harness.headline("herald", QUANTUM)
    reading = SourceReading((), SourceState(), unchanged=True)
    row = SourceRow("herald", added.url)
    harness.intake.source_unchanged(herald, row, reading, 0.1, named_pact_lately=False)
    jobs = await harness.intake.source_read(herald, added, SourceReading((item,), SourceState()), 0.1)
    assert jobs == []
    assert (await harness.row(item)).baseline


async def test_an_article_published_during_an_outage_is_no_baseline(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    harness.pass_time(hours=20)
    harness.start()
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT, at=harness.at - timedelta(hours=18))
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [QUANTUM]


async def test_an_article_older_than_a_day_is_in_the_next_digest_and_in_no_later_one(harness: BotHarness) -> None:
    asked = await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT, at=harness.at - timedelta(hours=30))
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert harness.slack.posts == {}
    assert await harness.untold(asked) == [(await harness.row(item)).story]
    harness.pass_time(hours=23, minutes=20)
    await harness.digests.enqueue_due()
    await harness.digests.enqueue_due()
    await harness.deliver()
    (digest,) = harness.digests_in()
    assert [line.headline for section in digest.sections for line in section.lines] == [QUANTUM]
    assert (digest.late, harness.cards()) == (False, [])
    assert await harness.untold(asked) == []


@pytest.mark.parametrize("told_by", ["feed", "page"])
async def test_an_article_older_than_thirty_days_is_told_to_nobody(harness: BotHarness, told_by: str) -> None:
    asked = await harness.subscribe("quantum")
    old = harness.at - timedelta(days=31)
    item = harness.headline("herald", QUANTUM, at=old)
    item = item if told_by == "feed" else replace(item, published_at=None)
    await harness.announce("herald", item)
    if told_by == "page":
        await harness.take(item, QUANTUM_TEXT, published_at=old)
    assert (await harness.row(item)).baseline
    assert await harness.untold(asked) == []


async def test_the_same_page_again_changes_nothing(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert await harness.take(item, QUANTUM_TEXT) == []
    await harness.edits()
    assert (len(harness.cards()), harness.slack.edits) == (1, 0)


async def test_a_corrected_page_edits_its_card_and_replies_once(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish(
        "ilbo", "서울에 양자컴퓨팅 센터 개소", "서울시가 월요일 양자컴퓨터 센터를 열었다.", language="ko"
    )
    await harness.deliver()
    await harness.take(item, "서울시가 화요일 양자컴퓨터 센터를 열었다.", title="[정정] 서울에 양자컴퓨팅 센터 개소")
    await harness.deliver()
    await harness.take(item, "서울시가 수요일 양자컴퓨터 센터를 열었다.", title="[정정] 서울에 양자컴퓨팅 센터 개소")
    await harness.edits()
    assert [card.corrected for card in harness.cards()] == [True]
    assert [reply.what for reply in harness.replies()] == ["correction"]


@pytest.mark.parametrize("is_on_its_way", [False, True])
async def test_a_correction_is_seen_in_the_list_though_the_page_still_is_as_it_was(
    harness: BotHarness, is_on_its_way: bool
) -> None:
    await harness.subscribe("quantum")
    item = harness.headline("ilbo", "서울에 양자컴퓨팅 센터 개소", language="ko")
    await harness.announce("ilbo", item)
    deciding = harness.intake._pages._assigning
    async with deciding:
        page = asyncio.create_task(harness.take(item, "서울시가 월요일 양자컴퓨터 센터를 열었다."))
        while is_on_its_way and not deciding._waiters:  # noqa: ASYNC110 - a lock does not report who waits
            await asyncio.sleep(0.01)
        await harness.announce("ilbo", replace(item, title="[정정] 서울에 양자컴퓨팅 센터 개소"))
    await page
    await harness.deliver()
    assert [card.corrected for card in harness.cards()] == [True]


async def test_a_flash_is_told_at_once_and_its_card_becomes_the_article(harness: BotHarness) -> None:
    await harness.subscribe("topic:officials")
    item = harness.headline("herald", "URGENT: Kratsios to visit Seoul next week")
    jobs = await harness.announce("herald", item)
    await harness.deliver()
    assert [job.name for job in jobs] == ["read", "deliver"]
    assert [card.flash for card in harness.cards()] == [True]
    (again,) = await harness.take(item, "Kratsios to visit.", suspect="short")
    assert (again.name, again.due_at > harness.at) == ("read", True)
    await harness.take(item, VISIT_TEXT, title=VISIT)
    await harness.edits()
    assert [(card.flash, card.headline) for card in harness.cards()] == [(False, VISIT)]


async def test_a_headline_is_told_alone_after_four_failures_to_read_its_page(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = harness.headline("herald", QUANTUM)
    await harness.announce("herald", item)
    article_id, herald = await harness.number_of(item), harness.outlets["herald"]
    for _ in range(3):
        (job,) = await harness.intake.page_failed(herald, article_id, Unreachable(item.url, "no answer"))
        assert job.name == "read"
        async with harness.store.read() as c:
            assert await articles.unread(c, "herald", 5, harness.at) == ()
            assert len(await articles.unread(c, "herald", 5, job.due_at)) == 1
        assert job.due_at is not None
        harness.at = job.due_at
    assert harness.cards() == []
    await harness.intake.page_failed(herald, article_id, Unreachable(item.url, "no answer"))
    await harness.intake.page_failed(herald, article_id, Unreachable(item.url, "no answer"))
    await harness.deliver()
    (card,) = harness.cards()
    assert (card.headline, card.flash, card.unread.by_summary) == (QUANTUM, False, False)
    assert (await harness.row(item)).state == "failed"


async def test_an_outlet_without_pages_is_told_at_once_by_its_headline_and_summary(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    herald = replace(harness.outlets["herald"], reads_pages=False, text_allowed=False)
    told = harness.headline("herald", "Seoul opens a centre", summary="The centre builds a quantum computer.")
    other = harness.headline("herald", "A bakery opens", summary="It sells bread.")
    reading = SourceReading((told, other), SourceState())
    await harness.intake.source_read(herald, herald.sources[0], reading, 0.1)
    await harness.deliver()
    (card,) = harness.cards()
    assert (card.headline, card.flash, card.unread.by_summary) == (told.title, False, True)
    row = await harness.row(told)
    assert (row.state, row.suspect, row.topics.sectors) == ("failed", "titles_only", ("quantum",))
    async with harness.store.read() as c:
        assert await articles.unread(c, "herald", 5, harness.at) == ()
        stored = (await mentions.mentions_of(c, [row.id]))[row.id]
    assert {(mention.field, mention.context) for mention in stored} == {("text", "")}, "its terms allow no sentence"


async def test_a_page_without_text_alerts_nobody_and_waits_for_the_digest(harness: BotHarness) -> None:
    asked = await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, "Please enable scripts.", suspect="short")
    await harness.deliver()
    assert harness.cards() == []
    assert await harness.untold(asked) == [(await harness.row(item)).story]


async def test_a_signature_in_the_headline_of_a_page_without_text_is_not_severe(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact", "daily")
    await harness.publish("herald", SIGNED, "", suspect="no_body")
    await harness.deliver()
    assert harness.cards() == []


async def test_an_article_under_two_addresses_is_stored_as_a_duplicate_of_the_first(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    first = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    second = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.edits()
    (card,) = harness.cards()
    assert card.articles_en == 1
    assert (await harness.row(second)).suspect == "duplicate"
    assert (await harness.row(first)).suspect is None


async def test_a_duplicate_whose_page_is_unread_gives_way(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    unread, read = harness.headline("herald", QUANTUM), harness.headline("herald", "Seoul opens quantum centre")
    await harness.announce("herald", unread, read)
    article_id = await harness.number_of(unread)
    await harness.take(read, QUANTUM_TEXT, identities=(*read.identities, *unread.identities))
    async with harness.store.read() as c:
        copy = await articles.get(c, article_id)
        assert copy is not None
        assert copy.suspect == "duplicate"
        assert await articles.unread(c, "herald", 5) == ()
    await harness.intake.page_read(harness.outlets["herald"], article_id, harness.page(unread, QUANTUM_TEXT))
    await harness.edits()
    assert [card.articles_en for card in harness.cards()] == [1]


async def test_a_body_under_a_third_title_is_suspect(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    titles = (QUANTUM, "Weather turns mild in the south", "Markets close higher on chip demand")
    stock = (
        "Our quantum computing readers: the site is being renewed, articles return soon, thank you kindly for patience."
    )
    items = [await harness.publish("herald", title, stock) for title in titles]
    assert [(await harness.row(item)).suspect for item in items] == [None, None, "same_body"]


async def test_a_churned_list_is_not_told_again_and_the_operators_are_notified(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    titles = [f"{QUANTUM}, part {n}" for n in range(8)]
    await harness.announce("herald", *(harness.headline("herald", title) for title in titles))
    for item in [harness.headline("herald", title, number=n + 1) for n, title in enumerate(titles)]:
        await harness.take(item, QUANTUM_TEXT + item.title)
    await harness.deliver(12)
    harness.pass_time(minutes=10)
    await harness.digests.enqueue_due()
    await harness.deliver()
    before = len(harness.cards())
    harness.pass_time(hours=1)
    jobs = await harness.announce(
        "herald", *(harness.headline("herald", t, at=harness.at - timedelta(hours=2)) for t in titles)
    )
    await harness.deliver()
    assert jobs == []
    assert (before > 0, len(harness.cards())) == (True, before)
    assert [card.notes[0].code for card in harness.shown(object, "COPS")] == ["feed_churned"]


async def test_new_titles_in_a_churned_list_wait_for_the_digest(harness: BotHarness) -> None:
    asked = await harness.subscribe("quantum")
    old = harness.at - timedelta(hours=3)
    items = [harness.headline("herald", f"{QUANTUM} number {n}", at=old) for n in range(8)]
    await harness.announce("herald", *items)
    for item in items[:1]:
        await harness.take(item, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []
    assert len(await harness.untold(asked)) == 1


async def test_a_feed_that_renews_itself_with_new_dates_is_no_churned_list(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    items = [harness.headline("herald", f"{QUANTUM} number {n}", at=harness.at) for n in range(8)]
    await harness.announce("herald", *items)
    await harness.take(items[0], QUANTUM_TEXT)
    await harness.deliver()
    assert len(harness.cards()) == 1


async def test_sentences_are_kept_only_where_the_outlet_allows_it(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    shy = await harness.publish("shy", QUANTUM, QUANTUM_TEXT)
    open_one = await harness.publish(
        "herald", "A new centre in Seoul for quantum machines", QUANTUM_TEXT + " More soon."
    )
    async with harness.store.read() as c:
        for item, kept in ((shy, False), (open_one, True)):
            article_id = await harness.number_of(item)
            named = (await mentions.mentions_of(c, [article_id]))[article_id]
            assert any(mention.field == "text" for mention in named)
            assert any(mention.context for mention in named if mention.field == "text") == kept
            assert bool(await harness.sentences(article_id)) == kept
            assert all(mention.context for mention in named if mention.field == "headline")


async def test_a_long_sentence_is_kept_short_around_its_match(harness: BotHarness) -> None:
    item = await harness.publish("herald", QUANTUM, "and then " * 90 + "a quantum computer " + "came home " * 90)
    article_id = await harness.number_of(item)
    async with harness.store.read() as c:
        named = (await mentions.mentions_of(c, [article_id]))[article_id]
    (context,) = {mention.context for mention in named if mention.field == "text"}
    assert len(context) <= 300
    assert "quantum computer" in context


async def test_a_source_that_is_gone_for_a_day_is_stopped(harness: BotHarness) -> None:
    herald = harness.outlets["herald"]
    source = herald.sources[0]
    for pause, due_days in ((0, 2), (23, 2), (2, 10_000)):
        harness.pass_time(hours=pause)
        await harness.intake.source_failed(herald, source, Gone(source.url, 410))
        async with harness.store.read() as c:
            row = await sources.get(c, "herald", source.url) or SourceRow("", "")
        assert ((row.next_due_at or harness.at) - harness.at < timedelta(days=due_days)) == (due_days == 2)
        assert ((row.next_due_at or harness.at) - harness.at > timedelta(days=2)) == (due_days != 2)
    assert row.error_code == "stopped"


async def test_a_failing_source_is_read_ever_more_rarely_until_it_succeeds(harness: BotHarness) -> None:
    herald = harness.outlets["herald"]
    pauses = []
    for _ in range(9):
        await harness.intake.source_failed(herald, herald.sources[0], BadStatus(herald.sources[0].url, 500))
        async with harness.store.read() as c:
            row = await sources.get(c, "herald", herald.sources[0].url) or SourceRow("", "")
        pauses.append((row.next_due_at - harness.at) if row.next_due_at else timedelta(0))
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=15), timedelta(hours=24))
    await harness.announce("herald")
    async with harness.store.read() as c:
        row = await sources.get(c, "herald", herald.sources[0].url) or SourceRow("", "")
    assert (row.failures, row.failing_since, row.error) == (0, None, None)
    assert row.next_due_at is not None


async def test_a_crash_before_the_outbox_runs_loses_no_flash(harness: BotHarness) -> None:
    await harness.subscribe("topic:officials")
    item = harness.headline("herald", "URGENT: Kratsios to visit Seoul next week")
    await harness.announce("herald", item)
    harness.start()
    await harness.take(item, VISIT_TEXT, title=VISIT)
    await harness.deliver()
    async with harness.store.read() as c:
        of_story = await deliveries.of_story(c, (await harness.row(item)).story)
    assert [delivery.kind for delivery in of_story if delivery.kind == "card"] == ["card"]
    assert len(harness.cards()) == 1


async def test_a_guid_that_every_article_has_loses_none(harness: BotHarness) -> None:
    """A list of one entry gives each article the same guid; the address, or the outlet's own id, tells them apart."""
    guid = "guid:herald:N/A"
    first, second, third = (harness.headline("herald", title) for title in (QUANTUM, VISIT, QUANTUM))
    other_id = (*third.identities, "id:herald:3", guid)
    await harness.announce("herald", replace(first, identities=(*first.identities, "id:herald:1", guid)))
    await harness.announce("herald", replace(second, identities=(*second.identities, guid)))
    await harness.announce("herald", replace(third, identities=other_id))
    assert len({await harness.number_of(item) for item in (first, second, third)}) == 3


async def test_a_guid_leads_to_an_article_that_moved(harness: BotHarness) -> None:
    first, moved = (harness.headline("herald", QUANTUM) for _ in range(2))
    for item in (first, moved):
        await harness.announce("herald", replace(item, identities=(*item.identities, "guid:herald:7")))
    assert await harness.number_of(first) == await harness.number_of(moved)


async def test_an_entry_without_a_title_has_that_of_its_page(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    untitled = [harness.headline("herald", "") for _ in range(7)]
    await harness.announce("herald", *untitled)
    await harness.take(untitled[0], QUANTUM_TEXT, QUANTUM)
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [QUANTUM]
    assert len({await harness.number_of(item) for item in untitled}) == 7
