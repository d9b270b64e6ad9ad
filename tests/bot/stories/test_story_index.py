"""A report is placed into the story of its event: by identity, by copy, or by evidence that outweighs the rest."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.stories.clustering import place, stories_by_date, stories_in_order
from bot.stories.evidence import EVIDENCE
from bot.stories.periods import period
from bot.stories.placement import Placement
from bot.stories.postings import MAX_POSTINGS
from bot.stories.recent_story import STORY_DAYS, WINDOW_DAYS
from bot.stories.report import Report
from bot.stories.story_index import StoryIndex
from bot.stories.weighed import weigh
from tests.support.reports import (
    EVENING,
    PREVIEW_EN,
    PREVIEW_KO,
    SIGNED_KO,
    UK_SIGNED,
    pact_report,
    report,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHIPS_KO = (
    "삼성전자, 엔비디아에 HBM4 첫 공급…26만 장 규모",
    "삼성전자가 엔비디아에 6세대 고대역폭메모리 HBM4를 처음 공급한다. 물량은 26만 장, 계약액은 12조원이다.",
)
CHIPS_EN = (
    "Samsung wins first HBM4 order from Nvidia",
    "Samsung Electronics will supply Nvidia with HBM4 memory in a 12 trillion won contract for 260,000 units.",
)
CHIPS_RIVAL = (
    "SK hynix breaks ground on Indiana packaging plant",
    "SK hynix broke ground on a $3.9 billion packaging plant in West Lafayette, Indiana.",
)


def index_of(*stories: tuple[Report, int]) -> StoryIndex[int]:
    index: StoryIndex[int] = StoryIndex()
    for each, story in stories:
        index.add(each, story)
    return index


def held_by(index: StoryIndex[int]) -> dict[str, Any]:
    """What an index keeps that is not empty; the logarithms that it has computed aside."""
    counts, sentences = index._counts.__dict__, index._counts._sentences.__dict__
    every = index.__dict__ | counts | sentences | {"by_feature": index._postings._by_feature}
    names = ("_stories", "_by_number", "_of_report", "_merged_into", "_by_identity", "_by_hour", "by_feature")
    return {name: every[name] for name in (*names, "_stories_with", "_buckets", "_repeats") if every[name]}


def placement(given: Report, *stories: tuple[Report, int]) -> Placement[int]:
    return index_of(*stories).find(given)


def test_one_event_in_two_languages_is_one_story_by_names_and_figures() -> None:
    korean, english = report(CHIPS_KO), report(CHIPS_EN, EVENING + HOUR, "en")
    found = placement(english, (korean, 4), (report(CHIPS_RIVAL, language="en"), 5))
    assert found.story == 4
    assert found.score is not None
    assert found.score.twin == korean.id
    added = dict(zip(EVIDENCE, found.score.added, strict=True))
    assert added["figures_sum"] > 0
    assert added["places_share"] > 0


def test_the_evening_preview_in_both_languages_is_one_story() -> None:
    english = pact_report(PREVIEW_EN, EVENING + 2 * HOUR, "en")
    assert placement(english, (pact_report(PREVIEW_KO), 91)).story == 91


def test_the_signing_of_the_next_day_is_another_event_than_its_preview() -> None:
    signed = pact_report(SIGNED_KO, EVENING + 12 * HOUR)
    assert placement(signed, (pact_report(PREVIEW_KO), 91)).story is None


def test_a_sister_pact_never_joins_the_korean_one_however_alike() -> None:
    korean = report(UK_SIGNED, language="en", pact=True)
    british = report((UK_SIGNED[0] + " today", UK_SIGNED[1] + " It took a year."), EVENING, "en", sister_pact=("uk",))
    assert placement(british, (korean, 1)).story is None
    assert placement(replace(british, topics=korean.topics), (korean, 1)).story == 1


def test_the_same_article_joins_whatever_its_words_and_age() -> None:
    first = report(("한 줄 제목", "첫 글"), identities=("wire:AKR20251029000100001", "url:https://a.example/1"))
    copy = report(("다른 제목", "다른 글"), EVENING + 20 * DAY, identities=("wire:AKR20251029000100001",))
    assert placement(copy, (first, 7)) == Placement(7, same_article=True)
    hashed = report(("가", "나"), content_hash="00ff")
    assert placement(replace(hashed, id="copy", headline="다"), (hashed, 8)).story == 8


def test_a_wire_copy_with_another_headline_is_the_same_article_and_shared_stock_sentences_are_not() -> None:
    stock = "두 나라는 지난해 협약을 맺었다. 분과별 협의가 이어지고 있다. 업계는 공급망을 걱정한다."
    wire = f"제주 해녀가 쓴 수중 통신기가 12일 첫선을 보였다. 음파로 300m까지 닿는다. {stock}"
    first = report(("해녀 통신기 첫선", wire))
    copy = placement(report(("제주 해녀, 통신기 쓴다", wire), EVENING + HOUR), (first, 3))
    assert (copy.same_article, copy.repeats, copy.repeated) == (True, "text", first.id)
    other = report(("부산 시장 어묵 로봇 등장", f"부산의 어묵 가게가 로봇을 들였다. {stock}"))
    assert placement(other, (first, 3)).story is None


def test_nearly_the_same_headline_over_another_text_is_named_as_such() -> None:
    first = report(("제주 해녀 수중 통신기 12일 첫선", "해녀가 물속에서 말을 주고받는다."))
    later = report(("제주 해녀 수중 통신기 12일 첫선 보여", "파도 소리에도 끊기지 않는다고 한다."))
    edited = placement(later, (first, 3))
    assert (edited.story, edited.repeats, edited.repeated) == (3, "headline", first.id)


@pytest.mark.parametrize(("days", "story"), [(WINDOW_DAYS, 3), (WINDOW_DAYS + 0.01, None)])
def test_a_report_joins_within_three_days_of_a_report_of_its_story(days: float, story: int | None) -> None:
    later = replace(report(CHIPS_KO, EVENING + days * DAY), content_hash="")
    index = index_of((report(CHIPS_KO), 3))
    assert index._stories[3].is_near(weigh(later, {})) is (story is not None)


@pytest.mark.parametrize(("days", "is_near"), [(STORY_DAYS, True), (STORY_DAYS + 0.01, False)])
def test_a_story_takes_reports_for_four_days_after_its_first(days: float, is_near: bool) -> None:
    index = index_of((report(CHIPS_KO), 3), (report(CHIPS_KO, EVENING + 2 * DAY), 3))
    assert index._stories[3].is_near(weigh(report(CHIPS_KO, EVENING + days * DAY), {})) is is_near


def test_an_undated_report_finds_its_story_by_words() -> None:
    start, end = period(None)
    undated = report(CHIPS_KO, start, published_until=end)
    assert stories_by_date([undated, first := report(CHIPS_KO)])[undated.id] == str(first.id)


def test_a_report_that_links_two_stories_merges_them() -> None:
    index = index_of((report(CHIPS_KO), 4), (report(CHIPS_EN, EVENING + HOUR, "en"), 5))
    both = report(
        (
            "삼성 HBM4 26만 장, 엔비디아로 간다",
            "삼성전자(Samsung)의 HBM4 26만 장이 엔비디아(Nvidia)에 납품된다. 12조원 계약이다.",
        ),
        EVENING + 2 * HOUR,
    )
    found = place(index, both, 6)
    assert {found.story, *found.merged} == {4, 5}
    assert len({index.story_of(report_id) for report_id in index._of_report}) == 1


def test_a_merged_story_answers_to_both_ids_and_takes_further_reports_under_either() -> None:
    first, second, third = report(CHIPS_KO), report(CHIPS_EN, language="en"), report(CHIPS_RIVAL)
    index = index_of((first, 4), (second, 5))
    index.merge(4, 5)
    index.merge(4, 5)
    index.add(third, 5)
    assert [index.story_of(each.id) for each in (first, second, third)] == [4, 4, 4]
    index.forget_before(EVENING + 30 * DAY)
    assert len(index) == 0


def test_forgetting_bounds_what_an_index_holds_and_takes_back_what_it_counted() -> None:
    index: StoryIndex[int] = StoryIndex()
    for at in range(60):
        index.add(report((f"사건 {at} 소식 전해져 {at * 7}", "글"), EVENING + at * HOUR), at)
    index.forget_before(EVENING + 30 * HOUR)
    assert len(index) == 30
    index.forget_before(EVENING + 30 * DAY)
    assert (len(index), held_by(index), index._counts._log_all) == (0, {}, StoryIndex[int]()._counts._log_all)


def test_forgetting_a_merged_story_leaves_nothing_of_either() -> None:
    index = index_of((report(CHIPS_KO), 4), (report(CHIPS_EN, EVENING + HOUR, "en"), 5), (report(CHIPS_RIVAL), 6))
    index.merge(4, 5)
    index.merge(6, 4)
    index.forget_before(EVENING + 30 * DAY)
    assert (len(index), held_by(index)) == (0, {})


def test_a_changed_report_replaces_its_older_self() -> None:
    flash = report(("[속보] 한미 업무협약 체결", ""), flash=True)
    index = index_of((flash, 5))
    index.add(replace(flash, headline="한미 업무협약 체결…AI 협력 넓힌다", flash=False), 6)
    assert len(index) == 1
    assert index.story_of(flash.id) == 6


def test_under_a_feature_only_the_newest_stories_are_held() -> None:
    index: StoryIndex[int] = StoryIndex()
    for at in range(MAX_POSTINGS + 10):
        index.add(report(("엔비디아 소식", ""), EVENING + at * HOUR), at)
    assert max(len(index._postings.under(feature)) for feature in index._postings._by_feature) == MAX_POSTINGS


def test_stories_by_date_do_not_depend_on_the_order_given() -> None:
    pile = [
        pact_report(PREVIEW_KO),
        pact_report(PREVIEW_EN, EVENING + HOUR, "en"),
        report(UK_SIGNED, language="en"),
        report(CHIPS_KO),
        report(CHIPS_EN, EVENING + HOUR, "en"),
    ]
    expected = stories_by_date(pile)
    shuffled = random.Random(3)
    for _ in range(5):
        shuffled.shuffle(pile)
        assert stories_by_date(pile) == expected


def test_placing_a_report_twice_changes_nothing() -> None:
    korean, english = report(CHIPS_KO), report(CHIPS_EN, EVENING + HOUR, "en")
    once = stories_in_order([korean, english])
    assert stories_in_order([korean, english, korean]) == once


def test_an_index_that_is_filled_again_from_what_was_stored_decides_the_same() -> None:
    reports = [
        pact_report(PREVIEW_KO),
        report(CHIPS_KO),
        report(CHIPS_EN, EVENING + HOUR, "en"),
        pact_report(PREVIEW_EN, EVENING + HOUR, "en"),
        report(CHIPS_RIVAL, EVENING + HOUR, "en"),
    ]
    whole = stories_in_order(reports)
    for cut in range(1, len(reports)):
        before: StoryIndex[str] = StoryIndex()
        for each in reports[:cut]:
            place(before, each, str(each.id))
        after: StoryIndex[str] = StoryIndex()
        for each in reports[:cut]:
            after.add(each, before.story_of(each.id))
        for each in reports[cut:]:
            place(after, each, str(each.id))
        assert {each.id: after.story_of(each.id) for each in reports} == whole


def test_a_suspension_is_one_story_in_both_languages_and_the_restart_another() -> None:
    day = datetime(2025, 12, 16, 3, tzinfo=UTC)
    uk: dict[str, Any] = {"sister_pact": ("uk",), "sectors": ("ai", "nuclear")}
    english = report(
        ("US suspends tech prosperity deal with Britain", "Washington put the deal on hold over a digital tax."),
        day, "en", **uk,
    )  # fmt: skip
    korean = report(("미국, 영국과 맺은 기술번영 합의 중단", "디지털세 이견으로 합의가 멈췄다."), day, **uk)
    restart = report(
        ("US-UK tech deal talks resume with nuclear projects", "Officials returned to the paused deal."),
        day + 30 * HOUR, "en", **uk,
    )  # fmt: skip
    labels = stories_by_date([restart, korean, english])
    assert labels[english.id] == labels[korean.id] != labels[restart.id]
