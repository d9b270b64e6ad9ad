"""Subscribing: what a line adds, what it refuses, and what the answer says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.answers.search.outlook import any_of
from bot.matching.query.names import shown_names
from bot.matching.query.parse_query import parse as parse_query
from bot.matching.query.show import show
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard, SenseCard
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from settings.lexicon import load as load_lexicon
from tests.support.bot_harness import BotHarness
from tests.support.example_cards import elements
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT


async def test_a_subscription_keeps_every_option_of_its_line(harness: BotHarness) -> None:
    card = await harness.ask("subscribe quantum as weekly on friday at 09:15 tz America/New_York min 2 outlets for 3d")
    assert card.notes[0].code == "said_in_channel"
    (subscription,) = await harness.active_subscriptions()
    schedule = (subscription.cadence, subscription.at, subscription.weekday, subscription.timezone)
    assert schedule == ("weekly", "09:15", "fri", "America/New_York")
    assert (subscription.query, subscription.min_outlets) == ("quantum", 2)
    assert subscription.ends_at == subscription.created_at + timedelta(days=3)
    (posted,) = harness.shown(ChangeCard)
    assert (posted.what, posted.args["query"], posted.undo) == ("subscribed", "quantum", f"undo {posted.change}")


async def test_a_subscription_with_an_end_ends(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum for 3d")
    harness.pass_time(days=3, minutes=1)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []


@pytest.mark.parametrize(
    "line,position,nearest",
    [
        ("subscribe quantum as dayly", 21, "subscribe quantum as daily"),
        ("  subscribe   quantum as dayly", 25, "  subscribe   quantum as daily"),
        ("구독 quantum as dayly", 14, "구독 quantum as daily"),
        ("subscribe quantum at 08:30 tz Asia/Soeul", 30, "subscribe quantum at 08:30 tz Asia/Seoul"),
        ('subscribe "open', 10, None),
    ],
)
async def test_the_caret_stands_under_the_word_that_is_not_understood(
    harness: BotHarness, line: str, position: int, nearest: str | None
) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert (card.line, card.position) == (line, position)
    assert nearest is None or card.nearest == nearest
    assert await harness.active_subscriptions() == []


async def test_the_same_subscription_is_not_added_twice_and_another_one_is(harness: BotHarness) -> None:
    await harness.ask("subscribe quantum")
    again = await harness.ask("subscribe quantum")
    assert [note.code for note in again.notes] == ["already"]
    await harness.ask("subscribe quantum for me")
    again = await harness.ask("subscribe quantum for me")
    assert [note.code for note in again.notes] == ["already_yours"]
    await harness.ask("subscribe quantum min 2 outlets")
    assert [subscription.min_outlets for subscription in await harness.active_subscriptions()] == [1, 2]


async def test_the_sixth_instant_subscription_becomes_daily_or_is_refused(harness: BotHarness) -> None:
    for word in ("quantum", "space", "semiconductors", "nuclear", "shipbuilding"):
        await harness.ask(f"subscribe {word}")
    card = await harness.ask("subscribe telecom")
    assert "daily_because_full" in [note.code for note in card.notes]
    refused = await harness.ask("subscribe bio as instant")
    assert refused.note.code == "too_many_instant"
    assert [subscription.cadence for subscription in await harness.active_subscriptions()] == ["instant"] * 5 + [
        "daily"
    ]


async def test_a_channel_has_at_most_25_subscriptions(harness: BotHarness) -> None:
    for n in range(25):
        await harness.subscribe(f"word{n}", "daily")
    assert (await harness.ask("subscribe quantum as daily")).note.code == "too_many_subscriptions"
    assert len(await harness.active_subscriptions()) == 25


async def test_a_subscription_can_be_a_persons_or_another_channels(harness: BotHarness) -> None:
    personal = await harness.ask("subscribe quantum for me")
    assert personal.notes[0].code == "said_in_direct"
    harness.channels[("U1", False)] = {"C0777"}
    await harness.ask("subscribe space in #C0777")
    named = await harness.ask("subscribe bio in #policy")
    assert named.note.code == "channel_by_name"
    assert await harness.active_subscriptions() == []
    assert [subscription.query for subscription in await harness.active_subscriptions("DU1")] == ["quantum"]
    assert [subscription.query for subscription in await harness.active_subscriptions("C0777")] == ["space"]


async def test_an_ambiguous_word_is_asked_about_and_changes_nothing(harness: BotHarness) -> None:
    card = await harness.ask("구독 양자 as daily")
    assert isinstance(card, SenseCard)
    assert len(card.choices) >= 2
    assert all(line.startswith("구독 ") and line.endswith(" as daily") for _, line in card.choices)
    assert await harness.active_subscriptions() == []


TALKS = '("양자 회담" OR "양자 면담" OR "양자회담" OR "양자 협의")'


@pytest.mark.parametrize(
    ("line", "talks"),
    [
        ("구독 양자", f"구독 {TALKS[1:-1]}"),
        ("구독 반도체 양자", f"구독 반도체 {TALKS}"),
        ("구독 반도체 OR 양자", f"구독 반도체 OR {TALKS}"),
        ("구독 반도체 -양자", f"구독 반도체 -{TALKS}"),
        ("구독 (반도체 | 양자) -영국 as daily 나에게", f"구독 (반도체 OR {TALKS}) -영국 as daily 나에게"),
    ],
)
async def test_a_choice_means_the_query_with_the_word_replaced(harness: BotHarness, line: str, talks: str) -> None:
    card = await harness.ask(line)
    assert isinstance(card, SenseCard)
    assert card.choices[1][1] == talks


async def test_a_new_subscription_says_how_many_stories_the_last_week_would_have_brought(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for line in ("quantum", "universities", "centre"):
        card = await harness.ask(f"subscribe {line} as daily")
        assert {note.code: note.args.get("n") for note in card.notes}["week_count"] == "1"
    assert "week_count_none" in [note.code for note in (await harness.ask("subscribe nuclear as daily")).notes]


@pytest.mark.parametrize(
    "line,wider",
    [
        ("quantum space", "quantum OR space"),
        ("quantum space -uk", "(quantum OR space) -uk"),
        ("quantum space lang:ko", "(quantum OR space) lang:ko"),
        ("quantum lang:ko", None),
        ("quantum OR space", None),
        ("quantum", None),
    ],
)
def test_any_of_the_terms_keeps_what_narrows(line: str, wider: str | None) -> None:
    lexicon = load_lexicon(None)
    query = any_of(parse_query(line, lexicon))
    assert query == (parse_query(wider, lexicon) if wider else None)
    if query is not None:
        assert parse_query(show(query), lexicon) == query


@pytest.mark.parametrize(("others", "offered"), [(4, False), (5, True)])
async def test_a_wider_query_is_offered_where_it_matches_more_than_five_times_as_many_stories(
    harness: BotHarness, others: int, offered: bool
) -> None:
    for n in range(others + 1):
        place = chr(97 + n) * 7
        also = "zeppelin" if n == 0 else place
        await harness.publish("herald", f"Quantum computer {place} {also}", f"A quantum computer opened in {place}.")
    card = await harness.ask("subscribe quantum zeppelin as daily")
    notes = {note.code: dict(note.args) for note in card.notes}
    assert notes.get("week_count") == (None if offered else {"n": "1"}), "one sentence says the counts"
    assert notes.get("any_of_week") == ({"few": "1", "many": str(others + 1)} if offered else None)
    assert card.offers == ((("any_of_these", "edit S1 quantum OR zeppelin"),) if offered else ())
    if offered:
        message = render(Shown(card, "ko"))
        (button,) = elements(message.blocks, "button")
        assert (button["text"]["text"], button["value"]) == ("하나라도 포함", "수정 S1 quantum 또는 zeppelin")
        await harness.ask(button["value"])
        assert [each.query for each in await harness.active_subscriptions()] == ["quantum OR zeppelin"]


@pytest.mark.parametrize(("minutes", "code"), [(0, "week_count"), (1, "week_count_none")])
async def test_the_count_looks_back_over_seven_days(harness: BotHarness, minutes: int, code: str) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(days=7, minutes=minutes)
    card = await harness.ask("subscribe quantum as daily")
    assert code in [note.code for note in card.notes]


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_the_button_of_the_wider_query_stands_above_the_list(harness: BotHarness, language: str) -> None:
    await harness.ask("subscribe space")
    harness.pass_time(minutes=1)
    for n in range(6):
        place = chr(97 + n) * 7
        await harness.publish("herald", f"Quantum computer {place}", f"A quantum computer opened in {place}.")
    card = await harness.ask('subscribe quantum "zeppelin" as daily')
    kinds = [block["block_id"] for block in render(Shown(card, language)).blocks]
    assert kinds == ["pact:change:2", "pact:offers", "pact:change:state", "pact:change:sub:0", "pact:change:small"]
    assert [note.code for note in card.notes] == ["said_in_channel", "any_of_week"]


async def test_the_whole_sector_is_offered_where_a_word_is_its_name(harness: BotHarness) -> None:
    await harness.publish("ilbo", "핵융합 실증로 착공", "핵융합 실증로가 착공됐다. 원전 수출도 늘었다.", language="ko")
    card = await harness.ask("구독 원자력")
    notes = {note.code: note.args for note in card.notes}
    assert notes["whole_sector_week"] == {"query": "sector:nuclear", "n": "1"}
    message = render(Shown(card, "ko"))
    (button,) = elements(message.blocks, "button")
    assert (button["text"]["text"], button["value"]) == ("분야 전체", "수정 S1 분야:nuclear")
    named = render(Shown(card, "ko"), shown_names(harness.lexicon)).plain
    assert "분야 전체는 분야:원자력으로 받을 수 있으며, 지난 7일을 기준으로 하면 한 주에 1건쯤 옵니다." in named
    assert [each.query for each in await harness.active_subscriptions()] == ["원자력"], "an offer changes nothing"
    harness.pass_time(seconds=2)
    await harness.ask(button["value"])
    assert [each.query for each in await harness.active_subscriptions()] == ["sector:nuclear"]
    harness.pass_time(seconds=2)
    assert (await harness.ask("구독 양자컴퓨터")).offers == ()
    harness.pass_time(seconds=2)
    none = await harness.ask("구독 조선업")
    assert (
        "분야 전체는 분야:조선으로 받을 수 있으며, 지난 7일 동안에는 그 소식도 없었습니다."
        in render(Shown(none, "ko"), shown_names(harness.lexicon)).plain
    )
