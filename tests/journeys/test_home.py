"""The home tab: subscriptions of the person's channels with their buttons, and the workspace for admins."""

from __future__ import annotations

from typing import Any

from handlers.fake_slack import FakeSlack
from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import PATIENCE_SECONDS, Journey, elements_of, words_of

STEPS = {step.article.slug: step for step in load_demo()}


async def home(journey: Journey, user: str, *parts: str, without: str = "\0") -> dict[str, Any]:
    """Waits until a person's home tab says all of this, and not that."""

    def shown() -> Any:
        view = journey.slack.home(user)
        words = words_of(view) if view else ""
        return view if view and all(part in words for part in parts) and without not in words else None

    try:
        return await journey.slack.wait_for(shown, PATIENCE_SECONDS)
    except TimeoutError:
        raise AssertionError(f"never seen: {parts} in {words_of(journey.slack.home(user))}") from None


async def modal(slack: FakeSlack, user: str, part: str) -> None:
    """Waits until a person's modal says this."""
    await slack.wait_for(lambda: part in words_of(slack.modal(user)), PATIENCE_SECONDS)


async def test_subscriptions_are_edited_muted_and_ended_at_home(journey: Journey) -> None:
    await journey.start()
    slack = journey.slack
    await journey.ask("subscribe quantum for me", user="dana")
    await journey.ask("subscribe space as daily at 08:30", user="dana")
    await slack.open_home("dana")
    view = await home(journey, "dana", "S1", "S2", "S3", f"<{slack.channel('policy')}>", without="For admins")
    assert [each["value"] for each in elements_of(view) if each["action_id"] == "pact:edit"] == [
        "edit S2", "edit S1", "edit S3",
    ]  # fmt: skip

    await slack.click("pact:edit", "dana", value="edit S3", where="home")
    await modal(slack, "dana", "Edit S3")
    await slack.submit("dana", {"pact:in:query": "space OR telecom"})
    await journey.post("Changed S3: space OR telecom")
    await home(journey, "dana", "space OR telecom")

    await slack.click("pact:home:end", "dana", value="3", where="home")
    await journey.post("Unsubscribed S3")
    await home(journey, "dana", without="S3")
    await modal(slack, "dana", "I posted it in")

    await slack.click("pact:home:mute", "dana", value="1 86400", block_id="pact:home:do:1", where="home")
    await journey.post("Muted: S1", "held back, not lost")
    await home(journey, "dana", "muted until")
    journey.fake_outlets.publish(STEPS["plan-signed-hanbit"].outlet, STEPS["plan-signed-hanbit"].article)
    await journey.settled("SELECT id FROM matches WHERE subscription = 1 AND told_by IS NULL")
    assert journey.cards() == []
    await slack.click("pact:home:mute", "dana", value="1 0", block_id="pact:home:do:1", where="home")
    await journey.post("No longer muted: S1")

    await slack.click("pact:set:language", "dana", value="lang ko", where="home")
    await home(journey, "dana", "내 언어와 시간대", "오늘의 소식")
    assert await journey.rows("SELECT language FROM people") == [("ko",)]
    await slack.click("pact:run:help", "dana", where="home")
    await modal(slack, "dana", "도움말")


async def test_admins_see_the_workspace_and_nobody_sees_a_private_channel_of_others(journey: Journey) -> None:
    await journey.start()
    slack = journey.slack
    secret = slack.add_channel("secret", private=True)
    for other in ("seoyeon", "dana"):
        slack.context.state.channels[secret].members.remove(slack.user(other))
    await journey.ask("subscribe semiconductors", channel="secret", user="junho")
    await slack.open_home("junho")
    await home(journey, "junho", "semiconductors", f"<{secret}>", without="관리자용")
    await slack.open_home("seoyeon")
    view = await home(journey, "seoyeon", "관리자용", "최근 변경", "채널이 1개 더 있습니다")
    assert "semiconductors" not in words_of(view)
    await slack.click("pact:home:end", "junho", value="2", where="home")
    await slack.wait_for(lambda: "semiconductors" not in words_of(slack.home("junho")), PATIENCE_SECONDS)
    assert await journey.rows("SELECT state FROM subscriptions ORDER BY id") == [("active",), ("ended",)]


async def test_a_forged_press_at_home_ends_nothing_of_others(journey: Journey) -> None:
    await journey.start()
    slack = journey.slack
    await journey.ask("subscribe quantum for me", user="dana")
    await slack.open_home("junho")
    view = await home(journey, "junho", "S1")
    for block in view["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == "pact:home:end":
                element["value"] = "2"
    await slack.click("pact:home:end", "junho", where="home")
    await modal(slack, "junho", "구독이 없습니다")
    assert await journey.rows("SELECT state FROM subscriptions ORDER BY id") == [("active",), ("active",)]
