"""Rules of the handler of payloads that only a fault shows, each on a handler without a transport."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from handlers import inbound as inbound_module
from handlers.cards.shown import Shown
from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace
from handlers.inbound import EVENT_RETRY_SECONDS, WAIT_NOTICE_SECONDS, InboundHandler, with_meant_line
from handlers.post import Poster
from handlers.requests import Asker, Request, SlackEvent
from handlers.verbs.list import ListSubscriptions
from handlers.workspaces import OneWorkspace
from tests.support.memory_bot import MemoryBot

JOINED = SlackEvent("Ev1", "T1", "joined", "C1")


class UnrenderableBot(MemoryBot):
    """A bot whose answers have no card, so that showing them fails before Slack is called."""

    async def answer(self, request: Request) -> Shown:
        return Shown(cast("Any", None), "en")


@dataclass
class Handling:
    """A handler with its memory bot and the fake Slack, and a request of Seoyeon."""

    slack: FakeSlack
    bot: MemoryBot
    handler: InboundHandler
    request: Request

    def shown(self) -> list[str]:
        """The texts that Seoyeon sees in the channel."""
        return [each["text"] for each in self.slack.messages("policy", viewer="seoyeon")]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until the bot's work fulfils a condition."""
        async with asyncio.timeout(30):
            while not condition():
                self.bot.changed.clear()
                await self.bot.changed.wait()

    def calls(self, method: str) -> int:
        """How often this method of Slack was called."""
        return len([call for call in self.slack.calls if call.method == method])


@pytest.fixture
async def handling() -> AsyncIterator[Handling]:
    async with FakeSlack(pace=Pace(enforced=False)) as slack:
        poster = Poster(make_client(slack.api_url, slack.bot_token))
        bot = MemoryBot()
        handler = InboundHandler(bot, OneWorkspace(poster, await poster.identity()))
        asker = Asker(slack.context.team().id, slack.user("seoyeon"), slack.channel("policy"), direct=False)
        yield Handling(slack, bot, handler, Request("R1", asker, ListSubscriptions(), "status"))
        await handler.drain(0)
        await poster.close()


def test_a_wait_is_mentioned_later_than_a_change_waits_and_an_event_is_retried_within_six_seconds() -> None:
    assert (WAIT_NOTICE_SECONDS, EVENT_RETRY_SECONDS) == (2.5, (1.0, 5.0))


# ── events ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("failures", "tries", "handled"), [(0, 1, True), (1, 2, True), (2, 3, True), (3, 3, False)])
async def test_an_event_is_tried_three_times_and_then_left_in_its_row(
    handling: Handling, monkeypatch: pytest.MonkeyPatch, failures: int, tries: int, handled: bool
) -> None:
    monkeypatch.setattr(inbound_module, "EVENT_RETRY_SECONDS", (0.0, 0.0))
    handling.bot.event_failures = failures
    await handling.handler.handle(JOINED)
    assert len(handling.bot.events) == tries
    assert handling.bot.handled_ids == (["Ev1"] if handled else [])
    assert handling.bot.marked_as_change == []
    assert handling.shown() == []


async def test_a_retried_event_waits_for_each_pause(handling: Handling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound_module, "EVENT_RETRY_SECONDS", (0.0, 60.0))
    handling.bot.event_failures = 2
    handling.handler.start(JOINED)
    await handling.until(lambda: len(handling.bot.events) == 2)
    await asyncio.sleep(0.02)
    assert len(handling.bot.events) == 2
    assert handling.handler.in_progress() == (JOINED,)


# ── failures and the asker ─────────────────────────────────────────────────────────────────────────────────


async def test_a_failure_is_shown_once_with_its_reference(handling: Handling, caplog: pytest.LogCaptureFixture) -> None:
    handling.bot.answer_fails = True
    await handling.handler.handle(handling.request)
    await handling.handler.handle(handling.request)
    assert handling.calls("chat.postEphemeral") == 1
    assert handling.bot.marked_as_change == [False]
    (record, _) = [record for record in caplog.records if record.levelno == logging.ERROR]
    reference = record.getMessage().partition("reference=")[2].split()[0]
    assert len(reference) == 8
    assert reference in str(handling.slack.messages("policy", viewer="seoyeon")[-1]["blocks"])


async def test_a_failure_after_the_answer_was_begun_is_not_shown(
    handling: Handling, caplog: pytest.LogCaptureFixture
) -> None:
    handling.handler.bot = bot = UnrenderableBot()
    await handling.handler.handle(handling.request)
    assert "failed reference=" in caplog.text
    assert bot.handled_ids == ["R1"]
    assert handling.shown() == []


async def test_a_failure_that_cannot_be_marked_is_left_for_recovery(handling: Handling) -> None:
    handling.bot.answer_fails = handling.bot.marking_fails = True
    await handling.handler.handle(handling.request)
    assert handling.shown() == []
    handling.bot.answer_fails = handling.bot.marking_fails = False
    await handling.handler.handle(handling.request)
    assert handling.shown() == ["answer to status"]


@pytest.mark.parametrize("fails", [False, True])
async def test_an_answer_that_slack_rejects_ends_its_handling(
    handling: Handling, caplog: pytest.LogCaptureFixture, fails: bool
) -> None:
    handling.bot.answer_fails = fails
    handling.slack.faults.refuse("chat.postEphemeral", "channel_not_found")
    await handling.handler.handle(handling.request)
    assert handling.bot.handled_ids == ["R1"]
    faults = [record for record in caplog.records if record.levelno >= logging.WARNING]
    levels = [record.levelname for record in faults if record.name == "pactbot.slack"]
    assert levels == [*(["ERROR"] if fails else []), "WARNING"]


@pytest.mark.parametrize("with_request", [True, False])
async def test_a_payload_that_could_not_be_stored_has_a_reference(handling: Handling, with_request: bool) -> None:
    reference = await handling.handler.failed(RuntimeError("away"), handling.request if with_request else None)
    assert len(reference) == 8
    assert [reference in str(each) for each in handling.slack.messages("policy", viewer="seoyeon")] == (
        [True] if with_request else []
    )


async def test_an_answer_whose_response_url_refuses_the_connection_is_shown_another_way(handling: Handling) -> None:
    """Nothing reached Slack, so that nothing is shown twice."""
    await handling.handler.handle(replace(handling.request, response_url="http://127.0.0.1:1/commands/1"))
    assert handling.shown() == ["answer to status"]


# ── the asker ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "locale", "default", "sentence"),
    [
        ("ko", "en-US", "en", "문의 번호"),
        (None, "ko-KR", "en", "문의 번호"),
        ("en", "ko-KR", "ko", "Reference"),
        (None, None, "ko", "문의 번호"),
        (None, None, "en", "Reference"),
    ],
)
async def test_a_failure_is_shown_in_the_language_of_the_line_of_the_person_or_of_the_bot(
    handling: Handling, language: str | None, locale: str | None, default: str, sentence: str
) -> None:
    asker = replace(handling.request.asker, language=language, locale=locale)
    handling.handler.language = default
    await handling.handler.failed(RuntimeError("away"), replace(handling.request, asker=asker))
    assert sentence in str(handling.slack.messages("policy", viewer="seoyeon")[-1]["blocks"])


async def test_what_slack_says_of_a_person_fills_in_what_the_payload_does_not_say(handling: Handling) -> None:
    known = replace(handling.request.asker, locale="en-GB", standing="outsider")
    nobody = replace(handling.request.asker, user="")
    for number, asker in enumerate((handling.request.asker, known, nobody)):
        await handling.handler.handle(replace(handling.request, id=f"R{number}", asker=asker))
    assert [(each.asker.locale, each.asker.standing) for each in handling.bot.requests] == [
        ("ko-KR", "admin"),
        ("en-GB", "outsider"),
        (None, None),
    ]
    assert handling.calls("users.info") == 1


@pytest.mark.parametrize(
    ("line", "meant", "typed"),
    [("status", "status", ""), ("ㄴㅅㅁ션", "status", "ㄴㅅㅁ션"), ("tkdxo", "상태", "tkdxo")],
)
def test_a_line_in_the_other_keyboard_mode_is_kept_beside_the_line_that_it_means(
    line: str, meant: str, typed: str
) -> None:
    request = with_meant_line(Request("R1", Asker("T1", "U1", "C1", direct=False), ListSubscriptions()), line)
    assert (request.line, request.typed) == (meant, typed)


# ── the drain ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fails", [False, True])
async def test_a_drain_puts_back_every_payload_that_is_not_done(handling: Handling, fails: bool) -> None:
    assert await handling.handler.drain(0) == 0
    handling.bot.may_answer.clear()
    handling.bot.putting_back_fails = fails
    second = replace(handling.request, id="R2")
    handling.handler.start(handling.request, second)
    handling.handler.start(JOINED)
    await handling.until(lambda: "Ev1" in handling.bot.handled_ids)
    assert await handling.handler.drain(0.01) == 1
    assert handling.bot.put_back_ids == ([] if fails else ["R1", "R2"])
    assert handling.handler.in_progress() == ()


async def test_a_drain_waits_no_longer_than_the_work_takes(handling: Handling) -> None:
    handling.handler.start(handling.request)
    async with asyncio.timeout(30):
        assert await handling.handler.drain(600) == 0
    assert handling.bot.put_back_ids == []
    assert handling.shown() == ["answer to status"]
