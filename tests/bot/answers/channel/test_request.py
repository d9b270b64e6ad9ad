"""A member asks for what is an admin's: the line is posted with a button, once a day, and nothing else comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.shown import Shown
from handlers.requests import Asker, Request, Standing
from handlers.verbs.parse import parse
from tests.support.bot_harness import TEAM, BotHarness


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


async def press(harness: BotHarness, channel: str, user: str = "U3", standing: Standing = "admin", **more: str) -> Any:
    """The press on the button of the request that stands in a channel."""
    posted: list[tuple[str, str]] = [
        (ts, shown.card.run or shown.card.was_run or "")
        for ts, shown in harness.slack.posts[channel].items()
        if isinstance(shown.card, NoticeCard)
    ]
    ((ts, line),) = posted
    ask, who = parse(line, Asker(TEAM, user, channel, False, standing=standing))
    request = Request(f"press{next(harness.numbers)}", who, ask, line, asked_in_ts=more.get("ts", ts))
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    assert await harness.answers.begin_showing(request, shown.changed)
    await harness.deliver()
    return shown.card


async def test_who_asked_is_told_once_in_their_language_that_an_admin_has_run_it(harness: BotHarness) -> None:
    with_operators(harness)
    await harness.ask("settings who admins", user="U3", standing="admin")
    harness.pass_time(seconds=2)
    await harness.ask("request quiet 22:00-07:00", standing="member", locale="ko-KR")
    await press(harness, "C1")
    await press(harness, "C1")
    assert (await harness.channel()).quiet_from == "22:00"
    told: Any
    (told,) = harness.slack.posts["DU1"].values()
    assert (told.card.user, told.card.was_run, told.language) == ("U3", "quiet 22:00-07:00", "ko")
    assert (told.card.notes[0].code, told.card.run) == ("request_done", None)
    assert "명령을 대신 실행했습니다" in render(told).plain


async def test_an_answer_is_told_of_when_an_admin_has_got_it(harness: BotHarness) -> None:
    with_operators(harness)
    await harness.ask("request list all", standing="member")
    await press(harness, "COPS", user="U4", standing="member")
    assert "DU1" not in harness.slack.posts, "a member's press runs nothing"
    await press(harness, "COPS")
    (told,) = harness.shown(NoticeCard, "DU1")
    assert (told.notes[0].code, told.was_run) == ("request_read", "list all")


async def test_nobody_is_told_of_their_own_press_of_one_elsewhere_or_without_a_direct_message(
    harness: BotHarness,
) -> None:
    with_operators(harness)
    await harness.ask("request list all", standing="member")
    await press(harness, "COPS", user="U1")
    await press(harness, "COPS", ts="1.000001")
    assert "DU1" not in harness.slack.posts
    harness.direct_opens = False
    harness.pass_time(days=1)
    await harness.ask("request list all", channel="C9", user="U2", standing="member")
    assert "DU2" not in harness.slack.posts


NOT_THEIRS = ("status", "lang ko", "settings zone Asia/Seoul for me", "nonsense", "settings", "request list all")


@pytest.mark.parametrize("wanted", NOT_THEIRS)
async def test_only_what_an_admin_may_do_is_asked_for(harness: BotHarness, wanted: str) -> None:
    card = await harness.ask(f"request {wanted}", standing="member")
    assert isinstance(card, ErrorCard)
    assert card.note.code == "request_wrong"
    assert harness.slack.posts == {}


def settled(harness: BotHarness, channel: str) -> list[tuple[str | None, str | None, str | None]]:
    """Each request that stands in a channel: the line its button runs, the line that was run, and who ran it."""
    return [(card.run, card.was_run, card.settled_by) for card in harness.shown(NoticeCard, channel)]


async def test_a_request_that_was_settled_shows_who_ran_it_and_has_no_button(harness: BotHarness) -> None:
    await harness.ask("settings who admins", user="U3", standing="admin")
    harness.pass_time(seconds=2)
    await harness.ask("request quiet 22:00-07:00", standing="member")
    await press(harness, "C1")
    await harness.edits()
    assert settled(harness, "C1") == [(None, "quiet 22:00-07:00", "U3")]
    (card,) = harness.shown(NoticeCard)
    english, korean = (render(Shown(card, language)) for language in ("en", "ko"))
    assert english.plain.endswith("<@U3> ran this command on Mon 2 Mar, 09:15 KST.")
    assert "<@U3> 님이 3월 2일" in korean.plain
    assert "button" not in str(english.blocks)


async def test_a_command_settles_the_requests_for_its_change_in_that_channel_alone(harness: BotHarness) -> None:
    for channel, user in (("C1", "U1"), ("C1", "U2"), ("C2", "U1")):
        await harness.ask("settings who admins", channel=channel, user="U3", standing="admin")
        harness.pass_time(seconds=2)
        await harness.ask("request quiet 22:00-07:00", channel=channel, user=user, standing="member")
    await harness.ask("방해금지 22:00-07:00", user="U4", standing="admin")
    await harness.edits()
    assert settled(harness, "C1") == [(None, "quiet 22:00-07:00", "U4")] * 2
    assert settled(harness, "C2") == [("quiet 22:00-07:00", None, None)]
    assert len(harness.shown(NoticeCard, "DU1")) == len(harness.shown(NoticeCard, "DU2")) == 1


async def test_an_answer_that_another_admin_got_settles_no_request(harness: BotHarness) -> None:
    with_operators(harness)
    await harness.ask("request list all", standing="member")
    await harness.ask("list all", user="U3", standing="admin")
    await harness.edits()
    assert settled(harness, "COPS") == [("list all", None, None)]
    await press(harness, "COPS")
    await harness.edits()
    assert settled(harness, "COPS") == [(None, "list all", "U3")]
