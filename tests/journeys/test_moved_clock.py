"""A clock that is put forward, as in the sandbox: what falls due comes within seconds, and nothing comes twice."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey

STEPS = {step.article.slug: step for step in load_demo()}
SEOUL = ZoneInfo("Asia/Seoul")
HOURS = timedelta(hours=2)
"""Longer than every lease and every pause of the outbox."""


@pytest.fixture
def transport() -> str:
    """One transport is enough: clocks are the same over both."""
    return "socket"


def put_to(journey: Journey, hour: int, minute: int = 0) -> None:
    """Puts the clock to two seconds before the next such time in Seoul."""
    now = journey.present.now().astimezone(SEOUL)
    at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    at += timedelta(days=at <= now)
    journey.present.move_forward(max(timedelta(0), at - now - timedelta(seconds=2)))


async def test_hours_that_pass_while_a_card_is_sent_repeat_nothing(journey: Journey) -> None:
    await journey.start()
    policy = journey.slack.channel("policy")
    journey.slack.faults.delay("chat.postMessage", 1.0, policy)
    journey.fake_outlets.publish("hanbit", STEPS["plan-signed-hanbit"].article)
    await journey.card("이행계획 서명")
    journey.present.move_forward(HOURS)  # Slack has the card, the bot has no answer yet, and its lease has ended
    journey.fake_outlets.publish("briefing-room", STEPS["plan-release"].article, journey.present.now())
    await journey.card("Sign Action Plan", "이행계획 서명")
    journey.assert_nothing_twice()
    assert len(journey.cards()) == 1


async def test_a_digest_and_the_end_of_quiet_hours_come_when_the_clock_reaches_them(journey: Journey) -> None:
    await journey.start()
    for line in ("unsubscribe S1", "subscribe quantum", "digest daily 08:30", "quiet 01:00-07:00"):
        await (await journey.slack.command(line, "policy", "seoyeon")).answers()
    put_to(journey, 2)
    journey.fake_outlets.publish("hanbit", STEPS["quantum-hanbit"].article, journey.present.now())
    await journey.read_again("hanbit")
    assert journey.cards() == [], "the story is held over the quiet hours"
    put_to(journey, 7)
    await journey.post("Held over quiet hours", "50큐비트")
    put_to(journey, 8, 30)
    await journey.post("sources read")
    journey.assert_nothing_twice()
