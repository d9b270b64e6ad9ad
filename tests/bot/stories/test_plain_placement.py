"""The index decides as a plain reading of the rules does, which looks at every story and counts everything anew."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from math import log

import pytest

from bot.stories.clustering import place
from bot.stories.copies import has_same_headline, is_copy
from bot.stories.evidence import agreement
from bot.stories.features.article_features import SENTENCE, SHIFT, WORD, counted_features, topic_features
from bot.stories.features.background import common_features
from bot.stories.placement import MOST_NEIGHBOURS, NEAR
from bot.stories.rarity import BACKGROUND_STORIES
from bot.stories.recent_story import MAX_SAMPLE, STORY_DAYS, WINDOW_DAYS
from bot.stories.report import Report
from bot.stories.scoring import ENOUGH, HOPELESS, LEAST_SPECIFICS, are_of_rival_pacts
from bot.stories.story_index import StoryIndex
from bot.stories.weighed import MICROSECONDS_A_DAY, Weighed, days_apart, weigh
from bot.stories.weights import built_in_weights
from tests.support.reports import EVENING, report

PILE = 11
SEEDS = range(12)
NAMES = ("삼성전자", "엔비디아", "현대차", "한화오션", "Samsung Electronics", "Nvidia", "Hyundai Motor", "Hanwha Ocean")
KOREAN = "공급 계약 공장 착공 수주 물량 반도체 조선소 투자 발표 규모 양산 시험 첫 올해 미국 정부 협상 타결 서명"
ENGLISH = "supply contract plant opens order volume chips shipyard investment announces first tests talks deal signs"
WORDS = {"ko": KOREAN.split(), "en": ENGLISH.split()}
WEIGHTS = built_in_weights()


@dataclass
class PlainStory:
    id: int
    reports: list[Weighed] = field(default_factory=list)

    @property
    def features(self) -> set[int]:
        return {feature for entry in self.reports for feature in entry.features}

    @property
    def sample(self) -> list[Weighed]:
        return self.reports if len(self.reports) <= MAX_SAMPLE else [self.reports[0], *self.reports[1 - MAX_SAMPLE :]]


class PlainIndex:
    """Every story, without an index, a count or anything kept."""

    def __init__(self) -> None:
        self.stories: list[PlainStory] = []

    def rarities(self, features: Iterable[int]) -> dict[int, float]:
        counts = Counter(feature for story in self.stories for feature in story.features)
        every = log(len(self.stories) + BACKGROUND_STORIES + 1)
        older = common_features()
        return {
            each: max(0.0, 1 - log(counts[each] + BACKGROUND_STORIES * older.get(each, 0.0) + 1) / every)
            for each in features
        }

    def weighed(self, given: Report, features: Iterable[int]) -> Weighed:
        topics = topic_features(given.topics.officials, given.topics.sectors)
        evidence = (feature for feature in features if feature >> SHIFT != WORD)
        return weigh(given, self.rarities({*evidence, *topics}))

    def value(self, entry: Weighed, others: list[Weighed]) -> tuple[float, int]:
        """Half the mean of the scores and half the best, and the most specifics."""
        if any(are_of_rival_pacts(entry, other) for other in others):
            return -99.0, 0
        pairs = [(agreement(entry, self.rarities(entry.features), other), other) for other in others]
        scores = []
        for found, other in pairs:
            weights = WEIGHTS.of(same_language=entry.language == other.language)
            scores.append(sum(weight * value for weight, value in zip(weights, found.evidence, strict=True)))
        if sum(scores[:ENOUGH]) / ENOUGH < WEIGHTS.join_at - HOPELESS:
            scores, pairs = scores[:ENOUGH], pairs[:ENOUGH]
        return (sum(scores) / len(scores) + max(scores)) / 2, max(found.specifics for found, _ in pairs)

    def is_near(self, entry: Weighed, story: PlainStory) -> bool:
        if (entry.start - story.reports[0].end) / MICROSECONDS_A_DAY > STORY_DAYS:
            return False
        return any(days_apart(entry, other) <= WINDOW_DAYS for other in story.sample)

    def find(self, given: Report) -> tuple[set[int], tuple[int, ...]]:
        """The stories that the report may join, none for a new one, and those that are merged with it."""
        whole = self.weighed(given, given.fingerprint)
        near = [story for story in self.stories if self.is_near(whole, story)]
        same = {
            story.id
            for story in near
            if any(is_copy(whole, each) or has_same_headline(whole, each) for each in story.sample)
        }
        if same:
            return same, ()
        known = {feature for story in self.stories for feature in story.features if feature >> SHIFT == SENTENCE}
        news = self.weighed(given, counted_features(given.fingerprint, known.__contains__))
        scored = sorted(((self.value(news, story.sample), story) for story in near), key=lambda pair: -pair[0][0])
        joined = next((story for found, story in scored if joins(*found)), None)
        if joined is None:
            return set(), ()
        others = [(found, story) for found, story in scored if story is not joined]
        return {joined.id}, tuple(self.merged(joined, whole, others))

    def merged(
        self, story: PlainStory, whole: Weighed, others: list[tuple[tuple[float, int], PlainStory]]
    ) -> Iterable[int]:
        reports = [*story.reports, whole]
        for (mean, _), other in others[:MOST_NEIGHBOURS]:
            if mean >= WEIGHTS.join_at - NEAR:
                few, many = sorted((reports, other.reports), key=len)
                scores = [self.value(entry, many[-MAX_SAMPLE:]) for entry in few[-MAX_SAMPLE:]]
                if joins(sum(each for each, _ in scores) / len(scores), max(count for _, count in scores)):
                    yield other.id
                    reports = [*reports, *other.reports]

    def take(self, given: Report, story_id: int, merged: tuple[int, ...]) -> None:
        """Carries out what was decided."""
        entry = self.weighed(given, given.fingerprint)
        story = next((each for each in self.stories if each.id == story_id), None)
        if story is None:
            self.stories.append(story := PlainStory(story_id))
        story.reports.append(entry)
        for other in [each for each in self.stories if each.id in merged]:
            self.stories.remove(other)
            story.reports += other.reports
        story.reports.sort(key=lambda each: (each.start, str(each.id)))


def joins(mean: float, specifics: int) -> bool:
    return mean >= WEIGHTS.join_at and specifics >= LEAST_SPECIFICS


def pile(dice: random.Random) -> list[Report]:
    """Reports of four events in both languages, some within hours and some days apart."""
    events = [(dice.randrange(4), dice.randrange(6, 90)) for _ in range(4)]
    made, stock = [], "업계는 공급망을 걱정한다."
    for _ in range(PILE):
        name, figure = dice.choice(events)
        language = dice.choice(("ko", "en"))
        words = [dice.sample(WORDS[language], 4) for _ in range(3)]
        money = f"{figure}억 달러" if language == "ko" else f"${figure / 10:g} billion"
        first, *rest = (" ".join([NAMES[name + 4 * (language == "en")], *some, money]) for some in words)
        text = ". ".join([*rest, stock] if dice.random() < 0.3 else rest)
        at = EVENING + timedelta(hours=dice.choice((0, 2, 9, 30, 71, 73, 100)))
        made.append(report((first, text), at, language, sectors=("chips",) if dice.random() < 0.5 else ()))
    return made


@pytest.mark.parametrize("seed", SEEDS)
def test_the_index_decides_as_a_plain_reading_of_the_rules(seed: int) -> None:
    index, plain = StoryIndex[int](), PlainIndex()
    for number, each in enumerate(pile(random.Random(seed))):
        expected, expected_merged = plain.find(each)
        found = place(index, each, number)
        assert found.story in expected if expected else found.story is None
        assert set(found.merged) == set(expected_merged)
        plain.take(each, number if found.story is None else found.story, found.merged)
    assert len(plain.stories) < PILE
