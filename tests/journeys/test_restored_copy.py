"""A copy is made while the bot posts; the original is lost, and the copy takes its place."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store.backup import back_up
from bot.store.engine import Store
from bot.store.restored import NUMBERS_SKIPPED
from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey, words_of
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

SPACE = (
    "Astronauts of both countries began to train for a space mission in Daejeon on Tuesday. The space agency said "
    "that the exercise lasts for two weeks and ends with a rehearsal in the water tank of the old observatory."
)
VISIT = (
    "Michael Kratsios visited a shipyard in Busan on Wednesday and met its engineers. He praised its robots, "
    "and the mayor showed him the harbour before the delegation went on by train to Ulsan."
)
FAIR = (
    "A fair for biotechnology opened in Incheon on Thursday with more visitors than ever before. Makers of vaccines "
    "hired two hundred people on its first day, and the organisers added a second hall for the weekend."
)
EVENTS = {
    "before": (QUANTUM, QUANTUM_TEXT),
    "meanwhile": ("Astronauts train for a space mission in Daejeon", SPACE),
    "after": ("Kratsios visits a shipyard in Busan", VISIT),
    "since": ("Biotechnology fair opens with record crowd in Incheon", FAIR),
}
MORE = "Reporters waited at the gate for an hour, and the next announcement is expected after the holidays in spring."
SUBSCRIPTION = "quantum OR space OR bio OR topic:officials"


@pytest.fixture
def transport() -> str:
    """One transport is enough: the database is the same over both."""
    return "socket"


def publish(journey: Journey, slug: str) -> None:
    headline, text = EVENTS[slug]
    journey.fake_outlets.publish("pacific-wire", FakeArticle(slug, headline, (text, MORE)), journey.present.now())


def count(journey: Journey, slug: str) -> int:
    return sum(EVENTS[slug][0] in words_of(card) for card in journey.cards())


async def copy_of(journey: Journey, target: Path) -> None:
    await asyncio.to_thread(
        back_up, journey.database, target, datetime.now(UTC), replaces=False, on_step=lambda _left, _pages: None
    )


def restore(copy: Path, database: Path) -> None:
    for tail in ("-wal", "-shm", ""):
        Path(f"{database}{tail}").unlink(missing_ok=True)
    copy.rename(database)


async def test_a_restored_copy_posts_nothing_twice_and_loses_nothing(journey: Journey, tmp_path: Path) -> None:
    journey.read_only("pacific-wire")
    journey.open_store = Store.open  # the file is replaced
    journey.given["operators_channel"] = journey.slack.channel("seoul")
    await journey.start()
    await journey.ask(f"subscribe {SUBSCRIPTION}")
    publish(journey, "before")
    await journey.card(EVENTS["before"][0])
    await journey.settled("SELECT 1 WHERE (SELECT count(*) FROM deliveries WHERE state = 'sent' AND kind = 'card') = 1")
    journey.slack.faults.delay("chat.postMessage", 2.0, journey.slack.channel("policy"))
    publish(journey, "meanwhile")
    await journey.settled("SELECT id FROM deliveries WHERE state = 'sending' AND kind = 'card'")
    await copy_of(journey, tmp_path / "copy.db")  # it has the second card as being sent
    await journey.card(EVENTS["meanwhile"][0])
    publish(journey, "after")
    await journey.card(EVENTS["after"][0])
    await journey.stop()

    restore(tmp_path / "copy.db", journey.database)
    await journey.start()
    await journey.post("The database was restored from a copy of", channel="seoul")
    journey.present.move_forward(timedelta(minutes=5))  # pages date themselves by the minute
    publish(journey, "since")
    await journey.card(EVENTS["since"][0])
    unsent = "SELECT id FROM deliveries WHERE state IN ('due', 'unknown', 'sending')"
    await journey.settled(f"SELECT 1 WHERE NOT EXISTS ({unsent})")
    assert [count(journey, slug) for slug in EVENTS] == [1, 1, 1, 1]
    journey.assert_nothing_twice()
    untold: Any = await journey.rows(
        f"SELECT a.headline, m.told_by, m.story > {NUMBERS_SKIPPED} FROM matches m JOIN articles a ON a.id = m.article "
        "ORDER BY m.id DESC LIMIT 2"
    )
    told = {headline: (told_by is not None, is_new) for headline, told_by, is_new in untold}
    assert told == {EVENTS["after"][0]: (False, True), EVENTS["since"][0]: (True, True)}, "the digest tells the third"
