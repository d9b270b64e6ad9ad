"""News that comes together comes in one message: a burst, two shifts, the all-clear, and what an outage has missed.

The bot lives through days of a clock that is put forward.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey, words_of
from tests.support.unlike_stories import headline_of, text_of

STEPS = {step.article.slug: step for step in load_demo() if not step.correction}
SEOUL, WASHINGTON = "Asia/Seoul", "America/New_York"
MAJOR = STEPS["plan-full-saeyeon"].article
TITLES = [headline_of(number) for number in range(7)]


def publish(journey: Journey, slug: str, hours_ago: float = 0) -> None:
    """Publishes one of the demo's articles."""
    at = journey.present.now() - timedelta(hours=hours_ago)
    journey.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article, at)


def until_morning(journey: Journey, zone: str) -> timedelta:
    """The time until the next half past eight there."""
    now = journey.present.now()
    local = now.astimezone(ZoneInfo(zone))
    at = local.replace(hour=8, minute=30, second=0, microsecond=0)
    return (at if at > local else at + timedelta(days=1)) - now


async def pass_to_morning(journey: Journey, zone: str) -> None:
    """Puts the clock to the next half past eight there, when every outlet was read."""
    journey.present.move_forward(until_morning(journey, zone) - timedelta(seconds=1))
    await journey.read_again()
    await journey.pass_time(seconds=1)


async def digest_of(journey: Journey, zone: str) -> str:
    """The words of the one message that comes at the next half past eight there."""
    before = len(journey.posts())
    await pass_to_morning(journey, zone)
    (digest,) = await journey.see(lambda: journey.posts()[before:], f"the digest of half past eight in {zone}")
    return words_of(digest)


async def a_burst_is_rolled_up(journey: Journey) -> None:
    """Five cards come one by one, and those that follow in one message, which counts its stories."""
    for number, title in enumerate(TITLES):
        article = FakeArticle(f"burst-{number}", title, (text_of(number) * 8,))
        journey.fake_outlets.publish("seoul-courier", article, journey.present.now())
    await journey.see(lambda: len(journey.cards()) == 5, "five cards")
    await journey.settled("SELECT n FROM (SELECT COUNT(*) AS n FROM deliveries WHERE state = 'held') WHERE n = 2")
    await journey.pass_time(minutes=10)
    rolled_up = words_of(await journey.post("2 more stories in 10 minutes"))
    assert " · 2 stories · quantum 2" in rolled_up
    shown = [title for title in TITLES if any(title in words_of(card) for card in journey.cards())]
    assert sorted([*shown, *(title for title in TITLES if f"\n{title}\n" in rolled_up)]) == sorted(TITLES)
    assert "0 articles" not in rolled_up


async def an_outage_is_made_up_for(journey: Journey) -> None:
    """After an outage the news of the last day are cards, and older ones wait for the digest."""
    await journey.stop()
    publish(journey, "visit-hanbit", hours_ago=25)
    publish(journey, "plan-signed-hanbit", hours_ago=23)
    cards = len(journey.cards())
    await journey.start()
    await journey.card("이행계획 서명")
    await journey.settled("SELECT 1 FROM (SELECT COUNT(*) AS n FROM articles WHERE state = 'read') WHERE n = 9")
    assert len(journey.cards()) == cards + 1
    await journey.pass_time(hours=24)
    assert "크라치오스 실장 방한" in words_of(await journey.post("1 new story"))


async def major_news_wait_for_nothing(journey: Journey) -> None:
    """Major news are a card at once, in quiet hours and where the channel gets the pact once a day."""
    for line in ("edit S1 pact OR officials as daily at 08:30", "quiet 21:00-07:00"):
        await journey.ask(line)
    journey.fake_outlets.publish("hanbit", MAJOR, journey.present.now())
    await journey.card("MAJOR NEWS", MAJOR.headline)
    await journey.ask("quiet off")
    await journey.post("Quiet hours off")


async def two_shifts_hand_over(journey: Journey) -> None:
    """Seoul's shift has what was too old for a card; Washington's shows what changed since and counts the rest."""
    await journey.ask("digest shifts")
    await journey.post("Digest in two shifts")
    for slug in ("visit-hanbit", "quantum-hanbit"):
        publish(journey, slug, hours_ago=25)
    await journey.settled("SELECT 1 FROM (SELECT COUNT(*) AS n FROM articles WHERE state = 'read') WHERE n = 3")
    seoul = await digest_of(journey, SEOUL)
    assert MAJOR.headline not in seoul, "what was a card is not repeated"
    assert all(part in seoul for part in ("2 new stories", "크라치오스 실장 방한", "50큐비트", "1 already posted"))
    assert "2 of 2 sources read, " in seoul
    publish(journey, "visit-courier")
    await journey.settled("SELECT 1 FROM articles WHERE state = 'read' AND headline LIKE 'Kratsios visits%'")
    washington = await digest_of(journey, WASHINGTON)
    assert "1 changed since the first shift · 1 unchanged" in washington
    assert "already posted" not in washington, "the card was counted in Seoul's shift"
    assert "Kratsios visits Seoul" in washington
    assert "50큐비트" not in washington


async def silence_is_said_or_skipped(journey: Journey) -> None:
    """A digest without news says the all-clear with its proof, or is left out where the channel chose so."""
    assert (await digest_of(journey, SEOUL)).startswith("No new developments. 2 of 2 sources read, ")
    await journey.ask("settings empty skip")
    await journey.post("A digest without news is not posted")
    counts = "SELECT (SELECT COUNT(*) FROM slots), (SELECT COUNT(*) FROM deliveries)"
    ((slots, deliveries),) = await journey.rows(counts)
    await pass_to_morning(journey, WASHINGTON)
    await journey.settled(f"SELECT 1 FROM (SELECT COUNT(*) AS n FROM slots) WHERE n = {slots + 1}")
    assert await journey.rows(counts) == [(slots + 1, deliveries)]


async def test_what_comes_together_comes_in_one_message(journey: Journey) -> None:
    journey.read_only("hanbit", "seoul-courier")
    await journey.start()
    await journey.ask("subscribe quantum")
    await a_burst_is_rolled_up(journey)
    await an_outage_is_made_up_for(journey)
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_major_news_come_at_once_two_shifts_hand_over_and_silence_is_said(journey: Journey) -> None:
    journey.read_only("hanbit", "seoul-courier")
    journey.present.move_forward(until_morning(journey, WASHINGTON))  # Seoul's shift is the next one
    await journey.start()
    await journey.ask("subscribe quantum")
    await major_news_wait_for_nothing(journey)
    await two_shifts_hand_over(journey)
    await silence_is_said_or_skipped(journey)
    journey.assert_nothing_twice()
