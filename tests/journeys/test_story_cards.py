"""From an outlet's page to a card: what is posted, edited and added in the thread, and what is never posted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.intake.merge_stories import merge_stories
from bot.store.engine import Store
from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.fake_articles import FakeArticle
from tests.support.journey import Journey, words_of

STEPS = {(step.article.slug, step.correction): step for step in load_demo()}
TRAPS = ("trap-bilateral", "trap-bird-flu", "trap-uk", "trap-actor", "trap-2021", "trap-licence")
LAST = FakeArticle(
    "last",
    "배경훈 부총리, 미국과 기술번영 업무협약 점검회의 주재",
    (
        (
            "배경훈 부총리 겸 과학기술정보통신부 장관이 한미 기술번영 업무협약의 점검회의를 주재했다. "
            "회의에는 관계 부처 담당자들이 참석했다."
        ),
        (
            "참석자들은 다음 분기까지 마칠 일을 정하고, 그 결과를 누리집에 올리기로 했다. "
            "회의는 두 시간 남짓 이어졌고 다음 회의 날짜도 정해졌다."
        ),
        (
            "부총리는 회의를 마치며 늦어진 과제의 이유를 빠짐없이 적어 내라고 당부했다. "
            "담당 부처는 이달 안에 답을 내기로 했다."
        ),
    ),
)


def publish(journey: Journey, slug: str, correction: bool = False) -> str:
    """Publishes one of the demo's articles now; returns its URL."""
    step = STEPS[slug, correction]
    how: Callable[..., str] = journey.fake_outlets.correct if correction else journey.fake_outlets.publish
    return how(step.outlet, step.article)


async def test_a_story_of_both_languages_is_one_card(journey: Journey) -> None:
    now = datetime.now(UTC)
    # it names the pact, and was published before the first reading
    baseline = STEPS["base-seminar-narae", False].article
    journey.fake_outlets.publish("hanbit", baseline, now - timedelta(hours=2))
    journey.fake_outlets.publish("seoul-courier", STEPS["base-ferry", False].article, now - timedelta(hours=3))
    await journey.start()
    assert journey.cards() == []
    assert len(journey.posts()) == 1, "only the subscription is announced"

    url = publish(journey, "plan-signed-hanbit")
    card = await journey.card("이행계획 서명", "한빛경제", url)
    assert journey.cards() == [card]
    assert card["text"].startswith("🔴 MAJOR NEWS: 한미 기술번영 업무협약 이행계획 서명")

    publish(journey, "plan-signed-courier")
    both = await journey.card("1 English", "1 Korean")
    assert both["ts"] == card["ts"], "the same card is edited"
    assert "edited" in both
    await journey.see(lambda: len(journey.replies(card)) == 1, "one reply for the second language")
    assert "sign first action plan" in str(journey.replies(card))

    official = publish(journey, "plan-release")
    await journey.see(lambda: len(journey.replies(card)) == 2, "one reply for the official text")
    assert official in str(journey.replies(card)[1])
    await journey.card("Official text found")
    assert len(journey.cards()) == 1
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_articles_that_only_look_relevant_are_not_posted(journey: Journey) -> None:
    journey.read_only("hanbit", "narae", "saeyeon", "potomac-ledger", "seoul-courier")
    publish(journey, "base-transit")  # a listing without a single article is read as broken
    await journey.start()
    urls = [publish(journey, slug) for slug in TRAPS]
    read = "(SELECT COUNT(*) AS n FROM articles WHERE state = 'read')"
    await journey.settled(f"SELECT n FROM {read} WHERE n >= {len(urls)}")
    journey.fake_outlets.publish("hanbit", LAST)
    await journey.card(LAST.headline)
    assert len(journey.cards()) == 1
    assert "Britain" not in str(journey.posts())


@pytest.mark.parametrize("transport", ["http"])
async def test_restarts_between_two_articles_post_nothing_twice(journey: Journey) -> None:
    await journey.start()
    publish(journey, "plan-signed-hanbit")
    card = await journey.card("이행계획 서명")
    await journey.restart()
    await journey.read_again()
    publish(journey, "plan-signed-courier")
    both = await journey.card("1 English")
    assert both["ts"] == card["ts"]
    await journey.restart()
    await journey.read_again()
    assert len(journey.cards()) == 1
    assert len(journey.posts()) == 2, "one post for the subscription, one for the story"
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_an_article_that_appears_while_the_bot_is_off_is_posted_after_its_start(journey: Journey) -> None:
    await journey.start()
    await journey.stop()
    publish(journey, "plan-signed-hanbit")
    await journey.start()
    await journey.card("이행계획 서명")
    journey.assert_nothing_twice()


async def test_a_post_whose_response_was_lost_is_read_back_and_not_repeated(journey: Journey) -> None:
    """Slack has the message, the connection breaks, the bot stops; the next process reads the channel back."""
    await journey.start()
    fault = journey.slack.faults.drop_after_accept("chat.postMessage", journey.slack.channel("policy"))
    publish(journey, "plan-signed-hanbit")
    card = await journey.card("이행계획 서명")
    await journey.settled("SELECT id FROM deliveries WHERE kind = 'card' AND state = 'unknown'")
    await journey.restart()
    await journey.settled(f"SELECT id FROM deliveries WHERE kind = 'card' AND state = 'sent' AND ts = '{card['ts']}'")
    assert fault.hits == 1
    assert len(journey.cards()) == 1
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_flash_is_marked_and_its_card_becomes_the_whole_article(journey: Journey) -> None:
    journey.read_only("saeyeon")
    await journey.start()
    publish(journey, "plan-flash-saeyeon")
    flash = await journey.card("[속보]", "FLASH")
    publish(journey, "plan-full-saeyeon")
    whole = await journey.card("5개 분야 일정 확정")
    assert whole["ts"] == flash["ts"]
    assert "FLASH" not in str(whole)
    assert len(journey.cards()) == 1


@pytest.mark.parametrize("transport", ["socket"])
async def test_a_correction_is_marked_on_the_card_and_added_in_its_thread(journey: Journey) -> None:
    journey.read_only("narae")
    await journey.start()
    publish(journey, "plan-signed-narae")
    card = await journey.card("이행계획 체결")
    publish(journey, "plan-signed-narae", correction=True)
    corrected = await journey.card("CORRECTED")
    assert corrected["ts"] == card["ts"]
    await journey.see(lambda: "corrected its article" in str(journey.replies(card)), "the correction in the thread")
    assert len(journey.cards()) == 1
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_of_two_cards_whose_stories_are_merged_the_newer_leads_to_the_older(journey: Journey) -> None:
    await journey.start()
    publish(journey, "plan-signed-hanbit")
    older = await journey.card("이행계획 서명")
    journey.fake_outlets.publish("hanbit", LAST)
    newer = await journey.card(LAST.headline)
    store = Store.open(f"sqlite:///{journey.database}")
    try:
        async with store.begin() as c:
            await merge_stories(c, 1, 2, datetime.now(UTC))
    finally:
        await store.close()
    both = await journey.card("articles: 2 Korean")
    assert both["ts"] == older["ts"]
    line = await journey.post("Merged with ST1, an earlier message about the same event:")
    assert line["ts"] == newer["ts"]
    assert f"https://slack.com/archives/{journey.slack.channel('policy')}/p{older['ts'].replace('.', '')}" in str(line)
    assert journey.cards() == [both]
    official = replace(STEPS["plan-signed-hanbit", False].article, slug="official")
    journey.fake_outlets.publish("briefing-room", official)
    await journey.see(lambda: len(journey.replies(both)) == 1, "the reply under the card that stands")
    assert len(journey.cards()) == 1
    assert journey.replies(line) == []
    journey.assert_nothing_twice()


async def test_a_person_merges_two_stories_and_takes_it_back(journey: Journey) -> None:
    await journey.start()
    publish(journey, "plan-signed-hanbit")
    older = await journey.card("이행계획 서명")
    journey.fake_outlets.publish("hanbit", LAST)
    newer = await journey.card(LAST.headline)
    await journey.ask("merge ST1 ST2")
    await journey.post("ST2 is now part of ST1 in every channel of this workspace", "/pact undo 2")
    both = await journey.card("articles: 2 Korean")
    assert both["ts"] == older["ts"]
    line = await journey.post("Merged with ST1, an earlier message about the same event:")
    assert line["ts"] == newer["ts"]
    assert "이미 ST1로 합쳐진" in await journey.ask("병합 ST2 ST1", user="dana")
    await journey.ask("undo 2")
    again = await journey.card(LAST.headline, "articles: 1 Korean")
    assert again["ts"] == newer["ts"]
    await journey.see(lambda: len(journey.cards()) == 2, "both cards as they were")
    assert await journey.rows("SELECT COUNT(*) FROM story_links") == [(0,)]
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["http"])
async def test_a_person_splits_an_article_off_a_story_and_takes_it_back(journey: Journey) -> None:
    await journey.start()
    publish(journey, "plan-signed-hanbit")
    old = await journey.card("이행계획 서명")
    url = publish(journey, "plan-signed-courier")
    both = await journey.card("1 English", "1 Korean")
    assert both["ts"] == old["ts"]
    assert "기사 2건을 모두" in await journey.ask("분리 ST1 1 2", user="dana")
    assert "ST1 has 2 articles" in await journey.ask("split ST1 3")
    await journey.ask(f"split ST1 {url}")
    await journey.post("1 article of ST1 is now ST2 in every channel of this workspace", "/pact undo 2")
    new = await journey.card("first action plan", "articles: 1 English")
    assert new["ts"] != old["ts"]
    left = await journey.card("이행계획 서명", "articles: 1 Korean ·")
    assert (left["ts"], "1 English" in str(left)) == (old["ts"], False)
    assert "split from ST1" in await journey.ask("story ST2")
    assert "ST1에서 분리했습니다" in await journey.ask(f"왜 {url}", user="dana")
    publish(journey, "plan-release")
    await journey.see(lambda: len(journey.replies(left)) + len(journey.replies(new)) >= 1, "the official text")
    await journey.ask("undo 2")
    again = await journey.card("1 Korean", "2 English", "Official text")
    assert again["ts"] == old["ts"]
    line = await journey.post("Merged with ST1, an earlier message about the same event:")
    assert line["ts"] == new["ts"]
    assert journey.cards() == [again]
    assert await journey.rows("SELECT COUNT(*) FROM story_overlays") == [(0,)]
    journey.assert_nothing_twice()


@pytest.mark.parametrize("transport", ["socket"])
async def test_an_edited_title_updates_the_card_and_the_story_keeps_the_old_one(journey: Journey) -> None:
    await journey.start()
    article = STEPS["plan-signed-courier", False].article
    edited = replace(article, headline="Seoul, Washington sign technology deal's action plan in Gyeongju")
    url = publish(journey, "plan-signed-courier")
    card = await journey.card(article.headline, url)
    posts = len(journey.posts())
    journey.fake_outlets.correct("seoul-courier", edited)
    shown = await journey.card(edited.headline, url)
    assert shown["ts"] == card["ts"]
    assert article.headline not in words_of(shown)
    assert f": {edited.headline} — " in shown["text"]
    await journey.settled("SELECT id FROM articles WHERE state = 'read' AND former_headlines != '[]'")
    assert f"KST: {article.headline}" in await journey.ask("story ST1")
    assert (len(journey.posts()), journey.replies(card)) == (posts, [])
    journey.assert_nothing_twice()
