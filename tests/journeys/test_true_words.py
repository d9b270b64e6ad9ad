"""Answers claim nothing that is not so and advise nothing that exists, over both transports and in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey, words_of

STEPS = {step.article.slug: step for step in load_demo()}


def publish(journey: Journey, slug: str, at: datetime | None = None) -> None:
    """Publishes one of the demo's articles."""
    journey.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article, at)


async def test_nothing_is_claimed_that_the_rows_do_not_tell(journey: Journey) -> None:
    await journey.start()
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    publish(journey, "plan-signed-hanbit", minute - timedelta(minutes=5))
    publish(journey, "plan-signed-courier", minute)
    card = words_of(await journey.card("English 1", "Korean 1"))
    assert "first by" not in card, "within five minutes nobody is first"
    story = await journey.ask("story ST1")
    assert "The times do not tell which outlet was first." in story
    why = await journey.ask("why ST1")
    assert "Posted" in why
    assert "/pact subscribe" not in why, "the channel has a subscription for it"
    for line, said in (("why ST999", "ST999"), ("why notaurl", "an article's address or a story such as ST91")):
        answer = await journey.ask(line)
        assert said in answer
        assert "Fetched" not in answer
    status = await journey.ask("상태", user="seoyeon")
    assert "을(를)" not in status + card + why
    assert "3곳 중 3곳 확인" in status, "an outlet without news does not fail"
    assert "구독을 해지할까요? (1개)" in await journey.ask("해지 전체", user="seoyeon")
    journey.assert_nothing_twice()
