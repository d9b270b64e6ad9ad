"""Fixtures of the story benchmark: synthetic news in two languages from a seeded generator, and the machine's name.

Words follow Zipf's law over made-up vocabularies, one word in a hundred is met nowhere else. An event has its own rare
words, names of the gazetteer, figures and fields; its reports repeat a part of them, each with words of its own. Most
events have one report, few have ten.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import pytest

from bot.model import Topics
from bot.stories.features.article_features import features_of
from bot.stories.features.gazetteer import BUILT_IN
from bot.stories.report import Report

SEED = 20251029
BEGIN = datetime(2025, 10, 21, tzinfo=UTC)
WINDOW_DAYS = 8
VOCABULARY = 30_000
SYLLABLES = (
    "가각간감강개거건검결경계고공과관광교구국권규근금기길김나남내노농단담당대도독동두등라력령로록론류리림마만매면명모목무문물"
    "미민바반발방배백변별병보복본부북분비사산살삼상색생서석선설성세소속손송수순술시식신실심안암애약양어언업여역연열영예오온외"
    "요용우운원위유육음의인일임입자작장재저적전절점정제조족종좌주준중지직진질집차착찬책처천철청체초총최추축충취치친침타탁탄태"
    "택토통투특판편평포폭표품풍피필하학한할함합항해핵행향허현협형혜호혼화환활황회효후훈"
)
PARTICLES = ("은", "는", "이", "가", "을", "를", "의", "에", "에서", "으로", "와", "과", "도", "까지", "", "", "")
ENDINGS = ("했다.", "밝혔다.", "전했다.", "설명했다.", "논의했다.", "예정이다.")
SOUNDS = (
    "b br c d dr f g gr h j k l m n p pr r s sh st t tr v w",
    "a e i o u ea ou",
    "b ck d l m n nd ng nt r rd s st t",
)
ONSETS, VOWELS, CODAS = (sounds.split() for sounds in SOUNDS)
OFFICIALS = tuple(f"Official {number}" for number in range(40))
SECTORS = ("ai", "quantum", "space", "telecom", "nuclear", "bio", "chips", "ships")
OUTLETS = tuple(f"outlet{number}" for number in range(60))
STORY_SIZES, SIZE_WEIGHTS = (1, 2, 3, 4, 6, 10), (60, 18, 9, 6, 4, 3)


@dataclass(frozen=True, slots=True)
class SyntheticArticle:
    """One made-up article and the event that it reports."""

    number: int
    event: int
    language: str
    outlet: str
    headline: str
    text: str
    at: datetime
    topics: Topics

    def report(self, fingerprint: Any) -> Report:
        """The article as the story engine sees it."""
        url = f"https://{self.outlet}.example/news/2025/10/{self.number}"
        return Report(
            id=self.number, headline=self.headline, language=self.language, outlet=self.outlet, published_at=self.at,
            seen_at=self.at, topics=self.topics, identities=(f"url:{url}",), content_hash=f"{self.number:064x}",
            fingerprint=fingerprint,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """What the reports of one event share."""

    words: dict[str, list[str]]
    names: Sequence[Sequence[str]]
    """Gazetteer entries: their forms, Hangul first."""
    figures: Sequence[int]
    topics: Topics
    at: datetime


class News:
    """Makes articles; the same seed makes the same ones."""

    def __init__(self, seed: int = SEED) -> None:
        self._dice = random.Random(seed)
        korean = ("".join(self._dice.choices(SYLLABLES, k=self._dice.choice((2, 2, 3)))) for _ in range(VOCABULARY))
        latin = (self._latin(self._dice.choice((1, 2, 2, 3))) for _ in range(VOCABULARY))
        self._words = {"ko": list(dict.fromkeys(korean)), "en": list(dict.fromkeys(latin))}
        self._weights = {key: list(accumulate(1 / (n + 8) for n in range(len(w)))) for key, w in self._words.items()}
        tables = tomllib.loads(BUILT_IN.read_text("utf-8"))
        of_both = [forms for kind, each in tables.items() if kind != "guard" for forms in each.values()]
        self._names = [forms for forms in of_both if not forms[0].isascii() and forms[-1].isascii()]
        self._dice.shuffle(self._names)
        self._name_weights = list(accumulate(1 / (n + 8) for n in range(len(self._names))))

    def _latin(self, syllables: int) -> str:
        dice = self._dice
        return "".join(
            dice.choice(ONSETS) + dice.choice(VOWELS) + dice.choice((*CODAS, "", "")) for _ in range(syllables)
        )

    def _some(self, language: str, count: int) -> list[str]:
        words = self._dice.choices(self._words[language], cum_weights=self._weights[language], k=count)
        if self._dice.random() < count / 100:
            new = self._latin(4) if language == "en" else "".join(self._dice.choices(SYLLABLES, k=4))
            words[self._dice.randrange(count)] = new
        return words

    def _event(self, at: datetime) -> Event:
        dice = self._dice
        words = {language: self._some(language, 3) + dice.sample(self._words[language], 4) for language in ("ko", "en")}
        names = dice.choices(self._names, cum_weights=self._name_weights, k=dice.choice((2, 3, 4, 5)))
        figures = [dice.choice((1, 10, 100)) * dice.randrange(6, 990) for _ in range(dice.choice((0, 1, 2)))]
        topics = Topics(
            officials=tuple(dice.sample(OFFICIALS, dice.choice((0, 0, 1)))),
            sectors=tuple(dice.sample(SECTORS, dice.choice((0, 1, 2)))),
        )
        return Event(words, names, figures, topics, at)

    def _sentence(self, event: Event, language: str, length: int, share: float) -> str:
        dice = self._dice
        words = self._some(language, length)
        own = event.words[language]
        names = [forms[0] if language == "ko" else forms[-1].title() for forms in event.names]
        for given in (*own, *names):
            if dice.random() < share:
                words[dice.randrange(length)] = given
        if event.figures and dice.random() < share:
            figure = dice.choice(event.figures)
            words[-1] = f"{figure}억 달러" if language == "ko" else f"${figure / 10:g} billion"
        if language == "ko":
            return " ".join(word + dice.choice(PARTICLES) for word in words)
        return " ".join(words).capitalize()

    def _article(self, number: int, event_number: int, event: Event) -> SyntheticArticle:
        dice = self._dice
        language = dice.choice(("ko", "en"))
        sentences = [self._sentence(event, language, dice.randint(8, 16), 0.3) for _ in range(6)]
        text = ". ".join(f"{each} {dice.choice(ENDINGS)[:-1]}" if language == "ko" else each for each in sentences)
        headline = self._sentence(event, language, dice.randint(6, 10), 0.4)
        at = event.at + timedelta(minutes=dice.expovariate(1 / 300))
        outlet = dice.choice(OUTLETS)
        return SyntheticArticle(number, event_number, language, outlet, headline, f"{text}.", at, event.topics)

    def articles(self, count: int, days: float = WINDOW_DAYS) -> list[SyntheticArticle]:
        """So many articles of so many days, in the order of their publication."""
        made: list[SyntheticArticle] = []
        event_number = 0
        while len(made) < count:
            event_number += 1
            event = self._event(BEGIN + timedelta(days=days * len(made) / count))
            for _ in range(*self._dice.choices(STORY_SIZES, SIZE_WEIGHTS)):
                made.append(self._article(len(made), event_number, event))
        return sorted(made[:count], key=lambda article: article.at)


@pytest.fixture(scope="session")
def news() -> list[SyntheticArticle]:
    """Articles of eight days: 100,000 for the window and 2,000 more that are placed into it."""
    return News().articles(102_000)


@pytest.fixture(scope="session")
def reports(news: list[SyntheticArticle]) -> list[Report]:
    """The same as reports."""
    return [article.report(features_of(article.headline, article.text)) for article in news]
