"""A file is asked for and arrives in the direct message, once; without the scope the answer says what is missing."""

from __future__ import annotations

from bot.exports.picture import is_installed
from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey

BY_SLUG = {step.article.slug: step for step in load_demo()}


async def test_an_export_arrives_in_the_direct_message(journey: Journey) -> None:
    await journey.start()
    assert "No stories were stored in the last 30 days" in await journey.ask("export csv 30d")
    journey.fake_outlets.publish(BY_SLUG["plan-signed-hanbit"].outlet, BY_SLUG["plan-signed-hanbit"].article)
    await journey.card("이행계획 서명")
    said = await journey.ask("export csv 30d")
    assert "to your direct messages: 1 article in 1 story of the last 30 days." in said
    (file,) = journey.slack.context.state.files.values()
    assert file["name"].endswith(".csv")
    assert "이행계획 서명" in file["content"].decode("utf-8-sig")
    journey.slack.faults.drop_after_accept("files.completeUploadExternal")
    assert "Slack did not say whether the file arrived" in await journey.ask("export jsonl 7d")
    assert len(journey.slack.context.state.files) == 2, "it is not sent again by itself"
    journey.slack.faults.refuse("files.getUploadURLExternal", "invalid_arguments")
    assert "Slack에 파일을 올리지 못했습니다. 다시 요청해 주세요: /pact" in await journey.ask("내보내기 jsonl 7일")
    journey.slack.context.scopes.discard("files:write")
    assert "files:write" in await journey.ask("내보내기 jsonl 7일", user="dana")
    assert len(journey.slack.context.state.files) == 2
    journey.assert_nothing_twice()


async def test_the_heat_map_is_shown_shared_and_sent_as_a_file(journey: Journey) -> None:
    await journey.start()
    assert "이 기간에는 새 소식이 없습니다." in await journey.ask("열지도 주간", user="dana")
    journey.fake_outlets.publish(BY_SLUG["plan-signed-hanbit"].outlet, BY_SLUG["plan-signed-hanbit"].article)
    await journey.card("이행계획 서명")
    said = await journey.ask("heat week")
    assert "Heat map: new stories by sector, last 7 days" in said
    assert "x  x  x  x  x  x  1    1" in said
    await journey.slack.click("pact:run:file", user="dana", channel="policy")

    def is_said(words: str) -> bool:
        return words in str(journey.slack.messages("policy", viewer="dana"))

    await journey.see(lambda: is_said("to your direct messages"), "the file")
    table, *pictures = journey.slack.context.state.files.values()
    assert table["content"].decode("utf-8-sig").startswith("topic,name,stories,usual,verdict,")
    assert [picture["content"][:4] for picture in pictures] == [b"\x89PNG"] * is_installed()
    await journey.slack.click("pact:share", user="dana", channel="policy")
    await journey.post("Heat map: ", "shared by")
    await journey.see(lambda: is_said("Shared with the channel."), "that it was shared")
    assert "pactbot-timeline-" in await journey.ask("연표 파일", user="dana")
    events, *drawn = list(journey.slack.context.state.files.values())[1 + len(pictures) :]
    assert "signature" in events["content"].decode("utf-8-sig")
    assert [picture["content"][:4] for picture in drawn] == [b"\x89PNG"] * is_installed()
    journey.slack.context.scopes.discard("files:write")
    assert "files:write" in await journey.ask("heat month file")
    assert len(journey.slack.context.state.files) == 2 + len(pictures) + len(drawn)
    journey.assert_nothing_twice()
