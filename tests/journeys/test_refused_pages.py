"""A page that its host refuses costs one request, or none, and its headline is told at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey, words_of

SIGNED = FakeArticle("signed", "Korea, US sign action plan of the Technology Prosperity Deal", ("They signed it.",))
OTHERS = [
    FakeArticle(f"bus-{number}", f"Bus line {number} takes another way", (f"It passes {number} new stops.",))
    for number in range(12)
]


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


def pages_asked_for(journey: Journey) -> list[str]:
    """The paths of the article pages that the outlet was asked for, in order."""
    requests = (request for request in journey.fake_outlets.requests if request.outlet == "seoul-courier")
    return [request.path for request in requests if request.path.startswith("/article/")]


@pytest.fixture
async def reading(journey: Journey) -> Journey:
    """The bot reads one outlet."""
    journey.read_only("seoul-courier")
    journey.given = {"operators_channel": journey.slack.add_channel("ops")}
    return journey


@pytest.mark.parametrize("status", [401, 402, 403, 451])
async def test_a_refused_page_is_asked_for_once_and_its_headline_told(reading: Journey, status: int) -> None:
    await reading.start()
    reading.fake_outlets.fail("seoul-courier", "status", status, pages_only=True)
    reading.fake_outlets.publish("seoul-courier", SIGNED)
    await reading.card("sign action plan")
    await reading.read_again()
    assert len(pages_asked_for(reading)) == 1


async def test_a_page_that_robots_txt_forbids_is_not_asked_for(reading: Journey) -> None:
    reading.fake_outlets.disallow("seoul-courier", "/article/")
    await reading.start()
    for article in (*OTHERS, SIGNED):
        reading.fake_outlets.publish("seoul-courier", article)
    await reading.card("sign action plan")
    await reading.settled("SELECT n FROM (SELECT COUNT(*) AS n FROM articles WHERE state = 'failed') WHERE n = 13")
    assert pages_asked_for(reading) == []
    assert await reading.rows("SELECT host FROM page_refusals") == []


@pytest.mark.parametrize(("free_chars", "partly"), [(60, False), (400, True)])
async def test_a_page_whose_text_is_paid_for_is_asked_for_once_and_told(
    reading: Journey, free_chars: int, partly: bool
) -> None:
    text = "Seoul and Washington signed the first action plan of their Technology Prosperity Deal on Monday. " * 20
    await reading.start()
    reading.fake_outlets.publish("seoul-courier", replace(SIGNED, paragraphs=(text,), free_chars=free_chars))
    card = await reading.card("sign action plan")
    (decided,) = await reading.settled("SELECT state, next_try_at FROM articles WHERE state != 'headline'")
    assert tuple(decided) == ("read" if partly else "failed", None)
    assert ("partly read" in words_of(card)) == partly
    assert len(pages_asked_for(reading)) == 1
    why = await reading.ask(f"why {reading.fake_outlets.url('seoul-courier', 'signed')}")
    assert ("readers pay for the text" in why) != partly


async def test_a_host_that_refuses_every_page_is_left_alone_and_the_operators_learn_it_once(reading: Journey) -> None:
    await reading.start()
    reading.fake_outlets.fail("seoul-courier", "status", 403, pages_only=True)
    for article in OTHERS:
        reading.fake_outlets.publish("seoul-courier", article)
    await reading.settled("SELECT n FROM (SELECT COUNT(*) AS n FROM articles WHERE state = 'failed') WHERE n = 12")
    reading.fake_outlets.publish("seoul-courier", SIGNED)
    await reading.card("sign action plan")
    assert len(pages_asked_for(reading)) == 3
    await reading.post("The Seoul Courier", "refusing its pages (HTTP 403)", channel="ops")
    assert len(reading.posts("ops")) == 1


async def test_a_host_that_refuses_only_some_pages_is_asked_for_the_others(reading: Journey) -> None:
    await reading.start()
    reading.fake_outlets.publish("seoul-courier", OTHERS[0])
    await reading.settled("SELECT id FROM articles WHERE state = 'read'")
    reading.fake_outlets.fail("seoul-courier", "status", 402, pages_only=True)
    for article in OTHERS[1:5]:
        reading.fake_outlets.publish("seoul-courier", article)
    await reading.settled("SELECT n FROM (SELECT COUNT(*) AS n FROM articles WHERE state = 'failed') WHERE n = 4")
    reading.fake_outlets.recover("seoul-courier")
    reading.fake_outlets.publish("seoul-courier", SIGNED)
    await reading.settled("SELECT n FROM (SELECT COUNT(*) AS n FROM articles WHERE state = 'read') WHERE n = 2")
    assert len(pages_asked_for(reading)) == 6
    assert reading.posts("ops") == []


async def test_a_page_with_a_transient_fault_is_asked_for_again_later(reading: Journey) -> None:
    await reading.start()
    reading.fake_outlets.fail("seoul-courier", "status", 503, pages_only=True)
    reading.fake_outlets.publish("seoul-courier", SIGNED)
    await reading.settled("SELECT id FROM articles WHERE tries = 1 AND next_try_at IS NOT NULL AND wants_page")
    assert len(pages_asked_for(reading)) == 1
    assert reading.cards() == []
