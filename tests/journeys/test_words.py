"""Typed lines go through the whole bot: Slack's references, typos, times in words, previews, shifts, undo.

One bot answers all of it over each transport, so that parsing, deciding, storing and showing are joined.
"""

from __future__ import annotations

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey, elements_of, words_of

STEPS = {step.article.slug: step for step in load_demo()}
ACTIVE = (
    "SELECT d.slack_id, s.query, s.cadence, s.at FROM subscriptions s JOIN destinations d ON d.id = s.destination"
    " WHERE s.state = 'active' ORDER BY s.id"
)


def publish(journey: Journey, slug: str) -> None:
    """Publishes one of the demo's articles."""
    journey.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article)


async def queries(journey: Journey) -> list[str]:
    """The queries of all active subscriptions."""
    return [query for _, query, _, _ in await journey.rows(ACTIVE)]


async def in_another_channel(journey: Journey) -> None:
    """A channel that is picked from Slack's list is where the subscription belongs, if the person is in it."""
    slack = journey.slack
    answer = await journey.ask("subscribe nuclear in #seoul as daily at 8.30pm")
    assert "I posted it in" in answer
    await journey.post("Subscribed S2: nuclear", "daily at 20:30 KST", channel="seoul")
    assert (slack.channel("seoul"), "nuclear", "daily", "20:30") in await journey.rows(ACTIVE)
    cabinet = slack.context.state.channels[slack.add_channel("cabinet", private=True)]
    cabinet.members = [slack.bot_user_id, slack.user("seoyeon")]
    assert "구독을 시작했습니다" not in await journey.ask("subscribe space in #cabinet")
    assert "space" not in await queries(journey)
    assert "채널에도 알렸습니다" in await journey.ask(f"구독 space in <#{cabinet.id}|> as daily", user="seoyeon")
    await journey.post("S3 구독을 시작했습니다: space", channel="cabinet")


async def no_false_all_clear(journey: Journey) -> None:
    """What was read before a subscription is counted and listed, and what comes later is told once."""
    publish(journey, "quantum-hanbit")
    await journey.settled("SELECT id FROM articles WHERE state = 'read' AND headline LIKE '%50큐비트%'")
    preview = await journey.ask('preview quantum -"양자 면담" 14d')
    assert "1 story in the last 14 days." in preview
    assert "한빛경제" in preview
    assert "About 1 story a week" in await journey.ask("subscribe quantum")
    await journey.post("Subscribed S4: quantum", "instant", "/pact undo 4 · 1 other subscription: /pact list")
    digest = await journey.ask("digest now")
    assert "1 story read before a subscription began" in digest
    assert "50큐비트" in digest
    assert "No new developments" not in digest
    assert "구독을 시작하기 전에 읽은 소식 1건" in await journey.ask("요약 최근 3일", user="seoyeon")
    assert "0 since" in await journey.ask("list")


async def questions_keep_the_line(journey: Journey) -> None:
    """The sense, and the word that was meant, replace one word and leave the rest as it was meant."""
    slack = journey.slack
    assert "/pact 구독 분야:양자 -영국" in await journey.ask("구독 양자 -영국", user="seoyeon")
    await slack.click("pact:run:1", user="seoyeon", channel="policy")
    await journey.see(lambda: any("회담" in words_of(each) for each in journey.posts()), "the second sense")
    assert '("양자 회담" OR "양자 면담" OR "양자회담" OR "양자 협의") -영국' in await queries(journey)
    assert "I do not know “quantom”. Did you mean:" in await journey.ask("subscribe quantom lang:ko")
    assert "quantom lang:ko" not in await queries(journey)
    await slack.click("pact:run:1", user="dana", channel="policy")
    await journey.post("Subscribed S6: quantom lang:ko")
    assert "Subscriptions here: S1" in await journey.ask("unsubscribe quantom")
    await journey.ask("unsubscribe lang:ko quantom")
    await journey.post("Unsubscribed S6", "3 other subscriptions: /pact list")


async def sectors_and_what_is_left_out(journey: Journey) -> None:
    """A sector's name offers the whole sector, and what only leaves out is asked about; an offer changes nothing."""
    answer = await journey.ask("구독 원자력", user="seoyeon")
    assert "분야 전체는 분야:원자력으로 받을 수 있으며" in answer
    assert "되돌리려면: /pact 되돌리기" in answer
    await journey.post("Subscribed S7: 원자력")
    await journey.slack.click("pact:run:offer:0", user="seoyeon", channel="policy")
    await journey.post("Changed S7: sector:nuclear")
    before = await queries(journey)
    assert "/pact subscribe pact -quantum" in await journey.ask("subscribe -quantum")
    assert await queries(journey) == before
    assert "This channel now gets" in await journey.ask("ｕｎｓｕｂｓｃｒｉｂｅ Ｓ７")
    await journey.post("Unsubscribed S7: sector:nuclear")


async def times_in_words(journey: Journey) -> None:
    """A time has one meaning, or nothing is changed and the form is shown."""
    offered = await journey.ask("구독 반도체 매일 아침", user="seoyeon")
    assert "구독 반도체 매일 08:00" in offered
    assert "as daily" not in offered
    assert "반도체" not in " ".join(await queries(journey))
    await journey.ask("구독 반도체 매일 저녁 7시 반", user="seoyeon")
    await journey.post("Subscribed S8: 반도체", "daily at 19:30 KST")
    assert ("반도체", "daily", "19:30") in [row[1:] for row in await journey.rows(ACTIVE)]
    await journey.ask("되돌리기", user="seoyeon")
    await journey.post("was undone (Subscribed S8: 반도체)")
    assert "반도체" not in " ".join(await queries(journey))
    assert "Type now, since 3d" in await journey.ask("digest sometimes")
    await journey.ask("요약 교대", user="seoyeon")
    await journey.post("Digest in two shifts, at 08:30 in Seoul and at 08:30 in Washington", "Next digest")
    assert "in two shifts" in await journey.ask("list")
    await journey.ask("digest weekly friday 저녁 8시 반")
    await journey.post("Weekly digest, Fridays at 20:30")
    await journey.ask("undo")
    await journey.post("was undone (Weekly digest, Fridays at 20:30)")
    rows = await journey.rows("SELECT digest_at, digest_cadence FROM destinations WHERE digest_at IS NOT NULL")
    assert rows == [("08:30", "shifts")]


async def changes_are_one_line(journey: Journey) -> None:
    """Every post of a change is one line with its undo, however many subscriptions there are."""
    changes = [
        each for each in journey.posts() if any(e["action_id"] == "pact:undo" for e in elements_of(each["blocks"]))
    ]
    assert changes
    assert all(len(each["blocks"]) == 3 for each in changes), "the change, its undo in small letters, the button"


async def test_what_is_typed_is_understood_as_it_was_meant(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    await in_another_channel(journey)
    await no_false_all_clear(journey)
    await questions_keep_the_line(journey)
    await sectors_and_what_is_left_out(journey)
    await times_in_words(journey)
    await changes_are_one_line(journey)
    journey.assert_nothing_twice()
