"""A query is asked about where a term has several senses, or where nothing knows a word and another one is near."""

from __future__ import annotations

import pytest

from bot.matching.query.near_words import near_words, words_of
from bot.matching.query.parse_query import parse
from bot.matching.text.korean import without_particle
from handlers.blocks.message import render
from handlers.cards.answers import SenseCard
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from settings.lexicon import load
from tests.support.bot_harness import BotHarness

LEXICON = load(None)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("quantom", "quantum"),
        ("qantum", "quantum"),
        ("kratsois", "@kratsios"),
        ("반도채", "반도체"),
        ("양자컴퓨타", "양자컴퓨터"),
        ("semicondutor", "semiconductor"),
        ("spaec", "space"),
        ("zeppelin", None),
        ("officials", "topic:officials"),
        ("당국자", "topic:officials"),
        ("qantom", "quantum"),
        ("kwantom", None),
        ("energy", None),
        ("x-enrgy", "x-energy"),
        ("tdp", None),
        ("2026", None),
    ],
)
def test_a_mistyped_word_is_near_what_was_meant(word: str, near: str | None) -> None:
    assert next(iter(near_words(word, LEXICON)), None) == near


def test_at_most_three_words_are_near() -> None:
    assert len(near_words("semiconducter", LEXICON)) <= 3


def test_only_words_outside_the_lexicon_are_unknown() -> None:
    assert words_of(parse('zeppelin -balloon "a phrase" quantum zeppelin 반도체', LEXICON)) == (
        "zeppelin",
        "balloon",
    )


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("양자컴퓨터를", "양자컴퓨터"),
        ("인공지능이", "인공지능"),
        ("6G의", "6G"),
        ("반도체와의", "반도체"),
        ("AI를", "AI"),
        ("핵융합로", None),
        ("원자로", None),
        ("반도체을", None),
        ("양자", None),
        ("를", None),
    ],
)
def test_a_particle_is_taken_off_where_it_fits(word: str, stem: str | None) -> None:
    assert without_particle(word) == stem


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("양자컴퓨터를", "양자컴퓨터"),
        ("크라치오스의 반도체", "@kratsios 반도체"),
        ("협약을", "pact"),
        ("Kratsios’s", "@kratsios"),
        ("원자로", "원자로"),
        ("zeppelin's", "zeppelin's"),
    ],
)
def test_a_query_is_understood_without_its_particles(typed: str, meant: str) -> None:
    assert parse(typed, LEXICON) == parse(meant, LEXICON)


async def test_a_typo_asks_what_was_meant_and_keeps_the_line(harness: BotHarness) -> None:
    card = await harness.ask("subscribe (quantom OR zeppelin) -영국 as daily at 09:00")
    assert isinstance(card, SenseCard)
    assert (card.term, card.question) == ("quantom", "unknown")
    assert card.choices == (
        ("quantum", "subscribe (quantum OR zeppelin) -영국 as daily at 09:00"),
        ("as_typed", "subscribe (quantom OR zeppelin) -영국 as typed as daily at 09:00"),
    )
    assert await harness.active_subscriptions() == []
    english, korean = (render(Shown(card, language)).plain for language in ("en", "ko"))
    assert "I do not know “quantom”. Did you mean:" in english
    assert "as typed" in english
    assert "모르는 낱말입니다: quantom" in korean
    assert "입력한 그대로" in korean
    await harness.ask(card.choices[1][1])
    (subscription,) = await harness.active_subscriptions()
    assert (subscription.query, subscription.cadence, subscription.at) == (
        "(quantom OR zeppelin) -영국",
        "daily",
        "09:00",
    )


@pytest.mark.parametrize(
    ("typed", "term", "meant"),
    [
        ("quantum outlet:heralt", "outlet:heralt", ["subscribe quantum outlet:herald"]),
        ("outlet:nosuch", "outlet:nosuch", []),
        ("lang:fr pact", "lang:fr", ["subscribe lang:en pact", "subscribe lang:ko pact"]),
    ],
)
async def test_an_outlet_or_a_language_that_is_not_read_is_asked_about(
    harness: BotHarness, typed: str, term: str, meant: list[str]
) -> None:
    card = await harness.ask(f"subscribe {typed}")
    assert isinstance(card, SenseCard)
    assert (card.term, [line for _, line in card.choices]) == (term, [*meant, f"subscribe {typed} as typed"])
    assert await harness.active_subscriptions() == []
    assert isinstance(await harness.ask(f"subscribe {typed} as typed"), ChangeCard)


@pytest.mark.parametrize("typed", ["outlet:herald", "lang:ko pact", "outlet:unread.example"])
async def test_an_outlet_that_is_read_or_may_be_found_is_not_asked_about(harness: BotHarness, typed: str) -> None:
    assert isinstance(await harness.ask(f"subscribe {typed}"), ChangeCard)


async def test_a_korean_line_is_asked_with_korean_lines(harness: BotHarness) -> None:
    card = await harness.ask("구독 반도채 매일 08:30")
    assert card.choices == (("반도체", "구독 반도체 매일 08:30"), ("as_typed", "구독 반도채 그대로 매일 08:30"))
    await harness.ask(card.choices[1][1])
    (subscription,) = await harness.active_subscriptions()
    assert (subscription.query, subscription.cadence, subscription.at) == ("반도채", "daily", "08:30")
    card = await harness.ask("수정 S1 반도채 매주")
    assert card.choices[0] == ("반도체", "수정 S1 반도체 매주")


async def test_a_word_of_stored_history_is_not_asked_about(harness: BotHarness) -> None:
    await harness.publish("herald", "Quantom shares rise", "The shares of Quantom rose in Seoul on Monday.")
    assert isinstance(await harness.ask("subscribe quantom"), ChangeCard)
    harness.pass_time(days=91)
    assert isinstance(await harness.ask("subscribe quantom"), SenseCard)


async def test_a_piece_of_a_stored_word_is_asked_about(harness: BotHarness) -> None:
    await harness.publish("ilbo", "크라치오스 실장 방한", "크라치오스 실장이 서울에 왔다.", language="ko")
    card = await harness.ask("구독 크라치오")
    assert isinstance(card, SenseCard)
    assert card.choices[0] == ("@kratsios", "구독 @kratsios")
    await harness.publish("ilbo", "새 기업 크라치오가 연다", "크라치오가 서울에 문을 연다.", language="ko")
    assert isinstance(await harness.ask("구독 크라치오"), ChangeCard)


async def test_an_unknown_word_without_a_neighbour_is_asked_about_and_saved_as_typed(harness: BotHarness) -> None:
    card = await harness.ask("subscribe zeppelin OR quantum as daily")
    assert isinstance(card, SenseCard)
    assert card.choices == (("as_typed", "subscribe zeppelin OR quantum as typed as daily"),)
    assert await harness.active_subscriptions() == []
    english, korean = (render(Shown(card, language)).plain for language in ("en", "ko"))
    assert "No article of the last 90 days has “zeppelin”. Check the spelling." in english
    assert "지난 90일 기사에 zeppelin이 없습니다. 철자를 확인해 주세요." in korean
    assert isinstance(await harness.ask(card.choices[0][1]), ChangeCard)
    assert not isinstance(await harness.ask('subscribe "zeppelin"'), SenseCard), "quotes mean exactly these characters"


@pytest.mark.parametrize("line", ["subscribe quantum -zeppelin", "subscribe quantum -(zeppelin OR 뷁뷁)"])
async def test_a_left_out_word_that_nothing_knows_is_not_asked_about(harness: BotHarness, line: str) -> None:
    assert isinstance(await harness.ask(line), ChangeCard)


async def test_a_korean_word_that_nothing_knows_is_asked_about(harness: BotHarness) -> None:
    card = await harness.ask("구독 뷁뷁")
    assert card.choices == (("as_typed", "구독 뷁뷁 그대로"),)
    await harness.publish("ilbo", "새 기업 뷁뷁 연다", "뷁뷁이 서울에 문을 연다.", language="ko")
    assert isinstance(await harness.ask("구독 뷁뷁"), ChangeCard)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("구독 양자컴퓨터 매일매일", ("매일", "구독 양자컴퓨터 매일")),
        ("구독 양자컴퓨터 6G 매즈", ("매주", "구독 양자컴퓨터 AND 6G 매주")),
        ("subscribe quantum dialy", ("daily", "subscribe quantum as daily")),
        ("subscribe quantum dialy for me", ("daily", "subscribe quantum as daily for me")),
    ],
)
async def test_a_mistyped_cadence_at_the_end_is_offered(
    harness: BotHarness, line: str, offered: tuple[str, str]
) -> None:
    card = await harness.ask(line)
    assert isinstance(card, SenseCard)
    assert card.choices[0] == offered
    assert card.choices[-1][0] == "as_typed"
    assert await harness.active_subscriptions() == []


async def test_a_typed_particle_is_offered_without_where_history_has_the_word(harness: BotHarness) -> None:
    await harness.publish("ilbo", "방산 수출 늘어", "방산 수출이 늘었다고 정부가 밝혔다.", language="ko")
    card = await harness.ask("구독 방산을")
    assert isinstance(card, SenseCard)
    assert card.choices[0] == ("방산", "구독 방산")


async def test_an_edited_query_is_asked_about_too(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum")
    card = await harness.ask("edit S1 semicondutor as daily")
    assert isinstance(card, SenseCard)
    assert card.choices[0] == ("semiconductor", "edit S1 semiconductor as daily")


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("구독 space", False),
        ("구독 data", False),
        ("구독 AI", True),
        ("구독 우주", True),
        ("subscribe AI", False),
        ("subscribe space", False),
        ("subscribe 우주", True),
    ],
)
async def test_a_sectors_id_never_asks_but_ai_in_korean(harness: BotHarness, line: str, asks: bool) -> None:
    assert isinstance(await harness.ask(line), SenseCard) is asks


@pytest.mark.parametrize(
    ("line", "of_pact", "as_typed"),
    [
        ("subscribe -quantum", "subscribe pact -quantum", "subscribe -quantum as typed"),
        ("구독 -양자컴퓨터 매일 08:30", "구독 pact -양자컴퓨터 매일 08:30", "구독 -양자컴퓨터 그대로 매일 08:30"),
        ("subscribe -quantum -space", "subscribe pact -quantum -space", "subscribe -quantum -space as typed"),
        ("subscribe ai OR -quantum", "subscribe pact (ai OR -quantum)", "subscribe ai OR -quantum as typed"),
    ],
)
async def test_a_query_that_only_leaves_out_is_asked_about(
    harness: BotHarness, line: str, of_pact: str, as_typed: str
) -> None:
    card = await harness.ask(line)
    assert isinstance(card, SenseCard)
    assert card.question == "everything"
    assert card.choices == (("pact_without", of_pact), ("as_typed", as_typed))
    assert "every other article that I read would match" in render(Shown(card, "en")).text
    assert "/pact 구독 협약 -양자" in render(Shown(card, "ko")).plain or not line.startswith("구독")
    assert await harness.active_subscriptions() == []
    assert isinstance(await harness.ask(as_typed), ChangeCard)


@pytest.mark.parametrize("line", ["subscribe lang:ko -quantum", "subscribe pact -quantum", "subscribe kind:official"])
async def test_a_query_that_names_something_is_not_asked_about(harness: BotHarness, line: str) -> None:
    assert isinstance(await harness.ask(line), ChangeCard)


@pytest.mark.parametrize("word", ["herald.example", "www.herald.example", "Herald", "herald"])
async def test_an_outlets_name_is_offered_as_the_outlet(harness: BotHarness, word: str) -> None:
    card = await harness.ask(f"subscribe quantum {word} as daily")
    assert isinstance(card, SenseCard)
    assert card.choices[0] == ("outlet:herald", "subscribe quantum outlet:herald as daily")
    assert card.choices[-1][0] == "as_typed"
    assert "/pact subscribe quantum 매체:herald" in render(Shown(card, "ko")).plain


@pytest.mark.parametrize(
    ("line", "choices"),
    [
        ("subscribe uk as daily", [("UK pact", "subscribe topic:uk as daily"),
                                   ("as_typed", "subscribe uk as typed as daily")]),
        ("subscribe nuclear (japan OR uk)", [("Japan pact", "subscribe nuclear (topic:japan OR uk)"),
                                             ("as_typed", "subscribe nuclear (japan OR uk) as typed")]),
        ("구독 영국", [("미영 협정", "구독 topic:uk"), ("as_typed", "구독 영국 그대로")]),
        ("구독 일본의", [("미일 협정", "구독 topic:japan"), ("as_typed", "구독 일본의 그대로")]),
    ],
)  # fmt: skip
async def test_a_country_with_a_pact_of_its_own_is_asked_about(
    harness: BotHarness, line: str, choices: list[tuple[str, str]]
) -> None:
    card = await harness.ask(line)
    assert isinstance(card, SenseCard)
    assert (card.question, list(card.choices)) == ("sense", choices)
    assert await harness.active_subscriptions() == []
    as_typed = choices[-1][1]
    assert isinstance(await harness.ask(as_typed), ChangeCard)


@pytest.mark.parametrize("line", ["subscribe pact -uk", "구독 협약 -영국", "subscribe topic:uk", 'subscribe pact "uk"'])
async def test_a_country_that_is_left_out_or_in_a_field_is_not_asked_about(harness: BotHarness, line: str) -> None:
    assert isinstance(await harness.ask(line), ChangeCard)
