"""An office's document is told although its text is missing; a text that is read in part is told and read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Job
from bot.store import articles, feed_texts
from scrapers.article import Attachment, Headline, SourceReading, SourceState
from scrapers.errors import BadStatus, Gone, ScrapeError, Unreachable
from tests.support.bot_harness import BotHarness

TITLE = "한미 기술번영 업무협약 공동위원회 개최"
NEUTRAL = "과학기술정보통신부 보도자료"
SUMMARY = "과기정통부는 한미 기술번영 업무협약의 공동위원회를 서울에서 연다고 밝혔다."
TEXT = (
    "과학기술정보통신부는 한미 기술번영 업무협약의 이행을 점검하는 공동위원회를 서울에서 열었다고 밝혔다. "
    "두 나라는 인공지능과 양자 분야의 공동 연구를 늘리기로 하고, 다음 회의를 워싱턴에서 열기로 했다."
)
QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday. It is shared with companies from next year."
DOCUMENT = Attachment("보도자료.hwp", "https://ministry.example/file/1", "hwp")


async def told(harness: BotHarness, title: str = TITLE, **more: Any) -> Headline:
    """A headline that the ministry lists."""
    item = harness.headline("ministry", title, **more)
    await harness.announce("ministry", item)
    return item


async def fails(harness: BotHarness, item: Headline, error: ScrapeError) -> list[Any]:
    return await harness.intake.page_failed(harness.outlets[item.outlet], await harness.number_of(item), error)


async def kept_text(harness: BotHarness, item: Headline) -> str:
    async with harness.store.read() as c:
        return (await feed_texts.of_article(c, await harness.number_of(item))).text


@pytest.mark.parametrize("suspect", ["short", "no_body", "site_title", "wrong_type"])
async def test_a_suspect_page_of_an_office_is_told_at_once_and_its_text_appears_later(
    harness: BotHarness, suspect: str
) -> None:
    await harness.subscribe("topic:pact")
    item = await told(harness)
    jobs = await harness.take(
        item, "자세한 내용은 첨부파일을 참고하시기 바랍니다.", suspect=suspect, attachments=(DOCUMENT,)
    )
    await harness.deliver()
    (card,) = harness.cards()
    assert card.unread is not None
    assert (card.unread.by_summary, card.unread.attachments) == (False, ((DOCUMENT.name, DOCUMENT.url),))
    assert (card.headline, card.severity, card.flash, card.official_url) == (TITLE, 1, False, None)
    assert [job.name for job in jobs] == ["deliver", "read"]

    await harness.take(item, TEXT)
    await harness.edits()
    (card,) = harness.cards()
    assert (card.unread, card.official_url) == (None, item.url)
    assert harness.replies() == [], "the card says it"
    assert (await harness.row(item)).state == "read"


async def test_the_same_suspect_page_is_read_four_times_and_its_card_is_not_edited(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    item = await told(harness)
    await harness.take(item, "첨부 참고", suspect="short")
    await harness.deliver()
    for _ in range(2):
        (again,) = await harness.take(item, "첨부 참고", suspect="short")
        assert again.name == "read"
    assert await harness.take(item, "첨부 참고", suspect="short") == []
    await harness.edits()
    assert (len(harness.cards()), harness.slack.edits) == (1, 0)
    row = await harness.row(item)
    assert (row.state, row.suspect) == ("read", "short")
    async with harness.store.read() as c:
        assert await articles.unread(c, "ministry", 5, harness.pass_time(hours=9)) == ()


async def test_a_suspect_page_whose_headline_nobody_wants_is_read_once(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    item = await told(harness, NEUTRAL)
    assert await harness.take(item, "첨부 참고", suspect="short") == []
    assert (await harness.row(item)).state == "read"


async def test_the_sources_text_of_an_office_is_matched_where_its_page_has_none(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    item = await told(harness, NEUTRAL, summary=SUMMARY)
    assert await kept_text(harness, item) == SUMMARY
    await harness.take(item, "첨부 참고", suspect="short")
    await harness.deliver()
    (card,) = harness.cards()
    assert (card.headline, card.unread.by_summary) == (NEUTRAL, True)
    await harness.take(item, TEXT)
    assert await kept_text(harness, item) == "", "its page is decided"


@pytest.mark.parametrize("error", [Unreachable, lambda url, _: BadStatus(url, 503), lambda url, _: Gone(url, 404)])
async def test_an_office_whose_page_cannot_be_had_is_told_at_the_first_failure(harness: BotHarness, error: Any) -> None:
    await harness.subscribe("topic:pact")
    item = await told(harness, NEUTRAL, summary=SUMMARY)
    failure = error(item.url, "no answer")
    jobs = await fails(harness, item, failure)
    assert {job.name for job in jobs} == {"deliver", "read"}
    for _ in range(3):
        await fails(harness, item, failure)
    await harness.edits()
    (card,) = harness.cards()
    assert (card.unread.by_summary, card.corrected, card.flash) == (True, False, False)
    assert harness.replies() == []
    row = await harness.row(item)
    assert row.state in ("failed", "gone")
    assert await kept_text(harness, item) == ""


async def test_an_office_whose_page_comes_back_shows_its_text_on_the_same_card(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    item = await told(harness)
    await fails(harness, item, Unreachable(item.url, "no answer"))
    await harness.deliver()
    await harness.take(item, TEXT)
    await harness.edits()
    (card,) = harness.cards()
    assert (card.unread, card.official_url) == (None, item.url)
    assert (len(harness.slack.keys), harness.replies()) == (1, [])


async def test_an_offices_document_without_text_joins_a_story_with_a_reply_and_its_text_without_one(
    harness: BotHarness,
) -> None:
    await harness.subscribe("topic:pact")
    await harness.publish("ilbo", TITLE, TEXT, language="ko")
    await harness.deliver()
    item = await told(harness)
    await harness.take(item, "첨부 참고", suspect="short")
    await harness.edits()
    (card,) = harness.cards()
    assert (card.official_url, card.unread is not None) == (None, True)
    assert [reply.what for reply in harness.replies()] == ["official_listed"]
    await harness.take(item, TEXT.replace("서울", "세종"))
    await harness.edits()
    (card,) = harness.cards()
    assert (card.official_url, card.unread) == (item.url, None)
    assert len(harness.replies()) == 1


async def test_an_edited_title_of_a_document_without_text_updates_the_card_and_keeps_what_its_source_says(
    harness: BotHarness,
) -> None:
    await harness.subscribe("topic:pact")
    item = await told(harness, NEUTRAL, summary=SUMMARY)
    for _ in range(4):
        await harness.take(item, "첨부 참고", suspect="short")
    await harness.deliver()
    edited = replace(item, title="과학기술정보통신부 설명자료")
    await harness.announce("ministry", edited)
    await harness.take(edited, "첨부 참고", suspect="short")
    await harness.edits()
    (card,) = harness.cards()
    assert (card.headline, card.topics, card.unread.by_summary) == (edited.title, ("pact",), True)
    (line,) = (await harness.ask("story ST1")).articles
    assert [note.args["headline"] for note in line.notes if note.code == "article_retitled"] == [NEUTRAL]
    assert len(harness.slack.keys) == 1


async def test_an_edited_title_has_a_page_that_lacked_text_read_at_once(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    item = await told(harness)
    await harness.take(item, "첨부 참고", suspect="short")
    async with harness.store.read() as c:
        assert await articles.unread(c, "ministry", 5, harness.at) == ()
    await harness.announce("ministry", replace(item, title=f"{TITLE} 결과 발표"))
    async with harness.store.read() as c:
        (unread,) = await articles.unread(c, "ministry", 5, harness.at)
    assert unread.tries == 1


async def test_a_newspapers_suspect_page_waits_for_the_digest_with_the_sources_text(harness: BotHarness) -> None:
    asked = await harness.subscribe("quantum")
    item = harness.headline("herald", "Seoul opens a centre", summary="It is for quantum computing.")
    await harness.announce("herald", item)
    await harness.take(item, "Please enable scripts.", suspect="short")
    await harness.deliver()
    assert harness.cards() == []
    assert await harness.untold(asked) == [(await harness.row(item)).story]
    assert await kept_text(harness, item) == ""


async def test_a_newspapers_page_that_is_given_up_is_matched_by_the_sources_text(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = harness.headline("herald", "Seoul opens a centre", summary="It is for quantum computing.")
    await harness.announce("herald", item)
    for _ in range(3):
        await fails(harness, item, Unreachable(item.url, "no answer"))
        await harness.deliver()
        assert harness.cards() == []
    await fails(harness, item, Unreachable(item.url, "no answer"))
    await harness.deliver()
    (card,) = harness.cards()
    assert (card.headline, card.flash, card.unread.by_summary) == (item.title, False, True)
    assert await kept_text(harness, item) == ""


async def test_a_partial_text_is_told_and_the_note_disappears_with_the_whole_text(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = harness.headline("herald", QUANTUM)
    await harness.announce("herald", item)
    jobs = await harness.take(item, QUANTUM_TEXT, partial=True)
    assert [job.name for job in jobs] == ["deliver", "read"]
    await harness.deliver()
    assert [card.partial for card in harness.cards()] == [True]
    row = await harness.row(item)
    assert (row.state, row.partial, row.has_text) == ("headline", True, True)
    assert [job.name for job in await harness.take(item, QUANTUM_TEXT, partial=True)] == ["read"]
    await harness.take(item, f"{QUANTUM_TEXT}\nThe ministry pays for it.")
    await harness.edits()
    assert [card.partial for card in harness.cards()] == [False]
    assert (len(harness.slack.keys), harness.slack.edits) == (1, 1)
    assert (await harness.row(item)).state == "read"


async def test_a_partial_text_that_cannot_be_read_again_stays(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = harness.headline("herald", QUANTUM)
    await harness.announce("herald", item)
    await harness.take(item, QUANTUM_TEXT, partial=True)
    for _ in range(2):
        assert len(await fails(harness, item, Unreachable(item.url, "no answer"))) == 1
    await fails(harness, item, Unreachable(item.url, "no answer"))
    await harness.edits()
    row = await harness.row(item)
    assert (row.state, row.partial, row.suspect) == ("read", True, None)
    assert [(card.partial, card.flash) for card in harness.cards()] == [(True, False)]


async def test_a_partial_text_that_nobody_wants_is_read_once(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    item = harness.headline("herald", "A bakery opens")
    await harness.announce("herald", item)
    assert await harness.take(item, "It sells bread.", partial=True) == []
    assert (await harness.row(item)).state == "read"


async def test_of_a_partial_page_and_its_source_the_longer_text_is_matched(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    longer = "It is a long house with many rooms, and in one of them stands a quantum computer."
    item = harness.headline("herald", "Seoul opens a centre", text=(longer,))
    await harness.announce("herald", item)
    await harness.take(item, "It is a long house.", partial=True)
    await harness.deliver()
    assert [(card.headline, card.partial) for card in harness.cards()] == [(item.title, True)]


async def test_a_source_that_gives_the_whole_article_needs_no_page(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = harness.headline("herald", QUANTUM, text=(QUANTUM_TEXT,), text_is_whole=True)
    await harness.announce("herald", item)
    await fails(harness, item, Unreachable(item.url, "no answer"))
    await harness.deliver()
    assert [(card.headline, card.flash, card.partial) for card in harness.cards()] == [(QUANTUM, False, False)]
    row = await harness.row(item)
    assert (row.state, row.text_from, row.suspect, row.has_text) == ("read", "feed", None, True)


async def test_an_outlet_without_pages_whose_source_gives_whole_articles_is_read_like_any_other(
    harness: BotHarness,
) -> None:
    await harness.subscribe("quantum")
    herald = replace(harness.outlets["herald"], reads_pages=False)
    item = harness.headline("herald", QUANTUM, text=(QUANTUM_TEXT,), text_is_whole=True)
    await harness.intake.source_read(herald, herald.sources[0], SourceReading((item,), SourceState()), 0.1)
    await harness.deliver()
    assert [(card.headline, card.flash) for card in harness.cards()] == [(QUANTUM, False)]


async def test_no_text_of_a_baseline_is_kept(harness: BotHarness) -> None:
    item = await told(harness, at=harness.at - timedelta(days=31), summary=SUMMARY)
    assert (await harness.row(item)).baseline
    assert await kept_text(harness, item) == ""


async def test_a_whole_text_is_not_replaced_by_a_part_of_it_when_its_headline_is_edited(harness: BotHarness) -> None:
    """Some pages hide most of their text from readers after some hours."""
    await harness.subscribe("topic:pact")
    item = await harness.publish("herald", QUANTUM, f"{QUANTUM_TEXT} It is part of the Technology Prosperity Deal.")
    await harness.deliver()
    before = await harness.row(item)
    harness.pass_time(minutes=30)
    edited = replace(item, title=f"{QUANTUM} for companies")
    await harness.announce("herald", edited)
    assert await harness.take(edited, QUANTUM_TEXT, partial=True) == [Job("deliver")]
    await harness.edits()
    (card,) = harness.cards()
    assert (card.headline, card.partial) == (edited.title, False)
    row = await harness.row(item)
    assert (row.state, row.partial, row.content_hash) == ("read", False, before.content_hash)
    assert row.topics.pact
