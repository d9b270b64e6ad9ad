"""How articles come in: nothing lost, nothing twice, whatever outlets do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.store import articles, mentions, sources
from bot.store.deliveries import table as deliveries
from scrapers.article import SourceReading, SourceState
from scrapers.errors import BadStatus, Gone, Unreachable

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


async def test_the_first_reading_of_a_source_owes_nothing_also_of_a_source_added_later(world: Any) -> None:
    await world.subscribe("quantum")
    herald = world.outlets["herald"]
    added = replace(herald.sources[0], url="https://herald.example/second")
    item = world.headline("herald", QUANTUM)
    jobs = await world.intake.announced(herald, added, SourceReading((item,), SourceState()), 0.1)
    await world.deliver()
    assert jobs == []
    assert (await world.row(item)).baseline
    assert world.cards() == []


async def test_what_appears_while_we_are_away_is_no_new_baseline(world: Any) -> None:
    await world.subscribe("quantum")
    world.pass_time(hours=20)
    world.start()
    await world.publish("herald", QUANTUM, QUANTUM_TEXT, at=world.at - timedelta(hours=18))
    await world.deliver()
    assert [card.headline for card in world.cards()] == [QUANTUM]


async def test_what_is_older_than_a_day_waits_for_the_next_digest_and_comes_once(world: Any) -> None:
    asked = await world.subscribe("quantum")
    item = await world.publish("herald", QUANTUM, QUANTUM_TEXT, at=world.at - timedelta(hours=30))
    await world.digests.make_due()
    await world.deliver()
    assert world.slack.posts == {}
    assert await world.untold(asked) == [(await world.row(item)).story]
    world.pass_time(hours=23, minutes=20)
    await world.digests.make_due()
    await world.digests.make_due()
    await world.deliver()
    (digest,) = world.digests_in()
    assert [line.headline for section in digest.sections for line in section.lines] == [QUANTUM]
    assert (digest.late, world.cards()) == (False, [])
    assert await world.untold(asked) == []


@pytest.mark.parametrize("told_by", ["feed", "page"])
async def test_what_is_older_than_thirty_days_raises_nothing(world: Any, told_by: str) -> None:
    asked = await world.subscribe("quantum")
    old = world.at - timedelta(days=31)
    item = world.headline("herald", QUANTUM, at=old)
    item = item if told_by == "feed" else replace(item, published_at=None)
    await world.announce("herald", item)
    if told_by == "page":
        await world.take(item, QUANTUM_TEXT, published_at=old)
    assert (await world.row(item)).baseline
    assert await world.untold(asked) == []


async def test_the_same_page_again_changes_nothing(world: Any) -> None:
    await world.subscribe("quantum")
    item = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    assert await world.take(item, QUANTUM_TEXT) == []
    await world.edits()
    assert (len(world.cards()), world.slack.edits) == (1, 0)


async def test_a_corrected_page_edits_its_card_and_tells_it_once(world: Any) -> None:
    await world.subscribe("quantum")
    item = await world.publish(
        "ilbo", "서울에 양자컴퓨팅 센터 개소", "서울시가 월요일 양자컴퓨터 센터를 열었다.", language="ko"
    )
    await world.deliver()
    await world.take(item, "서울시가 화요일 양자컴퓨터 센터를 열었다.", title="[정정] 서울에 양자컴퓨팅 센터 개소")
    await world.deliver()
    await world.take(item, "서울시가 수요일 양자컴퓨터 센터를 열었다.", title="[정정] 서울에 양자컴퓨팅 센터 개소")
    await world.edits()
    assert [card.corrected for card in world.cards()] == [True]
    assert [reply.what for reply in world.replies()] == ["correction"]


async def test_a_flash_is_told_at_once_and_its_card_becomes_the_article(world: Any) -> None:
    await world.subscribe("topic:officials")
    item = world.headline("herald", "URGENT: Kratsios to visit Seoul next week")
    jobs = await world.announce("herald", item)
    await world.deliver()
    assert [job.name for job in jobs] == ["read", "deliver"]
    assert [card.flash for card in world.cards()] == [True]
    (again,) = await world.take(item, "Kratsios to visit.", suspect="short")
    assert (again.name, again.due_at > world.at) == ("read", True)
    await world.take(item, VISIT_TEXT, title=VISIT)
    await world.edits()
    assert [(card.flash, card.headline) for card in world.cards()] == [(False, VISIT)]


async def test_a_page_that_cannot_be_had_is_told_by_its_headline_after_a_few_tries(world: Any) -> None:
    await world.subscribe("quantum")
    item = world.headline("herald", QUANTUM)
    await world.announce("herald", item)
    number, herald = await world.number_of(item), world.outlets["herald"]
    for _ in range(3):
        (job,) = await world.intake.missed(herald, number, Unreachable(item.url, "no answer"))
        assert job.name == "read"
        async with world.store.read() as c:
            assert await articles.unread(c, "herald", 5, world.at) == ()
            assert len(await articles.unread(c, "herald", 5, job.due_at)) == 1
        world.at = job.due_at
    assert world.cards() == []
    await world.intake.missed(herald, number, Unreachable(item.url, "no answer"))
    await world.intake.missed(herald, number, Unreachable(item.url, "no answer"))
    await world.deliver()
    assert [(card.headline, card.flash) for card in world.cards()] == [(QUANTUM, True)]
    assert (await world.row(item)).state == "failed"


async def test_a_page_that_is_gone_alerts_nobody_and_corrects_the_flash_that_told_it(world: Any) -> None:
    asked = await world.subscribe("quantum")
    plain = world.headline("herald", QUANTUM)
    flash = world.headline("times", "BREAKING: Britain buys a quantum computer")
    await world.announce("herald", plain)
    await world.announce("times", flash)
    await world.deliver()
    for item in (plain, flash):
        gone = Gone(item.url, 410)
        await world.intake.missed(world.outlets[item.outlet], await world.number_of(item), gone)
    await world.edits()
    assert [(card.headline, card.corrected) for card in world.cards()] == [(flash.title, True)]
    assert [reply.what for reply in world.replies()] == ["correction"]
    assert await world.untold(asked) == [(await world.row(plain)).story]


async def test_a_page_without_a_text_alerts_nobody_but_is_not_lost(world: Any) -> None:
    asked = await world.subscribe("quantum")
    item = await world.publish("herald", QUANTUM, "Please enable scripts.", suspect="short")
    await world.deliver()
    assert world.cards() == []
    assert await world.untold(asked) == [(await world.row(item)).story]


async def test_a_headline_about_a_signature_on_a_page_without_text_is_not_severe(world: Any) -> None:
    await world.subscribe("topic:pact", "daily")
    await world.publish("herald", SIGNED, "", suspect="no_body")
    await world.deliver()
    assert world.cards() == []


async def test_an_article_under_two_addresses_is_one(world: Any) -> None:
    await world.subscribe("quantum")
    first = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    second = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.edits()
    (card,) = world.cards()
    assert card.articles_en == 1
    assert (await world.row(second)).suspect == "duplicate"
    assert (await world.row(first)).suspect is None


async def test_a_twin_of_which_only_the_headline_is_known_stands_back(world: Any) -> None:
    await world.subscribe("quantum")
    one, two = world.headline("herald", QUANTUM), world.headline("herald", "Seoul opens quantum centre")
    await world.announce("herald", one, two)
    number = await world.number_of(one)
    await world.take(two, QUANTUM_TEXT, identities=(*two.identities, *one.identities))
    async with world.store.read() as c:
        copy = await articles.get(c, number)
        assert copy is not None
        assert copy.suspect == "duplicate"
        assert await articles.unread(c, "herald", 5) == ()
    await world.intake.took(world.outlets["herald"], number, world.page(one, QUANTUM_TEXT))
    await world.edits()
    assert [card.articles_en for card in world.cards()] == [1]


async def test_one_body_under_three_titles_is_no_article(world: Any) -> None:
    await world.subscribe("quantum")
    titles = (QUANTUM, "Weather turns mild in the south", "Markets close higher on chip demand")
    stock = (
        "Our quantum computing readers: the site is being renewed, articles return soon, thank you kindly for patience."
    )
    items = [await world.publish("herald", title, stock) for title in titles]
    assert [(await world.row(item)).suspect for item in items] == [None, None, "same_body"]


async def test_a_list_under_new_names_is_not_told_again_and_the_operators_hear_of_it(world: Any) -> None:
    await world.subscribe("quantum")
    titles = [f"{QUANTUM}, part {n}" for n in range(8)]
    await world.announce("herald", *(world.headline("herald", title) for title in titles))
    for item in [world.headline("herald", title, number=n + 1) for n, title in enumerate(titles)]:
        await world.take(item, QUANTUM_TEXT + item.title)
    await world.deliver(12)
    world.pass_time(minutes=10)
    await world.digests.make_due()
    await world.deliver()
    before = len(world.cards())
    world.pass_time(hours=1)
    jobs = await world.announce(
        "herald", *(world.headline("herald", t, at=world.at - timedelta(hours=2)) for t in titles)
    )
    await world.deliver()
    assert jobs == []
    assert (before > 0, len(world.cards())) == (True, before)
    assert [card.notes[0].code for card in world.shown(object, "COPS")] == ["feed_churned"]


async def test_new_titles_in_a_churned_list_wait_for_the_digest(world: Any) -> None:
    asked = await world.subscribe("quantum")
    old = world.at - timedelta(hours=3)
    items = [world.headline("herald", f"{QUANTUM} number {n}", at=old) for n in range(8)]
    await world.announce("herald", *items)
    for item in items[:1]:
        await world.take(item, QUANTUM_TEXT)
    await world.deliver()
    assert world.cards() == []
    assert len(await world.untold(asked)) == 1


async def test_a_busy_feed_that_renews_itself_is_told(world: Any) -> None:
    await world.subscribe("quantum")
    items = [world.headline("herald", f"{QUANTUM} number {n}", at=world.at) for n in range(8)]
    await world.announce("herald", *items)
    await world.take(items[0], QUANTUM_TEXT)
    await world.deliver()
    assert len(world.cards()) == 1


async def test_what_an_outlet_does_not_allow_is_not_kept(world: Any) -> None:
    await world.subscribe("quantum")
    shy = await world.publish("shy", QUANTUM, QUANTUM_TEXT)
    open_one = await world.publish("herald", "A new centre in Seoul for quantum machines", QUANTUM_TEXT + " More soon.")
    async with world.store.read() as c:
        for item, kept in ((shy, False), (open_one, True)):
            number = await world.number_of(item)
            found = (await mentions.mentions_of(c, [number]))[number]
            assert any(mention.field == "text" for mention in found)
            assert any(mention.context for mention in found if mention.field == "text") == kept
            assert bool(await world.sentences(number)) == kept
            assert all(mention.context for mention in found if mention.field == "headline")


async def test_a_long_sentence_is_kept_short_around_its_match(world: Any) -> None:
    item = await world.publish("herald", QUANTUM, "and then " * 90 + "a quantum computer " + "came home " * 90)
    number = await world.number_of(item)
    async with world.store.read() as c:
        found = (await mentions.mentions_of(c, [number]))[number]
    (context,) = {mention.context for mention in found if mention.field == "text"}
    assert len(context) <= 300
    assert "quantum computer" in context


async def test_a_source_that_is_gone_twice_a_day_apart_is_left_alone(world: Any) -> None:
    herald = world.outlets["herald"]
    source = herald.sources[0]
    for pause, due_days in ((0, 2), (23, 2), (2, 10_000)):
        world.pass_time(hours=pause)
        await world.intake.failed(herald, source, Gone(source.url, 410))
        async with world.store.read() as c:
            row = await sources.state_of(c, "herald", source.url) or sources.SourceRow("", "")
        assert ((row.next_due_at or world.at) - world.at < timedelta(days=due_days)) == (due_days == 2)
        assert ((row.next_due_at or world.at) - world.at > timedelta(days=2)) == (due_days != 2)
    assert row.error_code == "stopped"


async def test_a_source_that_fails_is_asked_less_and_less_and_a_success_forgets_it(world: Any) -> None:
    herald = world.outlets["herald"]
    pauses = []
    for _ in range(9):
        await world.intake.failed(herald, herald.sources[0], BadStatus(herald.sources[0].url, 500))
        async with world.store.read() as c:
            row = await sources.state_of(c, "herald", herald.sources[0].url) or sources.SourceRow("", "")
        pauses.append((row.next_due_at - world.at) if row.next_due_at else timedelta(0))
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(0), timedelta(hours=24))
    await world.announce("herald")
    async with world.store.read() as c:
        row = await sources.state_of(c, "herald", herald.sources[0].url) or sources.SourceRow("", "")
    assert (row.failures, row.failing_since, row.next_due_at, row.error) == (0, None, None, None)


async def test_a_crash_between_announcing_and_telling_loses_no_flash(world: Any) -> None:
    await world.subscribe("topic:officials")
    item = world.headline("herald", "URGENT: Kratsios to visit Seoul next week")
    await world.announce("herald", item)
    world.start()
    await world.take(item, VISIT_TEXT, title=VISIT)
    await world.deliver()
    async with world.store.read() as c:
        owed = await deliveries.of_story(c, (await world.row(item)).story)
    assert [one.kind for one in owed if one.kind == "card"] == ["card"]
    assert len(world.cards()) == 1
