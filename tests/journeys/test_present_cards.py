"""A card shows the present, and status shows readers what concerns them, over both transports."""

from __future__ import annotations

from typing import Any

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey, words_of

STEPS = {step.article.slug: step for step in load_demo() if not step.correction}
WIRE = "plan-full-saeyeon"


def publish(journey: Journey, slug: str, outlet: str) -> str:
    """Publishes one of the demo's articles; its address."""
    url: str = journey.fake_outlets.publish(outlet, STEPS[slug].article)
    return url


async def test_a_card_shows_its_articles_and_its_mute_as_they_are(journey: Journey) -> None:
    await journey.start()
    url = publish(journey, WIRE, "hanbit")
    card = await journey.card("5개 분야 일정 확정")
    words = words_of(card)
    assert "MAJOR NEWS" in words
    assert "기자 =" not in words, "a sentence begins behind its dateline"
    assert "한국과 미국이" in words
    publish(journey, "plan-signed-courier", "seoul-courier")
    await journey.card("Also in", url)
    await journey.ask("mute ST1 4h")
    muted = await journey.card("muted until")
    assert muted["ts"] == card["ts"]
    await journey.ask("unmute ST1")

    def unmuted() -> Any:
        return next((each for each in journey.cards() if "muted until" not in words_of(each)), None)

    assert (await journey.see(unmuted, "the card without its mute"))["ts"] == card["ts"]
    status = await journey.ask("status")
    assert "······█" in status
    for hidden in ("Audit", "Slack connection", "too few to say"):
        assert hidden not in status, hidden
    debug = await journey.ask("debug")
    assert (
        "Slack connection confirmed " in debug
        if journey.transport == "socket"
        else "Slack connection over HTTP" in debug
    )
    journey.assert_nothing_twice()


async def test_a_new_channel_is_greeted_in_the_language_of_who_invites_the_bot(journey: Journey) -> None:
    await journey.start()
    await journey.slack.invite("washington", by="seoyeon")
    await journey.post("안녕하세요", channel="washington")
    await journey.ask("구독 반도체", channel="washington", user="seoyeon")
    await journey.post("구독을 시작했습니다", channel="washington")
