"""A channel's settings, a person's language and zone, samples and debug, whole and over both transports."""

from __future__ import annotations

from tests.support.journey import Journey, words_of

ADMIN = "seoyeon"


async def test_a_channel_decides_who_changes_it_and_its_admin_runs_what_a_member_asks_for(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    shown = await journey.ask("settings")
    assert all(
        f"/pact settings {name}" in shown for name in ("threads off", "broadcast on", "who admins", "empty clear")
    )
    await journey.slack.click("pact:run:form", user="dana", channel="policy")
    await journey.see(lambda: "Quiet until" in words_of(journey.slack.modal("dana")), "the form of the settings")
    await journey.ask("settings threads off")
    said = await journey.post("its thread stays silent", "/pact undo")
    await journey.slack.click("pact:undo", user="junho", channel="policy", ts=said["ts"])
    await journey.settled("SELECT 1 FROM destinations WHERE threads = 1 AND id IN (SELECT destination FROM changes)")
    await journey.ask("settings who admins", user=ADMIN)
    refused = await journey.ask("quiet 22:00-07:00")
    assert "Only admins can change the settings of this channel" in refused
    await journey.slack.click("pact:run:ask", user="dana", channel="policy")
    asked = await journey.post("asks an admin", "/pact quiet 22:00-07:00")
    await journey.slack.click("pact:run:grant", user=ADMIN, channel="policy", ts=asked["ts"])
    await journey.post("Quiet hours 22:00–07:00")
    await journey.post("ran the command that you asked for", channel=journey.slack.direct("dana"))
    state = journey.slack.context.state
    group = state.add_user_group(journey.slack.team_id, "desk", "Desk", [journey.slack.user("dana")])["id"]
    await journey.ask("설정 호출 @desk", user=ADMIN)
    await journey.settled(f"SELECT 1 FROM destinations WHERE mention_group = '{group}'")
    named = await journey.post("Major news mentions @desk")
    assert "usergroup" not in str(named["blocks"]), "a post about settings notifies nobody"
    await journey.ask("lang ko channel", user=ADMIN)
    await journey.post("이 채널에는 이제 한국어로 알립니다")


async def test_a_person_chooses_language_and_zone_and_a_direct_message_follows(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    assert "이 채널의 구독" in await journey.ask("list", user="junho")
    english = await journey.ask("lang en", user="junho")
    assert "From now on I answer you and write to you in English" in english
    assert "/pact lang auto" in english
    assert "Subscriptions of this channel" in await journey.ask("list", user="junho")
    assert "America/New_York" in await journey.ask("settings zone America/New_York for me", user="junho")
    junho = journey.slack.direct("junho")
    await journey.ask("subscribe quantum for me", user="junho")
    await journey.post("Subscribed S2: quantum", channel=junho)
    assert await journey.rows(f"SELECT language, timezone FROM destinations WHERE slack_id = '{junho}'") == [
        ("en", "America/New_York")
    ]
    await journey.slack.say("언어 한국어", channel=junho, user="junho")
    await journey.post("이제 한국어로 답하고", channel=junho)
    assert await journey.rows(f"SELECT language FROM destinations WHERE slack_id = '{junho}'") == [("ko",)]
    await journey.ask("test")
    await journey.post("A sample, posted by /pact test", "joint committee agrees", "Sample Times")
    await journey.post("A sample, posted by /pact test", "1 of 1 sources read")
    debug = await journey.ask("debug")
    assert all(part in debug for part in ("Slack counts me as a member", "Scopes:", "waiting", "pactbot "))
    assert journey.slack.bot_token not in debug
    korean = await journey.ask("진단", user="seoyeon")
    assert "이 워크스페이스의 관리자입니다" in korean
    journey.assert_nothing_twice()
