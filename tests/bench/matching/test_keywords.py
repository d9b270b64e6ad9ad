"""Measures the search for many terms beside its peers. CPU time, medians of alternated rounds.

All lines read the same folded texts and search the same terms, unless said otherwise:

- ``re``: one alternation, longest first. It checks no edge and reports no overlap; it is slow, so only at 1,000 terms.
- ``ahocorasick_rs``, ``pyahocorasick``, ``daachorse``: bare automata, leftmost-longest, no edges, no particles.
- ``terms alone``: `Vocabulary.find` with an empty lexicon: overlapping matches, all spellings of every term (about
  three each), edges and particles. It does the work of the peers and the checks that they leave out.
- ``terms + lexicon``: the same in one pass with the built-in lexicon's 5,900 patterns: what the bot does.
- ``edges and senses``: the raw article folded, the same pass, masks, and the sense of every form that stands.
- ``whole reading``: `Scanner.read` of the raw article: folding, the pass above, masks, senses, the decision about the
  pact, and every hit with its sentence.
"""

from __future__ import annotations

import gc
import importlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import pytest
from ahocorasick_rs import AhoCorasick, MatchKind

from bot.matching.engine.field import FieldText
from bot.matching.engine.senses import Senses
from bot.matching.engine.vocabulary import Vocabulary
from bot.matching.scan import Scanner
from bot.matching.text.normalize import fold
from bot.model import Page
from scrapers.language import guess_language
from settings import lexicon
from settings.lexicon import Lexicon

pytestmark = pytest.mark.bench

ROUNDS = 5
SIZES = (1_000, 10_000, 100_000)
MOST_FOR_RE = 1_000
Find = Callable[[str], object]

GROWTH = """
import gc, json, sys, time
import psutil
from bot.matching.engine.vocabulary import Vocabulary
from settings import lexicon
terms, words, own = json.load(sys.stdin), lexicon.load(None), sys.argv[1] == "ours"
Vocabulary(words)
from ahocorasick_rs import AhoCorasick
gc.collect()
before = psutil.Process().memory_info().rss
made = Vocabulary(words, terms) if own else AhoCorasick(terms)
gc.collect()
print((psutil.Process().memory_info().rss - before) / 1e6)
"""


def _re(terms: list[str]) -> Find:
    pattern = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))))
    return lambda text: [match.span() for match in pattern.finditer(text)]


def _bare(terms: list[str]) -> Find:
    automaton = AhoCorasick(terms, matchkind=MatchKind.LeftmostLongest)
    return lambda text: automaton.find_matches_as_indexes(text)


def _pyahocorasick(terms: list[str]) -> Find:
    library = importlib.import_module("ahocorasick")
    automaton = library.Automaton(library.STORE_LENGTH)
    for term in terms:
        automaton.add_word(term)
    automaton.make_automaton()
    return lambda text: list(automaton.iter_long(text))


def _daachorse(terms: list[str]) -> Find:
    library = importlib.import_module("daachorse")
    kind = library.MATCH_KIND_LEFTMOST_LONGEST
    automaton = library.CharwiseDoubleArrayAhoCorasick(terms, kind)
    return lambda text: automaton.find(text)


PEERS = {"re": _re, "ahocorasick_rs": _bare, "pyahocorasick": _pyahocorasick, "daachorse": _daachorse}


def _peers(terms: list[str]) -> dict[str, Find]:
    made: dict[str, Find] = {}
    for name, make in PEERS.items():
        if name == "re" and len(terms) > MOST_FOR_RE:
            continue
        try:
            made[name] = make(terms)
        except ImportError:
            print(f"  {name:<22} is not installed and left out")
    return made


def _nothing(words: Lexicon) -> Lexicon:
    pact = replace(words.pact, forms=())
    return replace(
        words, version="none", pact=pact, sisters=(), officials=(), sectors=(), cues={}, agencies=(), masks=()
    )


def _cpu(work: Callable[[], object]) -> float:
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


def _alternated(lines: dict[str, Callable[[], object]]) -> dict[str, float]:
    """CPU seconds of every line: medians of rounds in which each had its turn; the first round warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in lines}
    for round_number in range(ROUNDS + 1):
        for name, work in lines.items():
            if name == "re" and round_number > 2:
                continue
            seconds[name].append(_cpu(work))
    return {name: median(taken[1:]) for name, taken in seconds.items()}


def _over(find: Find, texts: tuple[str, ...] | list[str]) -> Callable[[], object]:
    return lambda: [find(text) for text in texts]


def _meant(vocabulary: Vocabulary, text: str) -> list[bool]:
    field = FieldText("text", text, vocabulary)
    senses = Senses((field,), guess_language(text))
    return [senses.decide(vocabulary.groups[hit.group], field, hit).meant for hit in field.hits]


@pytest.mark.parametrize("size", SIZES)
def test_many_terms(corpus: Any, machine: str, size: int) -> None:
    words, terms = lexicon.load(None), list(corpus.terms[:size])
    print(f"\n{size:,} terms in {len(corpus.texts)} articles, {corpus.megabytes:.2f} MB of UTF-8 ({machine})")
    folded = [fold(text) for text in corpus.texts]
    alone, both, scanner = Vocabulary(_nothing(words), terms), Vocabulary(words, terms), Scanner(words, terms)
    lines = {name: _over(find, folded) for name, find in _peers(terms).items()}
    lines |= {"terms alone": _over(alone.find, folded), "terms + lexicon": _over(both.find, folded)}
    lines["edges and senses"] = _over(lambda text: _meant(both, text), corpus.texts)
    lines["whole reading"] = _over(lambda text: scanner.read(Page("", text)), corpus.texts)
    seconds = _alternated(lines)
    base = seconds["ahocorasick_rs"]
    for name, taken in seconds.items():
        against_re = f"{seconds['re'] / taken:8.1f} × re" if "re" in seconds else ""
        print(f"  {name:<22} {corpus.megabytes / taken:8.1f} MB/s {base / taken:8.2f} × ahocorasick_rs {against_re}")
    hits = sum(len(alone.find(text).literals) for text in folded)
    assert hits > 0
    print(f"  {hits} places of terms stand with good edges")


@pytest.mark.parametrize("size", SIZES)
def test_one_subscription_more(corpus: Any, machine: str, size: int) -> None:
    words, terms = lexicon.load(None), list(corpus.terms[: size - 1])
    first = _cpu(lambda: Vocabulary(words, terms))
    again = median(_cpu(lambda n=n: Vocabulary(words, [*terms, f"새말{n}"])) for n in range(ROUNDS))  # type: ignore[misc]
    bare = median(_cpu(lambda: AhoCorasick(terms)) for _ in range(ROUNDS))
    print(f"\n{size:,} terms, built ({machine})")
    print(f"  first {first:.3f} s   one literal more {again:.3f} s   bare ahocorasick_rs {bare:.3f} s")
    grown = {who: _growth(who, terms) for who in ("ours", "bare")}
    print(f"  resident growth in a fresh process: {grown['ours']:.1f} MB, bare ahocorasick_rs {grown['bare']:.1f} MB")


def _growth(who: str, terms: list[str]) -> float:
    command = [sys.executable, "-c", GROWTH, who]
    done = subprocess.run(command, input=json.dumps(terms), capture_output=True, text=True, check=True)
    return float(done.stdout)
