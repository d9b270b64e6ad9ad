"""Unconfirmed deliveries that the policy gives up are reported by the next digest."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.composition import load_config
from bot.deliveries.render import Renderer
from bot.deliveries.resume import resume_team
from bot.operations.audit import count_lost
from bot.outbox.policy import DeliveryPolicy
from bot.outbox.ports import Alert, AlertKind
from bot.outbox.worker import Outbox
from bot.store.deliveries import table as deliveries
from handlers.blocks.message import render
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.errors import MissingScope, OutcomeUnknown
from handlers.history import HistoryPage
from settings.config import load
from tests.support.bot_harness import BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."
OTHER = "Zurich buys a superconducting qubit machine from Finland"
OTHER_TEXT = "Zurich bought a quantum computer with superconducting qubits from a Finnish firm, its council said."


@dataclass
class UnreadableSlack:
    """A Slack that accepts messages, loses some answers, and does not let the app read history."""

    slack: Any
    lost: int = 0
    """So many of the next posts get no answer."""

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Any:
        """Posts."""
        if self.lost:
            self.lost -= 1
            raise OutcomeUnknown("timeout", channel)
        return await self.slack.post(channel, shown, key=key, thread_ts=thread_ts, plain=plain)

    async def read_page(
        self, channel: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None, cursor: str = ""
    ) -> HistoryPage:
        """Raises MissingScope."""
        raise MissingScope("missing_scope", channel, "channels:history")

    async def edit(self, channel: str, ts: str, shown: Shown, **more: Any) -> None:
        """Edits."""
        await self.slack.edit(channel, ts, shown, **more)

    async def confirm(self) -> bool:
        """The token works."""
        return True


@pytest.fixture
def blind(harness: BotHarness) -> UnreadableSlack:
    """The harness with an outbox on this Slack, and the policy to give unconfirmed deliveries up."""
    blind = UnreadableSlack(harness.slack)
    renderer = Renderer(harness.outlets, harness.now, harness.answers.answer_line)
    harness.outbox = Outbox(
        harness.store, lambda _team: blind, renderer.render, harness.now, resume_team=resume_team,
        seconds=harness.seconds,
        send_alert=harness.alerts.send, policy=DeliveryPolicy(resend_unconfirmed=False),
    )  # fmt: skip
    return blind


async def give_up(harness: BotHarness, blind: UnreadableSlack) -> None:
    """Post the due delivery, lose its answer, and let the outbox give it up."""
    blind.lost = 1
    await harness.deliver(3)
    harness.pass_time(minutes=2)
    await harness.deliver(3)
    assert blind.lost == 0


async def next_morning(harness: BotHarness) -> list[Any]:
    """Go to half past eight in Seoul; the digests posted then."""
    local = harness.at.astimezone(ZoneInfo("Asia/Seoul"))
    at = local.replace(hour=8, minute=30, second=0, microsecond=0)
    harness.at = (at if at > local else at + timedelta(days=1)).astimezone(UTC)
    before = len(harness.digests_in())
    await harness.digests.enqueue_due()
    await harness.deliver()
    digests: list[Any] = harness.digests_in()[before:]
    return digests


@pytest.mark.parametrize("own", [True, False])
async def test_the_next_digest_reports_an_unconfirmed_card_once(
    harness: BotHarness, blind: UnreadableSlack, own: bool
) -> None:
    await harness.subscribe("quantum")
    if own:
        await harness.ask("digest daily 08:30")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await give_up(harness, blind)
    assert harness.cards() == []
    (digest,) = await next_morning(harness)
    assert (digest.stories, digest.doubtful) == (0, 1)
    (part,) = digest.sections
    assert (part.kind, [line.headline for line in part.lines]) == ("doubtful", [QUANTUM])
    assert (part.subscription, part.query) == (None, "")
    assert [digest.doubtful for digest in await next_morning(harness)] == ([0] if own else [])


async def test_the_report_stands_beside_new_stories_in_both_languages(
    harness: BotHarness, blind: UnreadableSlack
) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await give_up(harness, blind)
    await harness.publish("times", OTHER, OTHER_TEXT, at=harness.at - timedelta(hours=40))
    (digest,) = await next_morning(harness)
    assert (digest.stories, [part.kind for part in digest.sections]) == (1, ["", "doubtful"])
    english, korean = (render(Shown(digest, language)) for language in ("en", "ko"))
    assert "1 message may not have arrived here" in english.plain
    assert "메시지 1건이 도착하지 않았을 수 있습니다" in korean.plain
    assert f'"text": "{QUANTUM}"' in json.dumps(english.blocks)


async def test_an_unconfirmed_digest_is_reported_with_its_stories(harness: BotHarness, blind: UnreadableSlack) -> None:
    await harness.subscribe("quantum", "daily")
    await harness.subscribe("superconducting")
    await harness.publish("times", OTHER, OTHER_TEXT)
    await give_up(harness, blind)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    blind.lost = 1
    assert await next_morning(harness) == []
    harness.pass_time(minutes=2)
    await harness.deliver(3)
    (digest,) = await next_morning(harness)
    assert (digest.stories, digest.doubtful) == (0, 2)
    assert sorted(line.headline for part in digest.sections for line in part.lines) == sorted([QUANTUM, OTHER])


async def test_a_delivery_unreported_for_a_day_counts_as_lost_in_the_audit(
    harness: BotHarness, blind: UnreadableSlack
) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await give_up(harness, blind)

    async def lost(at: datetime) -> int:
        async with harness.store.read() as c:
            return await count_lost(c, "T1", at)

    assert await lost(harness.at + timedelta(hours=20)) == 0
    assert await lost(harness.at + timedelta(hours=25)) == 1
    await next_morning(harness)
    assert await lost(harness.at + timedelta(hours=25)) == 0


@pytest.mark.parametrize("kind", ["scope", "fault"])
async def test_operators_are_alerted_once_a_day_of_a_cause_that_many_deliveries_meet(
    harness: BotHarness, kind: AlertKind
) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    async with harness.store.read() as c:
        (card,) = await deliveries.of_story(c, (await harness.row(item)).story)

    async def notices_after(first: int, days: int = 0) -> int:
        harness.pass_time(days=days)
        for number in range(first, first + 3):
            await harness.alerts.send(Alert(kind, "T1", "channels:history", replace(card, id=number)))
        await harness.alerts.send(Alert(kind, "T1", "groups:history", card))
        await harness.deliver(6)
        return len(harness.shown(NoticeCard, "COPS"))

    assert [await notices_after(10), await notices_after(20), await notices_after(30, days=1)] == [2, 2, 4]


@pytest.mark.parametrize("policy,resend", [("resend", True), ("skip", False)])
def test_the_setting_decides_between_resending_and_giving_up(policy: str, resend: bool) -> None:
    assert App(load_config(load(when_in_doubt=policy)))._policy.resend_unconfirmed is resend
    assert App(load_config(load()))._policy.resend_unconfirmed
