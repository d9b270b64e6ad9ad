"""Modals go through the whole bot: opened while they load, filled in, corrected at their field, saved once."""

from __future__ import annotations

from typing import Any

import pytest

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import PATIENCE_SECONDS, Journey, elements_of, words_of

STEPS = {step.article.slug: step for step in load_demo()}
SUBSCRIPTIONS = "SELECT id, query, cadence, at, timezone, state FROM subscriptions ORDER BY id"


async def modal(journey: Journey, user: str, *parts: str) -> dict[str, Any]:
    """Waits until a person's top modal says all of this."""

    def shown() -> Any:
        view = journey.slack.modal(user)
        return view if view and all(part in words_of(view) for part in parts) else None

    try:
        return await journey.slack.wait_for(shown, PATIENCE_SECONDS)
    except TimeoutError:
        raise AssertionError(f"never seen: {parts} in {words_of(journey.slack.modal(user))}") from None


async def fill_in_builder(journey: Journey) -> None:
    """Makes S2 in the builder, with two mistakes on the way."""
    journey.fake_outlets.publish(STEPS["plan-signed-hanbit"].outlet, STEPS["plan-signed-hanbit"].article)
    await journey.card("이행계획 서명")
    slack = journey.slack
    assert (await slack.interactions.global_shortcut("dana", "pact_subscribe")).acked
    await modal(journey, "dana", "New subscription", "Me, in a direct message")
    wrong = await slack.submit("dana", {"pact:in:query": "pact as dailly"})
    assert "dailly" in wrong.payload["errors"]["pact:in:query"]
    assert (await slack.submit("dana", {"pact:in:query": " "})).payload["errors"] == {
        "pact:in:query": "Type what to follow."
    }
    await slack.click("pact:live", "dana", value="pact as dailly", block_id="pact:in:query", where="modal")
    await modal(journey, "dana", "daily")
    await slack.click("pact:choose:0", "dana", where="modal")
    await modal(journey, "dana", "1 story in the last 7 days", "이행계획 서명")
    await slack.click("pact:live", "dana", value="channel", block_id="pact:in:where", where="modal")
    await modal(journey, "dana", "Invite me there")
    await slack.click("pact:live", "dana", value="weekly", block_id="pact:in:cadence", where="modal")
    await modal(journey, "dana", "Time zone")
    fields = {
        "pact:in:query:1": "quantum",
        "pact:in:channel": slack.channel("policy"),
        "pact:in:weekday": "fri",
        "pact:in:at": "09:00",
        "pact:in:lasts": "30d",
    }
    outcome = await slack.submit("dana", fields)
    assert outcome.payload["response_action"] == "update"
    await modal(journey, "dana", "I posted it in")
    await journey.post("Subscribed S2", "quantum", "Fri", "until ")
    assert (await journey.rows(SUBSCRIPTIONS))[1][1:] == ("quantum", "weekly", "09:00", "Asia/Seoul", "active")


async def test_a_subscription_is_made_and_edited_in_the_builder(journey: Journey) -> None:
    await journey.start()
    await fill_in_builder(journey)
    await journey.slack.command("수정 S2", channel="policy", user="seoyeon")
    view = await modal(journey, "seoyeon", "S2 수정", "게시하는 채널:")
    assert any(element.get("initial_value") == "quantum" for element in elements_of(view))
    assert (await journey.slack.submit("seoyeon", {"pact:in:query": "quantum OR 6G"})).acked
    await journey.post("quantum OR 6G", "/pact undo 3")
    assert (await journey.rows(SUBSCRIPTIONS))[1][1:3] == ("quantum OR 6G", "weekly")
    await journey.ask("edit S2 space as daily at 07:00")
    await journey.post("Changed S2: space")
    await journey.ask("undo 4")
    await journey.post("Change 4 was undone")
    assert (await journey.rows(SUBSCRIPTIONS))[1][1:4] == ("quantum OR 6G", "weekly", "09:00")
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_modal_is_refused_to_whom_the_subscription_is_not(journey: Journey) -> None:
    await journey.start()
    await journey.ask("subscribe quantum for me", user="dana")
    await journey.settled("SELECT id FROM subscriptions WHERE id = 2")
    await journey.slack.command("edit S2", channel="policy", user="junho")
    refused = await modal(journey, "junho", "S2")
    assert "quantum" not in words_of(refused)
    assert "S1" in await journey.ask("edit S2 space", user="junho")
    assert "S1" in await journey.ask("edit S99 space", user="dana")
    assert "Type the id of the subscription" in await journey.ask("edit")
    assert "번호를 적어 주세요" in await journey.ask("수정", user="seoyeon")
    assert (await journey.rows(SUBSCRIPTIONS))[1][1] == "quantum"


async def test_shortcuts_are_about_a_card_or_about_a_link_in_a_message(journey: Journey) -> None:
    await journey.start()
    slack = journey.slack
    url = journey.fake_outlets.publish(STEPS["plan-signed-hanbit"].outlet, STEPS["plan-signed-hanbit"].article)
    card = await journey.card("이행계획 서명")
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card' AND state = 'sent'")
    before = len(slack.messages("policy", viewer="dana"))
    await slack.interactions.shortcut("dana", "policy", card["ts"], "pact_why")
    await modal(journey, "dana", "Why", "It matches S1.")
    assert len(slack.messages("policy", viewer="dana")) == before, "nothing stands in the channel"

    said = await slack.say(f"Look: https://elsewhere.example/1 and {url} too", "seoul", "seoyeon")
    await slack.interactions.shortcut("seoyeon", "seoul", said.ts, "pact_why")
    await modal(journey, "seoyeon", "이행계획 서명", "구독")
    unknown = await slack.say("https://elsewhere.example/1", "seoul", "seoyeon")
    await slack.interactions.shortcut("seoyeon", "seoul", unknown.ts, "pact_track")
    await modal(journey, "seoyeon", "읽고 있는 매체가 아닙니다")
    await slack.interactions.shortcut("seoyeon", "seoul", said.ts, "pact_track")
    await modal(journey, "seoyeon", "여기에 게시했습니다: ST1")
    tracked = await journey.card("이행계획 서명", channel="seoul")
    assert tracked["metadata"]["event_payload"]["key"] != card["metadata"]["event_payload"]["key"]
    await slack.interactions.shortcut("seoyeon", "seoul", said.ts, "pact_track")
    await modal(journey, "seoyeon", "이미 여기에 있습니다")
    assert len(journey.cards("seoul")) == 1

    await slack.interactions.shortcut("dana", "policy", card["ts"], "pact_mute")
    await modal(journey, "dana", "Mute a story", "이행계획 서명")
    assert (await slack.submit("dana", {"pact:in:for": "604800"})).acked
    await journey.post("Muted", "ST1", "/pact undo")
    await slack.mention("unmute", "policy", "dana", card["ts"])
    await journey.post("ST1", "/pact undo 3")
    await slack.mention("mute for 3d", "policy", "dana", card["ts"])
    await journey.post("Muted", "ST1", "/pact undo 4")
    other = await slack.say("lunch?", "policy", "junho")
    await slack.mention("mute 3d", "policy", "dana", other.ts)
    await journey.see(
        lambda: [m for m in slack.replies("policy", other.ts, viewer="dana") if "ST91" in words_of(m)], "what lacks"
    )
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["http"])
async def test_the_settings_are_a_form_for_whoever_may_change_them(journey: Journey) -> None:
    await journey.start()
    slack = journey.slack
    group = slack.context.state.add_user_group(slack.team_id, "desk", "Policy desk", [slack.user("dana")])["id"]
    await slack.command("settings form", channel="policy", user="dana")
    await modal(journey, "dana", "Who can change these settings", "Quiet until", "@desk · Policy desk")
    wrong = await slack.submit("dana", {"pact:in:quiet_from": "22:00", "pact:in:digest": "daily"})
    assert set(wrong.payload["errors"]) == {"pact:in:quiet_to", "pact:in:at"}
    times = {"pact:in:quiet_to": "07:00", "pact:in:at": "08:30"}
    chosen = {"pact:in:who": "admins", "pact:in:posts": ["broadcast"], "pact:in:mention": group}
    await slack.submit("dana", {**times, **chosen})
    await modal(journey, "dana", "I posted it in")
    await journey.post("Settings changed", "Only admins of the workspace", "its thread stays silent", "mentions @desk")
    await slack.command("설정 양식", channel="policy", user="junho")
    view = await modal(journey, "junho", "이 채널의 설정", "워크스페이스 관리자")
    assert not view["submit"], "who may not change the settings reads them"
