"""The compact structures of the window hold the same as plain lists and sets, and each of them is bounded."""

from __future__ import annotations

import random
from array import array
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from bot.stories.features.article_features import FIGURE, HEAD, HEAD_SOUND, NAME, SHIFT, SOUND
from bot.stories.known_sentences import KnownSentences
from bot.stories.placement import PATIENCE, score_candidates
from bot.stories.postings import _TRIM_AT, MAX_POSTINGS, MAX_VOTES, Postings
from bot.stories.story_index import MAX_CANDIDATES, StoryIndex
from bot.stories.weighed import Weighed, evidence_of, weigh
from bot.stories.weights import built_in_weights
from tests.support.reports import EVENING, SIGNED_KO, report

FIRST = HEAD << SHIFT
HOUR = timedelta(hours=1)


def test_sentences_are_a_multiset() -> None:
    dice, sentences, plain = random.Random(5), KnownSentences(), Counter[int]()
    for _ in range(4_000):
        sentence = dice.choice((7, 7 + (1 << 15), dice.randrange(1 << 28)))
        if plain[sentence] and dice.random() < 0.5:
            plain[sentence] -= 1
            sentences.remove(sentence)
        else:
            plain[sentence] += 1
            sentences.update([sentence])
        assert (sentence in sentences) == (plain[sentence] > 0)
    for sentence in list(plain.elements()):
        sentences.remove(sentence)
    assert (sentences._buckets, sentences._repeats) == ({}, {})


def test_only_some_kinds_are_listed_each_under_its_newest_stories() -> None:
    postings = Postings()
    for story in range(_TRIM_AT + 3):
        postings.add(array("I", (FIRST, SOUND << SHIFT, HEAD_SOUND << SHIFT)), story)
        assert postings.under(FIRST) == list(range(story + 1))[-MAX_POSTINGS:]
    assert len(postings.under(HEAD_SOUND << SHIFT)) == MAX_POSTINGS
    assert postings.under(SOUND << SHIFT) == []
    assert max(len(held) for held in postings._by_feature.values() if isinstance(held, array)) <= _TRIM_AT


def test_stories_are_removed_and_take_the_place_of_merged_ones() -> None:
    postings = Postings()
    for story in (1, 2, 3):
        postings.add(array("I", (FIRST, FIRST + story)), story)
    postings.rename([FIRST, FIRST + 3], 3, 2)
    assert (postings.under(FIRST), postings.under(FIRST + 3)) == ([1, 2], [2])
    postings.remove([FIRST, FIRST + 1], 1)
    assert (postings.under(FIRST), postings.under(FIRST + 1)) == ([2], [])
    postings.rename([FIRST], 2, 9)
    assert postings.under(FIRST) == [9]


def test_what_both_languages_share_finds_a_story_before_words_do() -> None:
    postings = Postings()
    figure, name, words = FIGURE << SHIFT, NAME << SHIFT, [FIRST + number for number in range(5)]
    postings.add(array("I", (*words[:3],)), 1)
    postings.add(array("I", (figure,)), 2)
    postings.add(array("I", (name,)), 3)
    rarities = dict.fromkeys((*words, figure, name), 1.0)
    features = array("I", sorted(rarities))
    assert list(postings.most_alike(features, rarities)) in ([2, 1, 3], [2, 3, 1])
    assert list(postings.most_alike(array("I"), {})) == []


def test_a_search_reads_a_bounded_number_of_postings_the_most_telling_first() -> None:
    postings = Postings()
    features = array("I", range(FIRST, FIRST + 40))
    for feature in features:
        for story in range(MAX_POSTINGS):
            postings.add(array("I", (feature,)), (feature - FIRST) * MAX_POSTINGS + story)
    found = list(postings.most_alike(features, {feature: (feature - FIRST) / 40 for feature in features}))
    assert len(found) <= MAX_VOTES
    assert found[0] // MAX_POSTINGS == 39


def test_an_index_that_is_filled_at_once_holds_what_one_by_one_gives() -> None:
    dice = random.Random(3)
    words = ("삼성", "엔비디아", "현대차", "한화", "계약", "공장", "착공", "수주", "시험", "양산")
    headlines = (" ".join(dice.sample(words, 4)) + f" {dice.randrange(9, 40)}억 달러" for _ in range(60))
    reports = [
        report((headline, "업계는 걱정한다."), EVENING + at * HOUR, sectors=("chips",))
        for at, headline in enumerate(headlines)
    ]
    placed = [(each, dice.randrange(25)) for each in reports]
    one_by_one, at_once = StoryIndex[int](), StoryIndex[int]()
    kept: list[tuple[Weighed, int]] = []
    for each, story in placed:
        one_by_one.add(each, story)
        kept.append((one_by_one._stories[story].reports[-1], story))
    at_once.fill(kept)
    assert at_once._counts._stories_with == one_by_one._counts._stories_with
    assert at_once._counts._log_all == one_by_one._counts._log_all
    assert at_once._counts._sentences.__dict__ == one_by_one._counts._sentences.__dict__
    listed = one_by_one._postings._by_feature
    assert {feature: set(at_once._postings.under(feature)) for feature in at_once._postings._by_feature} == {
        feature: set(one_by_one._postings.under(feature)) for feature in listed
    }
    for each in reports:
        assert at_once.story_of(each.id) == one_by_one.story_of(each.id)
    new = report(SIGNED_KO, EVENING + 61 * HOUR)
    assert at_once.find(new) == one_by_one.find(new)


def test_a_report_whose_sums_were_not_stored_is_weighed_when_it_is_read() -> None:
    given = report(SIGNED_KO)
    entry = weigh(given, dict.fromkeys(evidence_of(given), 1.0))
    at_once, one_by_one = StoryIndex[int](), StoryIndex[int]()
    entry.sums = array("f")
    at_once.fill([(entry, 1)])
    assert sum(entry.sums) > 0
    entry.sums = array("f")
    one_by_one.add_weighed(entry, 1)
    assert sum(entry.sums) > 0


def test_scoring_stops_after_some_stories_in_a_row_that_are_far_off() -> None:
    index: StoryIndex[int] = StoryIndex(replace(built_in_weights(), join_at=99.0))
    for number in range(20):
        index.add(report((f"엔비디아 소식 {number}번째 {number * 97}", ""), EVENING + number * HOUR), number)
    new = report(("엔비디아 전혀 다른 이야기", ""), EVENING + 20 * HOUR)
    whole, rarities = index._whole(new)
    candidates = index._candidates(whole, rarities)
    assert len(candidates) == MAX_CANDIDATES
    assert len(score_candidates(whole, rarities, candidates, replace(built_in_weights(), join_at=99.0))) == PATIENCE
