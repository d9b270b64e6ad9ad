"""An admin adds an outlet in Slack: the bot reads it within moments, and a member may only ask for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey, words_of

TEXT = tuple(
    f"The harbour council met for the {n} time this year and spoke about its lighthouse at length." for n in "123"
)


def last_answer(journey: Journey, user: str, channel: str) -> str:
    """Returns the words of the last message that only this person sees."""
    messages = journey.slack.messages(channel, viewer=user)
    return words_of([each.get("blocks") for each in messages if each.get("is_ephemeral")][-1:])


async def test_an_outlet_is_asked_for_by_a_member_and_added_by_an_admin(journey: Journey) -> None:
    journey.look_seconds = 0.1
    journey.given["operators_channel"] = journey.slack.channel("seoul")
    journey.read_only("hanbit")
    for n in range(3):
        old = FakeArticle(f"harbour-{n}", f"The harbour council discusses lighthouse number {n}", TEXT)
        journey.fake_outlets.publish("seoul-courier", old, datetime.now(UTC) - timedelta(hours=n + 1))
    await journey.start()
    feed = journey.fake_outlets.source_url("seoul-courier")
    refused = await journey.ask(f"sources add {feed}", user="dana")
    assert "Only admins of this workspace" in refused
    await journey.slack.click("pact:run:ask", user="dana", channel="policy")
    asked = await journey.post("asks an admin", f"/pact sources add {feed}", channel="seoul")
    await journey.slack.click("pact:run:grant", user="junho", channel="seoul", ts=asked["ts"])
    await journey.see(lambda: "관리자만" in last_answer(journey, "junho", "seoul"), "a refusal to a member who presses")
    await journey.slack.click("pact:run:grant", user="seoyeon", channel="seoul", ts=asked["ts"])
    await journey.see(lambda: "추가했습니다" in last_answer(journey, "seoyeon", "seoul"), "the outlet was added")
    await journey.post(f"<{journey.slack.user('seoyeon')}>", "added the outlet", channel="seoul")
    (spec,) = [path for path in (journey.folder / "outlets").glob("*.toml") if path.stem != "hanbit"]
    await journey.settled(f"SELECT 1 FROM sources WHERE outlet = '{spec.stem}' AND baseline_at IS NOT NULL")
    shown = await journey.ask("sources", user="dana")
    assert "Sources: 2 of 2 read" in shown
    assert spec.stem in shown
    known = await journey.ask(f"sources add {feed}", user="seoyeon")
    assert "이미 있는 매체" in known
    private = await journey.ask("sources add http://169.254.169.254/latest", user="seoyeon")
    assert "공개된 주소가 아니어서" in private
    journey.assert_nothing_twice()
