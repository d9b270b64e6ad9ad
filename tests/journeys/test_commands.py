"""Every command goes through the whole bot, in both languages, with good and with bad input.

Each way that a person has (command, button, mention, direct message, home) is tested over both transports, and what
comes after it over one of them, because the transports meet before the line is parsed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey

STEPS = {step.article.slug: step for step in load_demo()}
KOREAN_PAGE = "quantum-hanbit"
SETTINGS = (
    "SELECT (SELECT COUNT(*) FROM subscriptions WHERE state = 'active'), (SELECT COUNT(*) FROM changes),"
    " (SELECT COUNT(*) FROM mutes), (SELECT group_concat(digest_at) FROM destinations)"
)


def publish(journey: Journey, slug: str, **options: Any) -> str:
    """Publishes one of the demo's articles; its address."""
    url: str = journey.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article, **options)
    return url


@pytest.fixture
async def posted(journey: Journey) -> Journey:
    """A journey with one story in #policy; ``article_url`` is its article's address."""
    await journey.start()
    journey.article_url = publish(journey, "plan-signed-hanbit")
    await journey.card("이행계획 서명")
    # Slack shows the message before the bot has recorded its ts, by which a thread finds its card
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card' AND state = 'sent'")
    return journey


async def test_a_reading_command_is_answered_to_its_reader_alone(posted: Journey) -> None:
    journey, before = posted, len(posted.posts())
    assert "/pact subscribe" in await journey.ask("")
    assert "as daily at 08:30" in await journey.ask("help subscribe")
    assert "/pact 구독" in await journey.ask("도움말", user="seoyeon")
    assert "영어: subscribe" in await journey.ask("도움말 구독", user="seoyeon")
    status = await journey.ask("status")
    assert "In force since" in status
    assert "이행계획 서명" in status
    assert "3 of 3 sources read" in status
    assert "Audit" not in status, "an audit that counted no post says nothing"
    assert "quantum" in await journey.ask("status quantum 7d")
    korean = await journey.ask("상태", user="dana")
    assert "협약 현황" in korean
    assert "출처 3곳 중 3곳 확인" in korean
    assert "topic:pact OR topic:officials" in await journey.ask("list")
    assert "이 채널의 구독" in await journey.ask("목록", user="dana")
    assert "모든 채널의 구독" in await journey.ask("list all", user="seoyeon")
    assert "1 new story" in await journey.ask("digest now")
    assert "현재 요약" in await journey.ask("요약", user="dana")
    assert len(journey.posts()) == before, "nothing of this is posted in the channel"
    assert journey.slack.messages("policy", viewer="junho") == journey.slack.messages("policy")


@pytest.mark.parametrize("transport", ["http"])
async def test_why_explains_an_address_and_gives_its_receipt(posted: Journey) -> None:
    journey = posted
    trap = publish(journey, "trap-licence")
    await journey.settled("SELECT id FROM articles WHERE state = 'read' AND headline LIKE '골목%'")
    answer = await journey.ask(f"why {journey.article_url}")
    assert "It matches S1." in answer
    assert "✓ Posted" in answer
    assert "/pact mute story ST1" in answer, "what would change it can be typed"
    assert "S1 구독에 해당합니다" in await journey.ask(f"왜 {journey.article_url}", user="dana")
    assert "✓ Posted" in await journey.ask("why ST1")
    receipt = await journey.ask("why ST1 receipt")
    assert all(word in receipt for word in ("Receipt of ST1", "Queued", "1 attempt", "Posted"))
    assert "발송 기록" in await journey.ask("왜 ST1 기록", user="dana")
    assert "names nothing" in await journey.ask(f"why {trap}")
    never = await journey.ask(f"why {journey.fake_outlets.base('hanbit')}/article/2026010100000099999")
    assert "has shown this address" in never
    assert "not among the outlets" in await journey.ask("why https://elsewhere.example/news/1")
    assert "읽고 있는 매체가 아닙니다" in await journey.ask("왜 https://elsewhere.example/news/1", user="dana")
    assert "ST999" in await journey.ask("why ST999")
    assert "Type the address of an article" in await journey.ask("why")


@pytest.mark.parametrize("transport", ["socket"])
async def test_story_shows_its_articles_in_both_languages(posted: Journey) -> None:
    journey, before = posted, len(posted.posts())
    answer = await journey.ask("story ST1")
    assert all(part in answer for part in ("Story ST1", "이행계획 서명", "1 article from 1 outlet", "한빛경제"))
    korean = await journey.ask("기사묶음 ST1", user="dana")
    assert all(part in korean for part in ("ST1 기사묶음", "매체 1곳의 기사 1건", "보도 시간순"))
    assert "There is no story ST999" in await journey.ask("story ST999")
    assert "ST999라는 소식이 없습니다" in await journey.ask("기사묶음 ST999", user="dana")
    assert len(journey.posts()) == before


async def test_a_subscription_is_posted_in_the_channel_and_can_be_undone(journey: Journey) -> None:
    await journey.start()
    answer = await journey.ask('subscribe quantum "research security" -영국 as daily at 08:30 tz Asia/Seoul')
    assert "the last 7 days" in answer
    said = await journey.post("Subscribed S2", 'quantum "research security" -영국', "daily at 08:30", "/pact undo 2")
    await journey.slack.click("pact:undo", user="junho", channel="policy", ts=said["ts"])
    await journey.post("Change 2 was undone (Subscribed S2", "/pact undo 3 · 1 other subscription: /pact list")
    assert await journey.rows("SELECT state FROM subscriptions WHERE id = 2") == [("ended",)]
    await journey.ask("구독 협정 또는 @kratsios", user="seoyeon")
    await journey.post("S3", "pact OR @kratsios")
    assert "S3" in await journey.ask("구독 협정 또는 @kratsios", user="seoyeon"), "the same again changes nothing"
    await journey.ask("subscribe pact min 2 outlets for 3d")
    await journey.post("Subscribed S4", "at least 2 outlets", "until")
    assert "S1, S3, S4" in await journey.ask("unsubscribe S2")
    await journey.ask("해지 S4", user="seoyeon")
    await journey.post("Unsubscribed S4", "/pact undo")
    assert "모두 해지할까요" in await journey.ask("해지 모두", user="seoyeon")
    assert await journey.rows("SELECT id FROM subscriptions WHERE state = 'active' ORDER BY id") == [(1,), (3,)]
    await journey.slack.click("pact:run", user="seoyeon", channel="policy")
    await journey.post("This channel now gets nothing", "/pact undo")
    assert "no subscription" in await journey.ask("unsubscribe all")


UNCLEAR = [
    ("subscribe quantum as dayly", "dayly", "as daily"),
    ("subscribe quantum as daily at 25:00", "25:00", "08:30"),
    ("subscribe (quantum", "(", "parenthesis"),
    ("subscribe sector:quantm", "quantm", "sector:quantum"),
    ("subscribe", " ", "subscribe quantum"),
    ("unsubscribe", " ", "list"),
    ("unsubscribe twelve", "twelve", "S1 "),
    ("digest daily 8:61", "8:61", "08:30"),
    ("digest sometimes", "sometimes", "08:30"),
    ("mute ST1", " ", "ST1 1d"),
    ("merge ST1", " ", "ST15"),
    ("병합 ST1 둘", "둘", "소식 번호"),
    ("split ST1", " ", "split ST1 2"),
    ("분리 ST1 둘", "둘", "분리 ST1 2"),
    ("mute story ST1 for ever", "ever", "1d"),
    ("unmute 3d", " ", "unmute ST91"),
    ("quiet 22:00", "22:00", "quiet 22:00-07:00"),
    ("방해금지 22:00-25:00", "22:00-25:00", "방해금지 22:00-07:00"),
    ("stattus", "stattus", "status"),
    ("구독 quantum as dayly", "dayly", "as daily"),
    ("요약 매일 25시", "25시", "08:30"),
    ("음소거 ST1", " ", "1일"),
    ("해지 열둘", "열둘", "S1 "),
    ("why ST²", "ST²", "address"),
    ("story plan", "plan", "story ST91"),
    ("기사묶음", " ", "기사묶음 ST91"),
    ("왜 https://[::1", "https://[::1", "주소"),
    ("mute ST1 91d", "91d", "90d"),
]


@pytest.mark.parametrize("transport", ["http"])
async def test_a_line_that_is_not_understood_changes_nothing_and_shows_a_caret(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    before, posts = await journey.rows(SETTINGS), len(journey.posts())
    for line, token, hint in UNCLEAR:
        answer = await journey.ask(line)
        shown = answer.splitlines()
        carets = next((each for each in shown if each.strip() and not each.strip(" ^＾\u3000")), None)
        assert carets is not None, f"no caret for {line!r}: {answer}"
        typed = shown[shown.index(carets) - 1]
        assert _under(typed, carets).strip() == token.strip(), answer
        assert hint in answer, f"{line!r} is not helped: {answer}"
        korean = any("가" <= letter <= "힣" for letter in line.split()[0])
        assert any(word in answer for word in ("바뀐", "혹시", "입력", "적어")) is korean, answer
    assert await journey.rows(SETTINGS) == before
    assert len(journey.posts()) == posts


def _under(typed: str, carets: str) -> str:
    """The token over the carets: a wide caret stands under a wide letter."""
    return "".join(typed[at] for at, each in enumerate(carets) if each in "^＾" and at < len(typed))


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_limit_is_named_when_it_is_reached(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    for number in range(2, 6):
        await journey.ask(f'subscribe "word number {number}"')
    assert "daily" in await journey.ask('subscribe "word number 6"')
    assert "5 instant" in await journey.ask('subscribe "word number 7" as instant')
    for number in range(7, 26):
        await journey.ask(f'subscribe "word number {number}" as weekly')
    assert await journey.rows("SELECT COUNT(*) FROM subscriptions WHERE state = 'active'") == [(25,)]
    assert "at most 25" in await journey.ask('subscribe "one too many" as daily')
    assert "최대 25개" in await journey.ask('구독 "하나 더" as daily', user="seoyeon")
    assert "page 3 of 3" in await journey.ask("list 3")
    assert await journey.rows("SELECT COUNT(*) FROM subscriptions WHERE state = 'active'") == [(25,)]


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_word_of_two_senses_is_asked_about(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    answer = await journey.ask("subscribe 양자")
    assert "quantum technology" in answer
    assert "bilateral" in answer
    assert "어떤 뜻의 AI를" in await journey.ask("구독 AI", user="seoyeon")
    assert await journey.rows("SELECT COUNT(*) FROM subscriptions") == [(1,)]
    await journey.slack.click("pact:run:0", user="seoyeon", channel="policy")
    await journey.post("Subscribed S2", "sector:ai")


@pytest.mark.parametrize("transport", ["http"])
async def test_the_digest_time_is_set_ended_and_undone(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    await journey.ask("digest daily 08:30")
    await journey.post("Daily digest at 08:30", "Next digest", "KST", "ET", "/pact undo 2")
    await journey.ask("요약 매일 9시", user="seoyeon")
    await journey.post("Daily digest at 09:00")
    assert "09:00 KST" in await journey.ask("status")
    await journey.ask("digest off")
    await journey.post("Digest off", "/pact undo 4")
    await journey.ask("undo 4")
    await journey.post("Change 4 was undone", "/pact undo 5")
    assert await journey.rows("SELECT digest_at FROM destinations WHERE digest_at IS NOT NULL") == [("09:00",)]
    assert "Nothing was changed" in await journey.ask("undo 4")
    assert "99번 변경이 없습니다" in await journey.ask("되돌리기 99", user="seoyeon")
    await journey.ask("요약 끄기", user="seoyeon")
    assert await journey.rows("SELECT digest_at FROM destinations WHERE digest_at IS NOT NULL") == []


@pytest.mark.parametrize("transport", ["socket"])
async def test_quiet_hours_hold_cards_until_they_end(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    assert "No quiet hours.\nTo set quiet hours: /pact quiet 22:00-07:00" in await journey.ask("quiet")
    await journey.ask("quiet 22:00-07:00")
    await journey.post("Quiet hours 22:00–07:00 (Asia/Seoul)", "/pact undo 2")
    assert "방해금지 22:00~07:00" in await journey.ask("목록", user="seoyeon")
    shown = await journey.ask("방해금지", user="seoyeon")
    assert "방해금지 시간은 22:00~07:00(Asia/Seoul)입니다." in shown
    assert "해제하려면: /pact 방해금지 끄기" in shown
    assert len(await journey.rows("SELECT id FROM changes WHERE what LIKE 'quiet%'")) == 1
    await journey.ask("방해금지 끄기", user="seoyeon")
    await journey.post("Quiet hours off", "/pact undo 3")
    assert await journey.rows("SELECT COUNT(*) FROM destinations WHERE quiet_from IS NOT NULL") == [(0,)]
    await journey.ask("subscribe quantum")
    noon = datetime.now(UTC) + timedelta(hours=9)  # as Seoul's clocks show it
    await journey.ask(f"quiet {noon - timedelta(hours=2):%H:%M}-{noon + timedelta(hours=2):%H:%M}")
    publish(journey, KOREAN_PAGE)
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card' AND state = 'held'")
    assert await journey.rows("SELECT COUNT(*) FROM deliveries WHERE kind = 'card' AND state <> 'held'") == [(0,)]
    await journey.ask("undo 5")
    await journey.post("Held over quiet hours: 1 story")


@pytest.mark.parametrize("transport", ["http"])
async def test_a_muted_outlets_card_is_held_and_posted_after_the_mute(journey: Journey) -> None:
    journey.read_only("hanbit", "seoul-courier")
    await journey.start()
    await journey.ask("subscribe quantum")
    await journey.ask("mute outlet hanbit for 4h")
    await journey.post("Muted: 한빛경제", "until", "/pact undo 3")
    url = publish(journey, KOREAN_PAGE)
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card' AND state = 'held'")
    assert journey.cards() == []
    assert "한빛경제 is muted" in await journey.ask(f"why {url}")
    await journey.ask("음소거해제 매체 hanbit", user="seoyeon")
    card = await journey.card("50큐비트")
    assert "not muted" in await journey.ask("unmute outlet hanbit")
    assert "briefing-room" not in await journey.ask("mute outlet foo for 4h")
    await journey.slack.click("pact:mute", user="junho", channel="policy", ts=card["ts"], value="mute story ST1 for 4h")
    await journey.post("Muted: ST1")
    await journey.ask("해제 기사 ST1", user="seoyeon")
    unmuted = await journey.post("No longer muted: ST1", "/pact undo")
    await journey.slack.click("pact:undo", user="junho", channel="policy", ts=unmuted["ts"])
    await journey.post("was undone")
    assert await journey.rows("SELECT target FROM mutes WHERE ended_at IS NULL") == [("1",)]
    assert "no story ST77" in await journey.ask("mute story ST77 for 3d")
    journey.assert_nothing_twice()


async def test_a_personal_subscription_posts_in_the_direct_message(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    dana = journey.slack.direct("dana")
    answer = await journey.ask("subscribe quantum for me")
    assert "I posted it in the channel" not in answer
    assert "direct message" in answer
    await journey.post("Subscribed S2: quantum", channel=dana)
    await journey.slack.say("구독 우주항공청 그대로", channel=dana, user="dana")
    await journey.post("S3", "우주항공청", channel=dana)
    publish(journey, KOREAN_PAGE)
    await journey.card("50큐비트", channel=dana)
    assert journey.cards() == []
    await journey.slack.say("list", channel=dana, user="dana")
    await journey.post("Your subscriptions", "S2", channel=dana)
    assert "S2" not in await journey.ask("list all", user="seoyeon"), "nobody else sees them"


@pytest.mark.parametrize("transport", ["http"])
async def test_a_verb_typed_in_the_other_keyboard_mode_is_understood_or_offered(journey: Journey) -> None:
    journey.read_only("hanbit")
    await journey.start()
    answer = await journey.ask("ㄴㅅㅁ션")
    assert "Pact status" in answer
    assert "ㄴㅅㅁ션" in answer
    assert "협약 현황" in await journey.ask("tkdxo", user="seoyeon")
    before = await journey.rows(SETTINGS)
    assert "subscribe" in await journey.ask("녀ㅠㄴㅊ갸ㅠㄷ 벼무셔ㅡ")
    assert await journey.rows(SETTINGS) == before, "a change is offered, never guessed"


async def test_a_button_answers_whoever_pressed_it(posted: Journey) -> None:
    journey = posted
    card = journey.cards()[0]

    def private(who: str) -> list[str]:
        mine = journey.slack.messages("policy", viewer=who)
        return [str(each) for each in mine if each.get("is_ephemeral")]

    await journey.slack.click("pact:why", user="junho", channel="policy", ts=card["ts"])
    await journey.see(lambda: any("S1" in each for each in private("junho")), "why, for who pressed alone")
    assert private("dana") == []
    await journey.ask("status", user="dana")
    await journey.slack.click("pact:share", user="dana", channel="policy")
    await journey.post("Pact status", "shared by")
    await journey.see(lambda: any("Shared with the channel" in each for each in private("dana")), "that it was shared")


async def test_a_mention_and_the_home_tab_are_answered(posted: Journey) -> None:
    journey = posted
    card = journey.cards()[0]

    def seen_by_dana() -> str:
        everything = [
            *journey.slack.messages("policy", viewer="dana"),
            *journey.slack.replies("policy", card["ts"], "dana"),
        ]
        return str([each for each in everything if each.get("is_ephemeral")])

    await journey.slack.mention("why", channel="policy", user="dana", thread_ts=card["ts"])
    await journey.see(lambda: "It matches S1" in seen_by_dana(), "why in a thread is about the card")
    await journey.slack.mention("status", channel="policy", user="dana")
    await journey.see(lambda: "In force since" in seen_by_dana(), "an answer to a mention")
    await journey.slack.open_home("dana")
    await journey.see(lambda: "이행계획 서명" in str(journey.slack.home("dana")), "today's stories at home")
    await journey.slack.open_home("seoyeon")
    await journey.see(lambda: "오늘의 소식" in str(journey.slack.home("seoyeon")), "a Korean home")


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_new_subscription_posts_nothing_that_was_read_before(journey: Journey) -> None:
    journey.read_only("hanbit")
    journey.fake_outlets.publish("hanbit", STEPS["base-budget-hanbit"].article, datetime.now(UTC) - timedelta(hours=2))
    await journey.start()
    publish(journey, KOREAN_PAGE)
    await journey.settled("SELECT id FROM articles WHERE state = 'read' AND headline LIKE '%50큐비트%'")
    answer = await journey.ask("subscribe quantum")
    assert "About 1 story a week" in answer
    publish(journey, "plan-signed-hanbit")
    await journey.card("이행계획 서명")
    assert len(journey.cards()) == 1, "two subscriptions met, one card; the older story is not told"
    assert "S1" in str(journey.cards()[0])
    assert "S2" in str(journey.cards()[0])
