"""A member asks for what is an admin's: the line is posted with a button, once a day, and nothing else comes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.deliveries.notices import OperatorsChannel
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.shown import Shown
from tests.support.bot_harness import BotHarness


def with_operators(harness: BotHarness) -> None:
    context = replace(harness.context, operators=OperatorsChannel("COPS", "en", "Asia/Seoul"))
    harness.context = context
    harness.answers._context = context


async def test_a_wish_is_posted_to_the_operators_once_a_day(harness: BotHarness) -> None:
    with_operators(harness)
    said = await harness.ask("request list all", standing="member")
    assert said.notes[0].code == "request_posted"
    (posted,) = harness.shown(NoticeCard, "COPS")
    assert (posted.user, posted.run, posted.notes[0].code) == ("U1", "list all", "request_of")
    plain = render(Shown(posted, "en")).plain
    assert "<@U1> asks an admin" in plain
    assert "/pact list all" in plain
    assert (await harness.ask("request list all", standing="member")).notes[0].code == "request_known"
    assert len(harness.shown(NoticeCard, "COPS")) == 1
    harness.pass_time(days=1)
    assert (await harness.ask("request list all", standing="member")).notes[0].code == "request_posted"


async def test_what_a_channel_decides_is_asked_there(harness: BotHarness) -> None:
    with_operators(harness)
    await harness.ask("settings who admins", user="U3", standing="admin")
    refused = await harness.ask("quiet 22:00-07:00", standing="member")
    assert refused.ask_admins == "request quiet 22:00-07:00"
    harness.pass_time(seconds=2)
    await harness.ask(refused.ask_admins, standing="member")
    (posted,) = harness.shown(NoticeCard, "C1")
    assert posted.run == "quiet 22:00-07:00"
    harness.pass_time(seconds=2)
    await harness.ask(posted.run, user="U3", standing="admin")
    assert (await harness.channel()).quiet_from == "22:00"


async def test_without_operators_a_wish_stands_in_the_channel_and_has_no_place_in_a_direct_message(
    harness: BotHarness,
) -> None:
    await harness.ask("request list all", standing="member")
    assert len(harness.shown(NoticeCard, "C1")) == 1
    assert (await harness.ask("request list all", channel="DU1", standing="member")).note.code == "request_nobody"


NOT_THEIRS = ("status", "lang ko", "settings zone Asia/Seoul for me", "nonsense", "settings", "request list all")


@pytest.mark.parametrize("wanted", NOT_THEIRS)
async def test_only_what_an_admin_may_do_is_asked_for(harness: BotHarness, wanted: str) -> None:
    card = await harness.ask(f"request {wanted}", standing="member")
    assert isinstance(card, ErrorCard)
    assert card.note.code == "request_wrong"
    assert harness.slack.posts == {}
