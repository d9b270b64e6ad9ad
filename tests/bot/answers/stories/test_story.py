"""``story`` shows a story's articles in order, with the same counts as its card and its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.answers.stories.story import ARTICLES_A_PAGE, agencies_of
from bot.store import articles
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.story_articles import ArticleLine, StoryArticlesCard
from handlers.cards.texts import Note
from tests.support.bot_harness import START, BotHarness, outlet_named
from tests.support.example_cards import elements
from tests.support.merging import Case
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

TITLE, TEXT = (
    "A zeppelin over the river",
    "A zeppelin flew over the Han river, as {key} saw. Crowds on the bank cheered it.",
)


def note(card: Any, code: str) -> dict[str, str] | None:
    return next((dict(note.args) for note in card.facts if note.code == code), None)


def plain_text(card: Any, language: str) -> str:
    return render(Shown(card, language)).plain


def new_article(number: int) -> articles.NewArticle:
    url = f"https://times.example/{number}"
    return articles.NewArticle("times", url, url, TITLE, "en", "media", START, START, (url,), state="read", story=1)


async def published(harness: BotHarness, *outlets: str) -> None:
    started_at = harness.at
    for number, key in enumerate(outlets):
        at = started_at + timedelta(minutes=25 * number)
        await harness.publish(key, TITLE, TEXT.format(key=key), at=at)


async def test_the_counts_of_story_are_those_of_the_card_and_of_the_rows(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    await published(harness, "herald", "times", "shy")
    await harness.deliver()
    await harness.edits()
    card, (posted,) = await harness.ask("story ST1"), harness.cards()[-1:]
    assert note(card, "story_counts_two") == {"n": "3", "outlets": "3", "ko": "0", "en": "3"}, "no other language"
    assert (posted.articles_ko, posted.articles_en, posted.articles_other) == (0, 3, 0)
    assert note(card, "story_first_by") == {"outlet": posted.first_outlet, "minutes": str(posted.first_by_minutes)}
    async with harness.store.read() as c:
        assert len(await articles.of_story(c, 1)) == len(card.articles) == 3
    assert [line.outlet for line in card.articles] == ["Herald", "Times", "Shy"]


async def test_an_unknown_story_is_one_line(harness: BotHarness) -> None:
    card = await harness.ask("story ST999")
    assert isinstance(card, ErrorCard)
    assert (card.note.code, card.note.args) == ("story_unknown", {"story": "ST999"})


async def test_a_merged_id_answers_and_says_so(harness: BotHarness) -> None:
    case = Case(harness)
    await harness.subscribe("quantum")
    first, second = await case.publish(), await case.publish()
    await case.merge(first, second)
    card = await harness.ask(f"story ST{second}")
    assert card.story == f"ST{first}"
    assert note(card, "story_was_merged") == {"story": f"ST{second}"}
    assert len(card.articles) == 2
    assert note(await harness.ask(f"story ST{first}"), "story_was_merged") is None


async def test_a_long_story_has_pages_and_a_number_behind_the_last_shows_it(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    await published(harness, "herald")
    async with harness.store.begin() as c:
        await articles.add_many(c, [new_article(number) for number in range(13)])
    cards = [await harness.ask(f"story ST1 {page}") for page in (1, 2, 9)]
    sizes = [(card.page, card.pages, len(card.articles)) for card in cards]
    assert sizes == [(1, 2, ARTICLES_A_PAGE), (2, 2, 14 - ARTICLES_A_PAGE), (2, 2, 14 - ARTICLES_A_PAGE)]
    message = render(Shown(await harness.ask("story ST1"), "ko"))
    assert "2쪽 중 1쪽" in message.plain
    (turn,) = [each["value"] for each in elements(message.blocks, "button") if each["action_id"] == "pact:run:next"]
    assert (turn, (await harness.ask(turn)).page) == ("기사묶음 ST1 쪽 2", 2)


def test_an_outlet_at_an_agencys_host_is_the_agency(harness: BotHarness) -> None:
    outlets = {
        "yna": outlet_named("yna", hosts=("www.yna.co.kr",)),
        "near": outlet_named("near", hosts=("notyna.co.kr",)),
    }
    assert agencies_of(outlets, harness.lexicon.agencies) == {"yna": "Yonhap"}


async def test_a_replaced_headline_is_shown_as_history(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    item = await harness.publish("herald", TITLE, TEXT.format(key="herald"))
    await harness.deliver()
    await harness.take(item, TEXT.format(key="herald"), title="A zeppelin lands in Seoul")
    await harness.edits()
    assert [card.headline for card in harness.cards()] == ["A zeppelin lands in Seoul"]
    (line,) = (await harness.ask("story ST1")).articles
    assert line.headline == "A zeppelin lands in Seoul"
    assert [note.args["headline"] for note in line.notes if note.code == "article_retitled"] == [TITLE]


async def test_outlets_that_differ_are_named_by_version_where_their_terms_allow_it(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    started_at = harness.at
    for minutes, (key, price) in enumerate((("herald", 20), ("times", 30), ("shy", 40))):
        text = f"A zeppelin worth ${price} million flew over the Han river. Crowds on the bank cheered it all day long."
        await harness.publish(key, TITLE, text, at=started_at + timedelta(minutes=minutes))
    card = await harness.ask("story ST1")
    assert note(card, "story_differ_amount") == {"values": "$20 million (1), $30 million (1)"}
    assert "Outlets differ on the amount: $20 million (1)" in render(Shown(card, "en")).plain
    async with harness.store.read() as c:
        rows = await articles.of_story(c, 1)
        known = await articles.known_of(c, [row.id for row in rows])
        facts = {row.outlet: known[row.id].head_facts for row in rows}
    assert (facts["shy"], len(facts["herald"])) == ((), 1)


async def test_outlets_that_differ_on_place_and_document_are_named_in_the_readers_language(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    started_at = harness.at
    for minutes, (key, what, city) in enumerate((("herald", "an MOU", "Gyeongju"), ("times", "a treaty", "Seoul"))):
        sentence = f"South Korea and the United States signed {what} on the Technology Prosperity Deal in {city}."
        at = started_at + timedelta(minutes=minutes)
        await harness.publish(key, "Korea, US sign Technology Prosperity Deal", f"{sentence} It covers AI.", at=at)
    card = await harness.ask("story ST1")
    assert note(card, "story_differ_place") == {"values": "Gyeongju (1), Seoul (1)"}
    assert note(card, "story_differ_instrument") == {"instruments": "mou=1; treaty=1"}
    assert "Outlets differ on what is signed: memorandum of understanding (1), treaty (1)." in plain_text(card, "en")
    assert "매체마다 문서 형식이 다릅니다: 양해각서(MOU) (1), 조약 (1)." in plain_text(card, "ko")
    assert "매체마다 장소가 다릅니다: Gyeongju (1), Seoul (1)." in plain_text(card, "ko")


def test_disputed_signatories_are_named_in_the_readers_language() -> None:
    card = NoticeCard((Note("story_differ_signatory", {"counted": "ai=2; quantum=1"}),))
    assert "인공지능 (2), 양자" in render(Shown(card, "ko")).plain


async def test_a_story_that_rests_on_one_source_says_so_until_an_official_text_comes(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    told_at, title = harness.at, "Korea and the United States sign Technology Prosperity Deal"
    said = "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal, {source}. It covers AI."
    korean = "한국과 미국이 한미 기술번영 업무협약(MOU)에 서명했다고 블룸버그통신이 전했다. 협약은 인공지능을 다룬다."
    for minutes, (key, source) in enumerate((("herald", "Bloomberg reported"), ("times", "citing Bloomberg"))):
        text = said.format(source=source if key == "herald" else f"the paper said, {source}")
        await harness.publish(key, title, text, at=told_at + timedelta(minutes=20 * minutes))
    await harness.publish(
        "ilbo", "한미 기술번영 업무협약(MOU) 체결", korean, at=told_at + timedelta(minutes=40), language="ko"
    )
    card = await harness.ask("story ST1")
    english, korean_answer = plain_text(card, "en"), plain_text(card, "ko")
    assert "All 3 articles rely on one source: Bloomberg." in english
    assert "Herald was first, 20 min before the next outlet." in english
    assert "citing Bloomberg" in english
    assert "기사 3건이 모두 한 출처에서 나왔습니다: Bloomberg." in korean_answer
    assert "Herald가 다음 매체보다 20분 먼저 보도했습니다." in korean_answer
    assert "No official text was found." in english
    await harness.publish(
        "ministry",
        "한미 기술번영 업무협약(MOU) 체결",
        "과학기술정보통신부는 한국과 미국이 한미 기술번영 업무협약(MOU)에 서명했다고 밝혔다.",
        at=told_at + timedelta(minutes=60),
        language="ko",
    )
    card = await harness.ask("story ST1", language="ko")
    assert note(card, "story_one_source") is None
    assert card.headline == "한미 기술번영 업무협약(MOU) 체결"
    (official,) = [line.url for line in card.articles if line.outlet == "Ministry"]
    assert card.url == official, "the official text heads the story in its language"
    assert "공식 발표문이 있습니다(Ministry)." in plain_text(card, "ko")


async def test_members_may_split_articles_off_and_merge_a_story_with_a_near_one(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish("times", "Quantum sensors tested in Busan harbour", "A quantum sensor was tested in Busan.")
    card = await harness.ask("story ST1")
    assert (card.may_change, card.near) == (True, (("ST2", "Quantum sensors tested in Busan harbour"),))
    assert not (await harness.ask("story ST1", standing="guest")).may_change
    assert not (await harness.ask("story ST1", standing="outsider")).may_change
    assert (await harness.ask("story ST1", channel="C9")).near == (), "another channel's stories are not named"


def menus_of(card: Any, **more: Any) -> dict[str, list[str]]:
    found = elements(render(Shown(card, "en", **more)).blocks, "static_select")
    return {menu["action_id"]: [option["value"] for option in menu["options"]] for menu in found}


def test_menus_name_articles_by_address_and_by_number_where_it_is_too_long() -> None:
    line = ArticleLine("Deal", "https://a.example/1", "Herald", "en", START, False, START)
    long = replace(line, url="https://a.example/" + "x" * 150)
    card = StoryArticlesCard("ST7", "Deal", line.url, "UTC", (), (), (), (line, long), first=3, may_change=True)
    assert menus_of(card) == {"pact:run:split": ["split ST7 https://a.example/1", "split ST7 4"]}
    near = replace(card, near=(("ST9", "Other"),))
    assert menus_of(near)["pact:run:merge"] == ["merge ST7 ST9"]
    assert menus_of(replace(card, articles=(line,))) == {}, "a single article stays"
    assert menus_of(near, shared_by="U1") == {}
    assert menus_of(replace(near, may_change=False)) == {}


@pytest.mark.parametrize(("chars", "by_address"), [(150, True), (151, False)])
def test_a_value_of_a_menu_has_at_most_150_characters(chars: int, by_address: bool) -> None:
    start = "https://a.example/"
    line = ArticleLine("Deal", start + "x" * (chars - len(f"split ST7 {start}")), "Herald", "en", START, False, START)
    card = StoryArticlesCard("ST7", "Deal", line.url, "UTC", (), (), (), (line, line), may_change=True)
    values = menus_of(card)["pact:run:split"]
    assert values == ([f"split ST7 {line.url}"] * 2 if by_address else ["split ST7 1", "split ST7 2"])
