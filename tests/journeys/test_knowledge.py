"""The desk's knowledge is asked for, turned, set and shared over both transports, in both languages."""

from __future__ import annotations

from typing import Any

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey, words_of

BY_SLUG = {step.article.slug: step for step in load_demo()}


def publish(journey: Journey, slug: str) -> str:
    """Publishes one of the demo's articles; its address."""
    url: str = journey.fake_outlets.publish(BY_SLUG[slug].outlet, BY_SLUG[slug].article)
    return url


async def press(journey: Journey, action_id: str, value: Any, shown: str, user: str) -> Any:
    """Presses a button of an answer that this person alone sees; what the person sees then."""
    await journey.slack.click(action_id, user=user, channel="policy", value=value)

    def answered() -> Any:
        seen = journey.slack.messages("policy", viewer=user)
        return next((message for message in reversed(seen) if shown in words_of(message)), None)

    return await journey.see(answered, shown)


async def test_what_the_desk_knows_is_asked_for_turned_and_shared(journey: Journey) -> None:
    await journey.start()
    publish(journey, "plan-signed-hanbit")
    await journey.card("이행계획 서명")
    publish(journey, "plan-signed-courier")
    await journey.card("1 English", "1 Korean")
    before = len(journey.posts())
    found = await journey.ask("search pact 30d")
    assert all(part in found for part in ("Search: pact", "1 story in the last 30 days", "ST1", "2 articles"))
    assert "최근 90일 소식 1건" in await journey.ask("검색 협약", user="dana")
    assert "This parenthesis is never closed." in await journey.ask("search (quantum")
    who = await journey.ask("who kratsios")
    assert "Director of the White House Office of Science and Technology Policy" in who
    assert "백악관 과학기술정책실장" in await journey.ask("인물 크라치오스", user="dana")
    assert "/pact who kratsios" in await journey.ask("who kratsois")
    assert "1 story began, 1 of them reported by two outlets or more" in await journey.ask("story 7d")
    assert "국문·영문 모두 1건" in await journey.ask("기사묶음 7일", user="dana")
    assert "2쪽 중 1쪽" in await journey.ask("연표", user="dana")
    assert len(journey.posts()) == before, "nothing of this is posted in the channel"
    await press(journey, "pact:run:next", "연표 쪽 2", "2쪽 중 2쪽", "dana")
    assert "12th Korea–U.S. Science and Technology Joint Committee" in await journey.ask("timeline 2026-01..now page 2")
    await journey.slack.click("pact:share", user="dana", channel="policy")
    await journey.post("Timeline: ", "shared by")


async def test_a_clauses_state_is_set_by_its_menu_said_and_undone(journey: Journey) -> None:
    await journey.start()
    publish(journey, "plan-signed-hanbit")
    await journey.card("이행계획 서명")
    answer = await journey.ask("이행 우주", user="dana")
    assert all(
        part in answer
        for part in ("담당: 우주항공청 / NASA", "제12차 한미 과학기술공동위원회", "아직 표시한 사람이 없습니다")
    )
    await press(journey, "pact:run:state:1", "이행 space 진행", "반영했습니다", "dana")
    said = await journey.post("“Space” was set to: under way", "/pact undo")
    assert await journey.rows("SELECT clause, state FROM commitment_states") == [("space", "underway")]
    assert "under way" in await journey.ask("commitments space")
    assert "Several clauses" in await journey.ask("commitments ai done")
    await journey.slack.press_forged("pact:run:state:1", "commitments nowhere done", user="dana", channel="policy")
    await journey.slack.click("pact:undo", user="junho", channel="policy", ts=said["ts"])
    await journey.settled("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM commitment_states)")
    journey.assert_nothing_twice()
