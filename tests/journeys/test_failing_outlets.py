"""A failing outlet stands in the status, delays no other outlet, and recovers by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey

STEPS = {step.article.slug: step for step in load_demo()}


def publish(journey: Journey, slug: str) -> str:
    """Publishes one of the demo's articles now; returns its URL."""
    address: str = journey.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article)
    return address


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


@pytest.mark.parametrize(
    "how",
    ["status", *(pytest.param(how, marks=pytest.mark.long) for how in ("garbage", "drop", "redirect-loop", "bomb"))],
)
async def test_a_failing_outlet_stands_in_the_status_and_recovers(journey: Journey, how: Any) -> None:
    await journey.start()
    journey.fake_outlets.fail("hanbit", how)
    await journey.settled("SELECT url FROM sources WHERE outlet = 'hanbit' AND failing_since IS NOT NULL")
    status = await journey.ask("status")
    assert "2 of 3 sources read" in status
    assert "한빛경제 failing since" in status
    assert "한빛경제" in await journey.ask("상태", user="seoyeon")
    publish(journey, "plan-signed-courier")
    await journey.card("sign first action plan")
    journey.fake_outlets.recover("hanbit")
    publish(journey, "plan-signed-hanbit")
    await journey.settled("SELECT url FROM sources WHERE outlet = 'hanbit' AND failing_since IS NULL", 15)
    await journey.card("1 Korean", "1 English")
    assert "3 of 3 sources read" in await journey.ask("status")
    journey.assert_nothing_twice()


async def test_an_outlet_of_one_byte_a_second_delays_no_other(journey: Journey) -> None:
    await journey.start()
    journey.fake_outlets.fail("hanbit", "slow")
    await journey.fake_outlets.wait_for_requests(
        "hanbit", times=sum(request.outlet == "hanbit" for request in journey.fake_outlets.requests) + 1
    )
    started_at = datetime.now(UTC)
    publish(journey, "plan-signed-courier")
    await journey.card("sign first action plan")
    assert (datetime.now(UTC) - started_at).total_seconds() < 8
    journey.fake_outlets.recover("hanbit")


async def test_a_feed_whose_urls_all_change_posts_nothing_again(journey: Journey) -> None:
    journey.read_only("hanbit")
    articles = [
        STEPS[slug].article for slug in ("plan-signed-hanbit", "quantum-hanbit", "visit-hanbit", "trap-licence")
    ]
    others = [
        FakeArticle(f"filler-{n}", f"{n}번 버스 노선 조정 안내", (f"{n}번 버스가 다음 달부터 다른 길로 다닌다.",))
        for n in range(4)
    ]
    for article in others:
        journey.fake_outlets.publish("hanbit", article)
    await journey.start()
    for article in articles:
        journey.fake_outlets.publish("hanbit", article)
    await journey.card("이행계획 서명")
    await journey.card("크라치오스 실장 방한")
    await journey.settled("SELECT n FROM (SELECT COUNT(*) AS n FROM articles WHERE state = 'read') WHERE n >= 4")
    before = [card["ts"] for card in journey.cards()]
    earlier = datetime.now(UTC) - timedelta(minutes=5)
    for article in (*others, *articles):
        journey.fake_outlets.withdraw("hanbit", article.slug)
        again = FakeArticle(f"{article.slug}-neu", article.headline, article.paragraphs, article.byline)
        journey.fake_outlets.publish("hanbit", again, earlier)
    await journey.read_again()
    await journey.read_again()
    assert [card["ts"] for card in journey.cards()] == before
    assert len(journey.posts()) == 1 + len(before)
    journey.assert_nothing_twice()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: f"{path}?session=8f3a", id="parameter", marks=pytest.mark.long),
        pytest.param(lambda path: f"{path}/", id="slash", marks=pytest.mark.long),
        pytest.param(
            lambda path: path.replace("/article/", "/politics/article/"), id="section", marks=pytest.mark.long
        ),
        pytest.param(lambda path: f"/news/view/{path[-5:]}.html", id="new ids"),
    ],
)
async def test_a_feed_of_known_articles_under_other_addresses_and_guids_is_known(
    journey: Journey, change: Callable[[str], str]
) -> None:
    """Not even one page is asked for, since title and time say which article each entry is."""
    journey.read_only("hanbit")
    journey.fake_outlets.publish("hanbit", STEPS["base-budget-hanbit"].article)
    await journey.start()
    for slug in ("plan-signed-hanbit", "quantum-hanbit", "visit-hanbit"):
        publish(journey, slug)
    await journey.card("이행계획 서명")
    await journey.card("크라치오스 실장 방한")
    await journey.settled("SELECT n FROM (SELECT COUNT(*) AS n FROM articles WHERE state = 'read') WHERE n = 3")
    posts, asked = len(journey.posts()), len(pages_asked_for(journey))
    journey.fake_outlets.readdress("hanbit", change)
    await journey.read_again()
    await journey.read_again()
    assert len(journey.posts()) == posts
    assert len(pages_asked_for(journey)) == asked
    assert len(await journey.rows("SELECT id FROM articles")) == 4
    journey.assert_nothing_twice()


def pages_asked_for(journey: Journey) -> list[str]:
    return [request.path for request in journey.fake_outlets.requests if request.path.startswith(("/article", "/news"))]


async def test_an_unchanged_feed_is_fetched_with_its_validators(journey: Journey) -> None:
    journey.fake_outlets.publish("hanbit", STEPS["base-budget-hanbit"].article)
    await journey.start()
    await journey.read_again()
    requests = [request for request in journey.fake_outlets.requests if request.path == "/rss/all.xml"]
    assert requests[0].status == 200
    assert not requests[0].conditional
    assert {(request.conditional, request.status) for request in requests[1:]} == {(True, 304)}
