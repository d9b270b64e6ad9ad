"""Fixtures of the benchmark: texts and terms in both scripts from a seeded generator, and the machine's name."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import pytest

GATES = Path(__file__).parents[2] / "gates"
SEED = 20251029
KOREAN_WORDS = 20_000
LATIN_WORDS = 20_000
SYLLABLES = (
    "가각간감강개거건검결경계고곡공과관광교구국권규근금기길김나남내노농단담당대도독동두등라락란력령로록론료루류리림마만말망매"
    "면명모목무문물미민바반발방배백번범법변별병보복본부북분비사산살삼상색생서석선설성세소속손송수순술시식신실심안암압애약양어"
    "언업여역연열영예오온완외요용우운원위유육음의인일임입자작장재쟁저적전절점접정제조족존종좌주준중증지직진질집차착찬창채책처"
    "천철첨청체초총최추축출충취층치친침타탁탄탐태택토통투특파판편평포폭표품풍피필하학한할함합항해핵행향허헌험혁현협형혜호혼홍"
    "화확환활황회획효후훈휘"
)
PARTICLES = ("은", "는", "이", "가", "을", "를", "의", "에", "에서", "으로", "와", "과", "도", "까지", "에게", "")
ENDINGS = ("했다.", "밝혔다.", "전했다.", "설명했다.", "논의했다.", "예정이다.")
SOUNDS = (
    "b bl br c ch d dr f fl g gr h j k l m n p pl pr r s sh st t th tr v w",
    "a e i o u ea oa ou",
    "b ck d g l m n nd ng nt p r rd rs st t x",
)
ONSETS, VOWELS, CODAS = (sounds.split() for sounds in SOUNDS)
NAMED_KOREAN = (
    "한미 기술번영 업무협약",
    "마이클 크라치오스",
    "백악관 과학기술정책실",
    "양자컴퓨팅",
    "인공지능",
    "6G",
    "반도체",
)
NAMED_LATIN = ("Technology Prosperity Deal", "Michael Kratsios", "OSTP", "quantum computing", "South Korea", "6G", "AI")


class World:
    """A language of made-up words, some much commoner than others, with names of the lexicon in between."""

    def __init__(self) -> None:
        self._dice = random.Random(SEED)
        korean = (
            "".join(self._dice.choices(SYLLABLES, k=self._dice.choice((2, 2, 2, 3, 3, 4)))) for _ in range(KOREAN_WORDS)
        )
        latin = ("".join(map(self._syllable, range(self._dice.choice((1, 2, 2, 3))))) for _ in range(LATIN_WORDS))
        self._words = {"ko": list(dict.fromkeys(korean)), "en": list(dict.fromkeys(latin))}
        self._weights = {key: list(accumulate(1 / (n + 8) for n in range(len(w)))) for key, w in self._words.items()}

    def _syllable(self, _: int) -> str:
        return self._dice.choice(ONSETS) + self._dice.choice(VOWELS) + self._dice.choice((*CODAS, *[""] * 8))

    def _some(self, language: str, count: int) -> list[str]:
        return self._dice.choices(self._words[language], cum_weights=self._weights[language], k=count)

    def sentence(self, language: str) -> str:
        """One sentence; one in sixteen names something that the lexicon knows."""
        words = self._some(language, self._dice.randint(8, 18))
        if self._dice.random() < 1 / 16:
            words[self._dice.randrange(len(words))] = self._dice.choice(
                NAMED_KOREAN if language == "ko" else NAMED_LATIN
            )
        if language == "ko":
            return " ".join(word + self._dice.choice(PARTICLES) for word in words) + " " + self._dice.choice(ENDINGS)
        return " ".join(words).capitalize() + "."

    def text(self, language: str, size_bytes: int) -> str:
        """Paragraphs of about five sentences, at least so many bytes of UTF-8."""
        paragraphs, size = [], 0
        while size < size_bytes:
            paragraphs.append(" ".join(self.sentence(language) for _ in range(5)))
            size += len(paragraphs[-1].encode()) + 1
        return "\n".join(paragraphs)

    def policy(self, count: int) -> list[str]:
        """Words and phrases of one to three words, half of them Korean; a word alone is a rare one."""
        terms: dict[str, None] = {}
        while len(terms) < count:
            language = self._dice.choice(("ko", "en"))
            words = self._words[language]
            length = self._dice.choice((1, 2, 2, 3))
            rare = words[self._dice.randrange(2_000, len(words))]
            term = rare if length == 1 else " ".join([self._dice.choice(words), *self._some(language, length - 1)])
            if len(term) >= (2 if language == "ko" else 4):
                terms[term] = None
        return list(terms)


@dataclass(frozen=True)
class Corpus:
    """The texts and terms of every measurement."""

    world: World
    texts: tuple[str, ...]
    terms: tuple[str, ...]

    @cached_property
    def megabytes(self) -> float:
        return sum(len(text.encode()) for text in self.texts) / 1e6


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """300 articles of about 3 KB, half of them Korean, and 100,000 terms."""
    world = World()
    texts = tuple(world.text(language, 3_000) for language in ("ko", "en") * 150)
    return Corpus(world, texts, tuple(world.policy(100_000)))


@pytest.fixture(scope="session")
def dense_news() -> str:
    """The gate's articles about the pact, one after the other: nearly every sentence names something."""
    rows = map(json.loads, (GATES / "articles.jsonl").read_text(encoding="utf-8").splitlines())
    return "\n".join(f"{row.get('headline') or ''}\n{row['text']}" for row in rows) + "\n"
