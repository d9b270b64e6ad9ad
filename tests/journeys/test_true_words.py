"""Answers claim nothing that is not so and advise nothing that exists, over both transports and in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey, words_of

STEPS = {step.article.slug: step for step in load_demo()}
CITING = FakeArticle(
    "citing",
    "Seoul and Washington to review their Technology Prosperity Deal in spring",
    (
        (
            "South Korea and the United States will review the first year of their Technology Prosperity Deal in "
            "spring, Bloomberg News reported on Monday, citing people familiar with the matter, although neither "
            "government has yet said when and where officials of the two countries will meet for it."
        ),
        (
            "Bloomberg said the review would look at quantum computing and 6G first, and that a shared laboratory "
            "for artificial intelligence safety is among the projects that may be announced then."
        ),
    ),
)
SISTER = FakeArticle(
    "sister",
    "After the Korea-U.S. Technology Prosperity Deal, London wants its own deal back",
    (
        (
            "The UK-US Technology Prosperity Deal covers quantum computing, nuclear energy and artificial "
            "intelligence, and British ministers want it to be resumed this year."
        ),
        (
            "Officials in London said that talks about quantum computing had been useful, and that laboratories on "
            "both sides of the Atlantic were waiting for an answer."
        ),
    ),
)


def publish(journey: Journey, slug: str, at: datetime | None = None) -> None:
    """Publishes one of the demo's articles."""
    journey.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article, at)


async def test_nothing_is_claimed_that_the_rows_do_not_tell(journey: Journey) -> None:
    await journey.start()
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    publish(journey, "plan-signed-hanbit", minute - timedelta(minutes=5))
    publish(journey, "plan-signed-courier", minute)
    card = words_of(await journey.card("1 English", "1 Korean"))
    assert "first by" not in card, "within five minutes nobody is first"
    story = await journey.ask("story ST1")
    assert "The times do not tell which outlet was first." in story
    why = await journey.ask("why ST1")
    assert "Posted" in why
    assert "/pact subscribe" not in why, "the channel has a subscription for it"
    for line, said in (("why ST999", "ST999"), ("why notaurl", "the address of an article, or a story such as ST91")):
        answer = await journey.ask(line)
        assert said in answer
        assert "Fetched" not in answer
    status = await journey.ask("상태", user="seoyeon")
    assert "을(를)" not in status + card + why
    assert "3곳 중 3곳 확인" in status, "an outlet without news does not fail"
    assert "하나뿐인 구독 S1을 해지할까요?" in await journey.ask("해지 전체", user="seoyeon")
    assert "End S1, the only subscription of this channel?" in await journey.ask("unsubscribe all")
    assert "ㅗ디ㅔ를 help로 읽었습니다(한/영 전환)." in await journey.ask("ㅗ디ㅔ", user="seoyeon")
    assert "I do not follow an official called “kratsois”; /pact who lists" in await journey.ask("who kratsois")
    journey.assert_nothing_twice()


async def test_a_lead_is_the_articles_own_words_and_says_whose_deal_it_means(journey: Journey) -> None:
    journey.read_only("hanbit", "seoul-courier")
    await journey.start()
    journey.fake_outlets.publish("seoul-courier", CITING)
    card = words_of(await journey.card(CITING.headline))
    assert "in spring, Bloomberg News reported on Monday…" in card, "a long sentence ends with a clause"
    assert " · citing Bloomberg · " in card
    journey.fake_outlets.publish("seoul-courier", SISTER)
    card = words_of(await journey.card(SISTER.headline))
    assert "\n[UK pact] \nThe UK-US " in card
    assert f"\n{SISTER.headline}\n[UK pact]" in card, "the sentence has the label, and not the headline"
    journey.fake_outlets.fail("seoul-courier", "status", 503)
    await journey.settled("SELECT 1 FROM sources WHERE failing_since IS NOT NULL")
    failing = await journey.ask("sources")
    assert "the outlet's server failed (HTTP 503)" in failing
    assert "매체 서버 오류 (HTTP 503)" in await journey.ask("출처", user="seoyeon")
    for line, said in (("status", "1 of 2 sources read"), ("digest now", "The Seoul Courier failing since ")):
        answer = await journey.ask(line)
        assert said in answer
        assert "()" not in answer + failing, "a reason that is not known is left out"
        assert "한빛경제 failing" not in answer, "an outlet without news does not fail"
    journey.fake_outlets.recover("seoul-courier")
    await journey.settled("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM sources WHERE failing_since IS NOT NULL)")
    assert "2 of 2 sources read" in await journey.ask("status")


async def test_a_direct_message_is_not_called_a_channel(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    dana = journey.slack.direct("dana")

    def posts() -> list[Any]:
        return [words_of(post["blocks"]) for post in journey.posts(dana)]

    async def say(line: str, words: str) -> None:
        before = len(posts())
        await journey.slack.say(line, dana, "dana")
        await journey.see(lambda: any(words in post for post in posts()[before:]), f"{line}: {words}")

    said = (
        ("subscribe quantum", "Done."),
        ("settings", "Each change is posted here"),
        ("설정", "여기에 게시됩니다"),
        ("list", "Your subscriptions"),
        ("unsubscribe all", "End S2, your only subscription?"),
        ("unsubscribe S2", "You now get nothing."),
        ("status", "You have no subscription yet."),
    )
    for line, words in said:
        await say(line, words)
    others = [post for post in posts() if "channel" in post or "채널" in post]
    assert others == []
