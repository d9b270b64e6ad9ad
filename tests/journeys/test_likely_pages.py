"""Of many new articles at one host, the one that names the pact is read and told first."""

from __future__ import annotations

import pytest

from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey

TITLE = "Korea, US sign action plan of the Technology Prosperity Deal"
TEXT = ("Seoul and Washington signed the first action plan of their Technology Prosperity Deal on Monday. " * 5,)
IN_HEADLINE = FakeArticle("plan", TITLE, TEXT)
IN_FEED_TEXT = FakeArticle("plan", "Ministers meet in Gyeongju", TEXT)


def bus(number: int) -> FakeArticle:
    """An article that nobody waits for."""
    return FakeArticle(
        f"bus-{number}", f"Bus line {number} takes another way", (f"It passes {number} new stops. " * 20,)
    )


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


@pytest.mark.parametrize("pact", [IN_HEADLINE, IN_FEED_TEXT], ids=["headline", "feed text"])
async def test_of_thirty_new_articles_the_first_page_is_the_one_that_names_the_pact(
    journey: Journey, pact: FakeArticle
) -> None:
    journey.read_only("seoul-courier")
    await journey.start()
    for number in range(20):
        journey.fake_outlets.publish("seoul-courier", bus(number))
    url = journey.fake_outlets.publish("seoul-courier", pact)
    for number in range(20, 29):
        journey.fake_outlets.publish("seoul-courier", bus(number))
    card = await journey.card(pact.headline, timeout_seconds=30)
    await journey.settled("SELECT n FROM (SELECT COUNT(*) AS n FROM articles WHERE state = 'read') WHERE n = 30", 40)
    requests = [each.path for each in journey.fake_outlets.requests if each.path.startswith("/article/")]
    assert url.endswith(requests[0])
    assert len(requests) == len(set(requests)) == 30, "the others follow, each once"
    assert [each["ts"] for each in journey.cards()] == [card["ts"]]
