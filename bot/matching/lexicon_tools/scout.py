"""The alias scout: proposes spellings in stored articles that resemble followed names and that the lexicon lacks.

Each token is judged once, and the engine reads only an article that holds a candidate. Spellings that the engine
accepts in their place, forms and deciding words, bylines and other people of the same name are never proposed. Outside
text is quoted, cut and never evaluated.
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
from bot.matching.lexicon_tools.scout_pact import PACT_WORDS, PactScout
from bot.matching.lexicon_tools.scout_titles import TitleScout
from bot.matching.lexicon_tools.sightings import Proposal, ScoutField, ScoutText, Sighting
from bot.matching.scan import Scanner
from bot.matching.text.normalize import fold
from bot.model import Page
from settings.lexicon import Lexicon

_MAX_EXAMPLES = 3
MAX_EXAMPLE_CHARS = 240
_MAX_SENTENCE_CHARS = 1_000
_MAX_SPELLINGS = 500
_TITLED = re.compile(r"장관|차관|부총리|실장|본부장|수석|minister|secretary|advis[eo]r|director|representative")


@dataclass(slots=True)
class _Candidate:
    """The articles, outlets, times and examples of one spelling."""

    first: Sighting
    articles: set[int] = field(default_factory=set)
    outlets: set[str] = field(default_factory=set)
    times: list[datetime] = field(default_factory=list)
    examples: dict[str, None] = field(default_factory=dict)


class Scout:
    """Searches stored articles for spellings that one lexicon lacks."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._scanner = Scanner(lexicon)
        self._vocabulary = Vocabulary(lexicon)
        self._names = NameScout(lexicon)
        self._pact = PactScout(lexicon, self._vocabulary)
        self._titles = TitleScout(lexicon)

    def proposals(self, articles: Iterable[ScoutText]) -> tuple[Proposal, ...]:
        """The proposals for the lexicon, the most frequent first."""
        candidates: dict[tuple[str, str, str], _Candidate] = {}
        articles_of: defaultdict[str, set[int]] = defaultdict(set)
        for article in articles:
            sentences = tuple(" ".join(sentence[:_MAX_SENTENCE_CHARS].split()) for sentence in article.sentences)
            text = "\n".join(sentences)
            if not self._worth_reading(article.article_id, text, articles_of):
                continue
            for sighting in self._sightings(self._field_of(text, sentences)):
                key = (sighting.kind, sighting.topic, sighting.spelling)
                if key in candidates or len(candidates) < _MAX_SPELLINGS:
                    _note(candidates.setdefault(key, _Candidate(sighting)), article, sentences[sighting.sentence])
        proposals = [
            _proposal(candidate)
            for candidate in candidates.values()
            if _is_name(candidate, articles_of[candidate.first.spelling])
        ]
        return tuple(sorted(proposals, key=_by_frequency))

    def _worth_reading(self, article_id: int, text: str, articles_of: defaultdict[str, set[int]]) -> bool:
        """Does a word of the article need the engine? The articles of each candidate are counted on the way."""
        plain = fold(text)
        near_names = self._names.candidates(plain)
        for start, near in near_names:
            articles_of[plain[start : start + near.length]].add(article_id)
        return bool(near_names or PACT_WORDS.search(plain) or _TITLED.search(plain))

    def _field_of(self, text: str, sentences: tuple[str, ...]) -> ScoutField:
        starts, at = [], 0
        for sentence in sentences:
            starts.append(at)
            at += len(sentence) + 1
        reading = self._scanner.read(Page("", text))
        return ScoutField(FieldText("text", text, self._vocabulary), reading, tuple(starts))

    def _sightings(self, scouted: ScoutField) -> Iterator[Sighting]:
        yield from self._names.sightings(scouted)
        yield from self._pact.sightings(scouted)
        yield from self._titles.sightings(scouted)


def _by_frequency(proposal: Proposal) -> tuple[int, int, str, str]:
    return -proposal.articles, -proposal.outlets, proposal.topic, proposal.spelling


def _note(candidate: _Candidate, article: ScoutText, sentence: str) -> None:
    candidate.articles.add(article.article_id)
    candidate.outlets.add(article.outlet)
    candidate.times.append(article.seen_at)
    if len(candidate.examples) < _MAX_EXAMPLES:
        candidate.examples[_cut(sentence, candidate.first.spelling)] = None


def _cut(sentence: str, spelling: str) -> str:
    """A sentence cut around the spelling, without characters that a terminal would obey."""
    plain = "".join(char if char.isprintable() else " " for char in sentence)
    at = max(0, plain.casefold().find(spelling) - MAX_EXAMPLE_CHARS // 2)
    return plain[at : at + MAX_EXAMPLE_CHARS].strip()


def _is_name(candidate: _Candidate, articles: set[int]) -> bool:
    """Is the spelling a name? A word that mostly stands without the person's office is another word."""
    return candidate.first.sure or 2 * len(candidate.articles) >= len(articles)


def _proposal(candidate: _Candidate) -> Proposal:
    first = candidate.first
    return Proposal(
        first.spelling, first.kind, first.topic, first.why, first.distance,
        len(candidate.articles), len(candidate.outlets),
        min(candidate.times), max(candidate.times), tuple(candidate.examples), first.toml,
    )  # fmt: skip
