"""The alias scout: spellings in stored articles that are near to what is followed and that the lexicon does not accept.

Sentences in, proposals out; every token is judged once, and only an article that holds a candidate is read by the
engine. What the engine accepts where it stands, what is a form or a deciding word already, bylines and other people
of the same name are never proposed. Outside text is quoted, cut and never evaluated.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.matching.engine.field import FieldText
from bot.matching.engine.vocabulary import Vocabulary
from bot.matching.lexicon_tools.scout_names import NameScout
from bot.matching.lexicon_tools.scout_pact import SIGN, PactScout
from bot.matching.lexicon_tools.scout_titles import TitleScout
from bot.matching.lexicon_tools.sightings import Proposal, ScoutField, ScoutText, Sighting
from bot.matching.scan import Scanner
from bot.matching.text.normalize import fold
from bot.model import Page
from settings.lexicon import Lexicon

EXAMPLES = 3
LONGEST_EXAMPLE = 240
LONGEST_SENTENCE = 1_000
MOST_SPELLINGS = 500
_TITLED = re.compile(r"장관|차관|부총리|실장|본부장|수석|minister|secretary|advis[eo]r|director|representative")


@dataclass(slots=True)
class _Candidate:
    """Everything seen of one spelling."""

    first: Sighting
    articles: set[int] = field(default_factory=set)
    outlets: set[str] = field(default_factory=set)
    times: list[datetime] = field(default_factory=list)
    examples: dict[str, None] = field(default_factory=dict)


class Scout:
    """Looks through stored articles with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._scanner = Scanner(lexicon)
        self._vocabulary = Vocabulary(lexicon)
        self._names = NameScout(lexicon)
        self._pact = PactScout(lexicon, self._vocabulary)
        self._titles = TitleScout(lexicon)

    def proposals(self, articles: Iterable[ScoutText]) -> tuple[Proposal, ...]:
        """What may be added to the lexicon, most often seen first."""
        piles: dict[tuple[str, str, str], _Candidate] = {}
        doubts: defaultdict[str, set[int]] = defaultdict(set)
        for kept in articles:
            sentences = tuple(" ".join(one[:LONGEST_SENTENCE].split()) for one in kept.sentences)
            text = "\n".join(sentences)
            if not self._worth_reading(kept.article, text, doubts):
                continue
            for sighting in self._sightings(self._look(text, sentences)):
                key = (sighting.kind, sighting.topic, sighting.spelling)
                if key in piles or len(piles) < MOST_SPELLINGS:
                    _note(piles.setdefault(key, _Candidate(sighting)), kept, sentences[sighting.sentence])
        made = [_proposal(pile) for pile in piles.values() if _stands(pile, doubts[pile.first.spelling])]
        return tuple(sorted(made, key=lambda one: (-one.articles, -one.outlets, one.topic, one.spelling)))

    def _worth_reading(self, article: int, text: str, doubts: defaultdict[str, set[int]]) -> bool:
        """A look at the words alone; in how many articles each candidate stands is counted on the way."""
        plain = fold(text)
        found = self._names.candidates(plain)
        for start, near in found:
            doubts[plain[start : start + near.length]].add(article)
        return bool(found or SIGN.search(plain) or _TITLED.search(plain))

    def _look(self, text: str, sentences: tuple[str, ...]) -> ScoutField:
        starts, at = [], 0
        for sentence in sentences:
            starts.append(at)
            at += len(sentence) + 1
        reading = self._scanner.read(Page("", text))
        return ScoutField(FieldText("text", text, self._vocabulary), reading, tuple(starts))

    def _sightings(self, looked: ScoutField) -> Iterator[Sighting]:
        yield from self._names.sightings(looked)
        yield from self._pact.sightings(looked)
        yield from self._titles.sightings(looked)


def _note(pile: _Candidate, kept: ScoutText, sentence: str) -> None:
    pile.articles.add(kept.article)
    pile.outlets.add(kept.outlet)
    pile.times.append(kept.seen_at)
    if len(pile.examples) < EXAMPLES:
        pile.examples[_cut(sentence, pile.first.spelling)] = None


def _cut(sentence: str, spelling: str) -> str:
    """As much of a sentence as is shown, around the spelling; nothing in it can move a cursor."""
    plain = "".join(char if char.isprintable() else " " for char in sentence)
    at = max(0, plain.casefold().find(spelling) - LONGEST_EXAMPLE // 2)
    return plain[at : at + LONGEST_EXAMPLE].strip()


def _stands(pile: _Candidate, everywhere: set[int]) -> bool:
    """A word that mostly stands where nothing speaks for the person is another word."""
    return pile.first.sure or 2 * len(pile.articles) >= len(everywhere)


def _proposal(pile: _Candidate) -> Proposal:
    first = pile.first
    return Proposal(
        first.spelling, first.kind, first.topic, first.why, first.distance, len(pile.articles), len(pile.outlets),
        min(pile.times), max(pile.times), tuple(pile.examples), first.toml,
    )  # fmt: skip
