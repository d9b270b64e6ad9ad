"""The builder shows what its query would find, keeps what was filled in, and saves as a typed line does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.answers.subscriptions.builder import line_of
from handlers.cards.answers import ErrorCard
from handlers.cards.modals import BuilderCard, FieldErrorsCard
from handlers.requests import Ask, Asker, Request
from handlers.views.asks import BuilderFields, OpenBuilder, PreviewSubscription, SaveSubscription
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

FILLED = SaveSubscription("quantum", "weekly", "09:15", "fri", "UTC", 2, channel="C01")


async def ask(harness: BotHarness, asked: Ask, channel: str = "C01") -> Any:
    """The card that the builder is answered with."""
    asker = Asker(TEAM, "U1", channel, channel.startswith("D"), standing="member")
    request = Request(f"v{next(harness.numbers)}", asker, asked)
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    return shown.card


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (FILLED, "quantum as weekly on fri at 09:15 tz UTC min 2 outlets in <#C01>"),
        (replace(FILLED, lasts="3d"), "quantum as weekly on fri at 09:15 tz UTC min 2 outlets for 3d in <#C01>"),
        (replace(FILLED, cadence="daily"), "quantum as daily at 09:15 tz UTC min 2 outlets in <#C01>"),
        (replace(FILLED, cadence="instant", min_outlets=1), "quantum as instant in <#C01>"),
        (replace(FILLED, cadence="hourly", min_outlets=1, for_me=True), "quantum as hourly for me"),
        (SaveSubscription(" space OR 6G ", subscription=12), "space OR 6G"),
    ],
)
def test_the_fields_are_the_line_that_would_be_typed(fields: BuilderFields, line: str) -> None:
    assert line_of(fields) == line


async def test_a_preview_counts_and_shows_what_the_query_would_have_found(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    empty = await ask(harness, OpenBuilder())
    assert (empty.preview, empty.channel, empty.for_me, empty.opened_in) == (None, "C01", False, "C01")
    mine = await ask(harness, OpenBuilder(), "DU1")
    assert (mine.channel, mine.for_me) == ("", True)
    found = await ask(harness, PreviewSubscription("quantum", "daily", channel="C01"))
    assert found.preview.week == 1
    assert [line.headline for line in found.preview.hits] == [QUANTUM]
    wrong = await ask(harness, PreviewSubscription("quantum as dailly"))
    assert (wrong.preview, [note.code for note in wrong.notes]) == (None, ["option.bad_cadence"])
    assert [query for _, query in wrong.choices] == ["quantum as daily"]


async def test_a_builder_gives_an_end_and_shows_it_when_it_is_edited(harness: BotHarness) -> None:
    await ask(harness, replace(FILLED, lasts="3d"))
    (row,) = await harness.active_subscriptions("C01")
    assert row.ends_at == harness.at + timedelta(days=3)
    harness.pass_time(hours=1)
    shown = await harness.ask(f"edit S{row.id}", channel="C01", standing="member")
    assert (shown.ends_at, shown.lasts) == (row.ends_at, "")
    edited = SaveSubscription("quantum", "weekly", "09:15", "fri", "UTC", 3, subscription=row.id)
    await ask(harness, edited)
    assert (await harness.active_subscriptions("C01"))[0].ends_at == row.ends_at, "it stays as it is"
    await ask(harness, replace(edited, lasts="7d"))
    assert (await harness.active_subscriptions("C01"))[0].ends_at == harness.at + timedelta(days=7)


async def test_a_preview_shows_every_article_that_it_counts(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    async with harness.store.begin() as c:
        await c.execute(text("UPDATE articles SET story = NULL"))
    shown = (await ask(harness, PreviewSubscription("quantum", channel="C01"))).preview
    assert (shown.week, [(line.story, line.headline) for line in shown.hits]) == (1, [("", QUANTUM)])


async def test_a_saved_builder_subscribes_as_the_line_does(harness: BotHarness) -> None:
    await ask(harness, FILLED)
    (row,) = await harness.active_subscriptions("C01")
    assert (row.query, row.cadence, row.at, row.weekday, row.timezone, row.min_outlets) == (
        "quantum", "weekly", "09:15", "fri", "UTC", 2,
    )  # fmt: skip
    await ask(harness, SaveSubscription("quantum", "weekly", "10:00", "mon", "UTC", subscription=1))
    (row,) = await harness.active_subscriptions("C01")
    assert (row.id, row.at, row.weekday) == (1, "10:00", "mon")


async def test_what_is_refused_keeps_the_fields(harness: BotHarness) -> None:
    for number in range(5):
        await harness.subscribe(f'"word {number}"', channel="C01")
    card = await ask(harness, SaveSubscription("quantum", "instant", channel="C01"))
    assert isinstance(card, BuilderCard)
    assert (card.query, card.cadence, [note.code for note in card.notes]) == (
        "quantum",
        "instant",
        ["too_many_instant"],
    )
    elsewhere = await ask(harness, SaveSubscription("quantum", "daily", channel="C09"))
    assert (elsewhere.channel, [note.code for note in elsewhere.notes]) == ("C09", ["not_your_channel"])
    assert len(await harness.active_subscriptions("C01")) == 5


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (FILLED, {}),
        (replace(FILLED, query="  "), {"query": "builder_query_needed"}),
        (replace(FILLED, channel=""), {"channel": "builder_channel_needed"}),
        (replace(FILLED, channel="", for_me=True), {}),
        (replace(FILLED, query="quantum as daily"), {"query": "option.twice"}),
        (replace(FILLED, at="25:00"), {"query": "option.bad_time"}),
        (replace(FILLED, timezone="localtime"), {"query": "option.bad_zone"}),
        (replace(FILLED, cadence="x in <#C2>"), {"query": "option.bad_cadence"}),
        (replace(FILLED, query='"' * 3_000), {"query": "query.too_long"}),
    ],
)
async def test_wrong_fields_are_named_and_forged_ones_refused(
    harness: BotHarness, fields: SaveSubscription, wrong: dict[str, str]
) -> None:
    shown = await harness.answers.check(Request("v1", Asker(TEAM, "U1", "C01", False), fields))
    errors = shown.card.errors if shown is not None and isinstance(shown.card, FieldErrorsCard) else {}
    assert {name: note.code for name, note in errors.items()} == wrong


async def test_a_builder_shows_the_end_of_no_subscription_that_its_person_may_not_edit(harness: BotHarness) -> None:
    await ask(harness, replace(FILLED, lasts="3d"))
    (row,) = await harness.active_subscriptions("C01")
    forged = PreviewSubscription("quantum", channel="C02", subscription=row.id)
    assert (await ask(harness, forged, "C02")).ends_at is None, "the person is not in that channel"
    harness.channels[("U1", True)] = {"C01"}
    assert (await ask(harness, forged, "C02")).ends_at == row.ends_at
    await ask(harness, SaveSubscription("quantum", lasts="3d", for_me=True), "DU1")
    (direct,) = await harness.active_subscriptions("DU1")
    assert direct.ends_at is not None
    forged = PreviewSubscription("quantum", subscription=direct.id)
    assert (await ask(harness, forged, "DU1")).ends_at == direct.ends_at
    other = Request("other", Asker(TEAM, "U2", "DU1", False, standing="member"), forged)
    assert await harness.answers.remember(other)
    shown: Any = await harness.answers.answer(other)
    assert isinstance(shown.card, ErrorCard), "it is another person's direct message"
