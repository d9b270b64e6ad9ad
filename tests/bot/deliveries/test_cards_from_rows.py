"""A story's card names the outlet that was first and the topics, and is headed in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.deliveries.cards_from_rows import (
    TOPICS_SHOWN,
    _other_articles,
    digest_line,
    may_quote,
    subscription_line,
    subscription_lines,
    topics_of,
)
from bot.model import Topics
from bot.store.schema import articles as articles_table
from bot.stories.facts.text_read import has_vanished, is_corrected
from handlers.blocks.message import render
from handlers.cards.shown import Shown
from tests.support.bot_harness import BotHarness, outlet_named
from tests.support.sample_rows import (
    AT,
    stored_article,
    stored_destination,
    stored_story,
    stored_subscription,
)

OUTLETS = {key: outlet_named(key) for key in ("herald", "times", "ministry")}


def in_minutes(minutes: float) -> dict[str, Any]:
    return {"published_at": AT + timedelta(minutes=minutes)}


# ── of plain rows ──────────────────────────────────────────────────────────────────────────────────────────


def test_only_a_known_outlet_whose_terms_allow_it_is_quoted() -> None:
    outlets = {"herald": outlet_named("herald"), "shy": outlet_named("shy", text_allowed=False)}
    assert [may_quote(key, outlets) for key in ("herald", "shy", "gone")] == [True, False, False]


def test_at_most_eight_topics_are_shown_the_most_specific_first() -> None:
    topics = Topics(True, ("uk",), ("Kratsios",), ("ai", "bio", "data", "nuclear", "quantum", "space"))
    assert TOPICS_SHOWN == 8
    shown = ("pact", "uk", "Kratsios", "ai", "bio", "data", "nuclear", "quantum")
    assert topics_of(stored_story(topics=topics)) == shown
    assert topics_of(stored_story(topics=replace(topics, pact=False))) == (*shown[1:], "space")


def test_a_line_has_the_storys_own_words_unless_another_article_heads_it() -> None:
    story = stored_story(headline="As corrected", url="https://herald.example/" + str(1))
    english, korean = (
        stored_article(1),
        stored_article(2, outlet="times", language="ko", headline="양자", **in_minutes(5)),
    )
    own = digest_line(story, [english, korean], OUTLETS, "en")
    assert (own.headline, own.headline_language, own.url) == ("As corrected", "en", story.url)
    assert (own.outlet, own.published_at, own.articles, own.story) == ("Herald", AT, 2, "ST1")
    other = digest_line(story, [english, korean], OUTLETS, "ko")
    assert (other.headline, other.headline_language, other.url) == ("양자", "ko", korean.url)
    assert (other.outlet, other.published_at) == ("Times", korean.published_at)
    bare = digest_line(story, [], {}, "en")
    assert (bare.headline, bare.outlet, bare.published_at) == ("As corrected", "herald", None)


@pytest.mark.parametrize(
    ("cadence", "at", "weekday"),
    [("instant", None, None), ("hourly", None, None), ("daily", "08:30", None), ("weekly", "08:30", "mon")],
)
def test_a_subscription_shows_the_time_and_weekday_of_its_cadence(
    cadence: str, at: str | None, weekday: str | None
) -> None:
    line = subscription_line(stored_subscription(cadence=cadence), stored_destination(), 0, AT)
    assert (line.at, line.weekday) == (at, weekday)


def test_an_ended_subscription_shows_its_own_state_and_an_active_one_its_channels() -> None:
    for own, channel, shown in (
        ("ended", "active", "ended"),
        ("active", "away", "away"),
        ("active", "active", "active"),
    ):
        line = subscription_line(stored_subscription(state=own), stored_destination(state=channel), 0, AT)
        assert line.state == shown


def test_a_subscription_younger_than_the_week_counts_from_its_start() -> None:
    for age_seconds, is_new in ((-1, True), (0, False)):
        subscription = stored_subscription(created_at=AT - timedelta(seconds=age_seconds))
        assert subscription_line(subscription, stored_destination(), 0, AT).is_new is is_new


# ── of stored rows ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_subscription_counts_the_stories_of_its_last_seven_days(harness: BotHarness) -> None:
    subscription = await harness.subscribe("zeppelin")
    await harness.publish("herald", "A zeppelin over the river", "A zeppelin flew over the Han river.")
    destination = await harness.channel()
    async with harness.store.read() as c:
        for age, count in ((timedelta(days=7), 1), (timedelta(days=7, seconds=1), 0)):
            (line,) = await subscription_lines(c, [subscription], {destination.id: destination}, harness.at + age)
            assert line.week_count == count


async def test_a_card_says_which_outlet_was_first_and_by_how_long(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    started_at = harness.at
    for minutes, key in ((0, "herald"), (25, "times")):
        at = started_at + timedelta(minutes=minutes)
        await harness.publish(
            key, "A zeppelin over the river", f"A zeppelin flew over the Han river, {key} saw.", at=at
        )
    await harness.edits()
    (card,) = harness.cards()
    assert (card.first_outlet, card.first_by_minutes) == ("Herald", 25)


async def test_a_card_lists_its_other_articles_and_marks_what_became_of_them(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    started_at = harness.at
    for minutes, key in ((0, "herald"), (25, "times"), (50, "shy")):
        at = started_at + timedelta(minutes=minutes)
        text = f"A zeppelin flew over the Han river, {key} saw."
        await harness.publish(key, "A zeppelin over the river", text, at=at)
    async with harness.store.begin() as c:
        gone = update(articles_table).where(articles_table.c.outlet == "times").values(state="gone", corrected=True)
        await c.execute(gone)
        await c.execute(update(articles_table).where(articles_table.c.outlet == "shy").values(corrected=True))
    await harness.deliver()
    (card,) = harness.cards()
    assert [(other.outlet, other.mark) for other in card.also] == [("Times", "gone"), ("Shy", "corrected")]
    assert (card.corrected, card.gone, card.also_more) == (False, False, 0)
    english, korean = (render(Shown(card, language)).plain for language in ("en", "ko"))
    assert english.startswith("<https://")
    assert "Times removed its article: <" in english
    assert "Shy corrected its article: <" in english
    assert "Times가 기사를 삭제했습니다: <" in korean
    assert "Shy가 기사를 정정했습니다: <" in korean


def test_a_line_names_the_outlet_of_another_article_that_was_corrected_or_removed() -> None:
    heading = stored_article(1, outlet="herald", language="en")
    corrected = stored_article(2, outlet="times", language="ko", corrected=True)
    gone = stored_article(3, outlet="shy", language="ko", corrected=True, state="gone")
    story = stored_story(headline=heading.headline, url=heading.url, language="en")
    line = digest_line(story, [heading, corrected, gone], OUTLETS, "en")
    assert (line.corrected, line.gone) == (False, False)
    assert [(each.outlet, each.mark) for each in line.changed] == [("Times", "corrected"), ("shy", "gone")]
    own = digest_line(story, [heading, corrected, gone], OUTLETS, "ko")
    assert (own.corrected, [each.mark for each in own.changed]) == (True, ["gone"])


def test_a_corrected_article_is_listed_although_more_are_left_out() -> None:
    of_story = [stored_article(number, outlet="herald") for number in range(1, 9)]
    of_story[7] = replace(of_story[7], corrected=True)
    also = _other_articles(of_story, of_story[0], OUTLETS)
    assert [other.mark for other in also["also"]] == ["", "", "", "", "corrected"]
    assert (also["corrected"], also["also_more"]) == (False, 2)


async def test_an_outlets_own_mark_is_not_repeated_by_the_cards_label(harness: BotHarness) -> None:
    await harness.subscribe("zeppelin")
    text = "A zeppelin flew over the Han river on Monday, the city said."
    await harness.publish("herald", "Correction: A zeppelin over the river", text)
    await harness.publish("times", "CORRECTED - A zeppelin over the river", text, at=harness.at + timedelta(minutes=9))
    await harness.deliver()
    (card,) = harness.cards()
    assert (card.corrected, card.headline) == (True, "Correction: A zeppelin over the river")
    assert card.bare_headline == "A zeppelin over the river"
    assert [(other.headline, other.mark) for other in card.also] == [("A zeppelin over the river", "corrected")]
    shown = render(Shown(card, "en"))
    assert "[CORRECTED] <https://" in shown.plain
    assert "Correction:" not in shown.plain
    assert shown.text.startswith("Correction: A zeppelin")


def test_a_line_says_once_that_its_article_is_corrected() -> None:
    article = stored_article(1, headline="[정정] 양자", language="ko")
    line = digest_line(stored_story(headline="[정정] 양자", url=article.url), [article], OUTLETS, "ko")
    assert (line.headline, line.corrected) == ("양자", True)


@pytest.mark.parametrize(
    ("facts", "vanished", "corrected"),
    [
        ({}, False, False),
        ({"corrected": True}, False, True),
        ({"headline": "[정정] 양자"}, False, True),
        ({"corrected": True, "state": "gone"}, True, False),
        ({"state": "gone"}, False, False),
    ],
)
def test_a_page_has_vanished_where_it_was_told_before(facts: dict[str, Any], vanished: bool, corrected: bool) -> None:
    article = stored_article(1, **facts)
    assert (has_vanished(article), is_corrected(article)) == (vanished, corrected)


async def test_a_card_is_headed_by_a_readable_article_in_the_channels_language(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    korean = "한미 기술번영 업무협약(MOU) 체결"
    await harness.publish(
        "ilbo",
        korean,
        "한국과 미국이 월요일 경주에서 인공지능, 양자, 우주를 아우르는 한미 기술번영 업무협약에 서명했다.",
    )
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [korean]
    english = "Korea and the United States sign Technology Prosperity Deal"
    await harness.publish(
        "herald",
        english,
        "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal in Gyeongju on Monday. "
        "It covers artificial intelligence, quantum computing and space.",
    )
    await harness.edits()
    (card,) = harness.cards()
    assert (card.headline, card.corrected, card.flash) == (english, False, False)
    assert card.lead.text.startswith("South Korea and the United States signed"), "the heading article's own sentence"
