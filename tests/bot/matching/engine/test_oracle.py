"""The automaton agrees with a plain search that shares none of its code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.engine.vocabulary import Vocabulary
from bot.matching.text.korean import PARTICLES
from settings.lexicon import Lexicon
from settings.lexicon_entries import FormGroup

PIECES = [
    *"가나다라마한미국",
    *"은는이의에",
    "에서는",
    "으로부터",
    "입니다",
    *"abcdg",
    "ai",
    "s",
    "α",
    "6",
    "漢",
    "カ",
    *"  ·-/.,'\n",
]
HANGUL_WORD = st.text(st.sampled_from("가나다라마한미국 "), min_size=1, max_size=8)
LATIN_WORD = st.text(st.sampled_from("abcdg6 -"), min_size=1, max_size=16)
WORD = (
    st.one_of(HANGUL_WORD, LATIN_WORD, st.lists(st.sampled_from(PIECES[:-1]), min_size=1, max_size=3).map("".join))
    .map(lambda word: " ".join(word.split()))
    .filter(lambda word: word.strip(" ·-/.,'") == word != "")
)
KEY = st.builds(lambda word, quoted: f'"{word}"' if quoted else word, WORD, st.booleans())
GROUP = st.builds(
    FormGroup,
    texts=st.lists(WORD.filter(lambda word: "·" not in word), min_size=1, max_size=3, unique=True).map(tuple),
    left=st.sampled_from([None, "edge", "any"]),
    right=st.sampled_from([None, "edge", "any", ("가", "나다")]),
)
VERSIONS = count()


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[list[str], list[FormGroup], str]:
    """A vocabulary, and a text with its words whole, begun, and in their other spellings."""
    keys, groups = draw(st.lists(KEY, max_size=5, unique=True)), draw(st.lists(GROUP, max_size=3))
    words = [*(key.strip('"') for key in keys), *(text for group in groups for text in group.texts)]
    ways = sorted(
        {way[:length] for word in words for way in _ways(word) for length in (len(way), len(way) - 1) if length}
    )
    pieces = st.one_of(st.sampled_from(PIECES), st.sampled_from(ways)) if ways else st.sampled_from(PIECES)
    return keys, groups, "".join(draw(st.lists(pieces, max_size=30)))


def _hangul(char: str) -> bool:
    return unicodedata.name(char, "").startswith("HANGUL SYLLABLE")


def _letter(char: str) -> bool:
    """A letter or digit of a script with blanks between words, Hangul excluded."""
    return char.isalnum() and not unicodedata.name(char, "").startswith(("HANGUL", "CJK", "KATAKANA", "HIRAGANA"))


def _left(text: str, start: int) -> bool:
    if start == 0:
        return True
    both = (_hangul, _letter)
    return not any(script(text[start - 1]) and script(text[start]) for script in both)


def _right(text: str, end: int) -> bool:
    return end == len(text) or not (_letter(text[end - 1]) and _letter(text[end]))


def _ends_here(text: str, at: int, particles: int = 4) -> bool:
    """Does no Hangul follow, or only up to four particles?"""
    if at == len(text) or not _hangul(text[at]):
        return True
    following = (at + len(particle) for particle in PARTICLES if text.startswith(particle, at))
    return particles > 0 and any(_ends_here(text, there, particles - 1) for there in following)


def _places(text: str, spelling: str) -> Iterator[tuple[int, int]]:
    for start in range(len(text)):
        if text[start : start + len(spelling)] == spelling:
            yield start, start + len(spelling)


def _ways(word: str) -> set[str]:
    """The spellings of a query's word: solid, split once, or with the other joint."""
    if not all(_hangul(char) or char in " ·-/" for char in word):
        return {word, word.replace(" ", "-") if " " in word else word.replace("-", " ")}
    solid = "".join(char for char in word if _hangul(char))
    ways = {word, solid}
    if len(solid) in (2, 3) and len(word) in (len(solid), 2 * len(solid) - 1):
        ways |= {joint.join(solid) for joint in "·-/"}
    return ways | {f"{solid[:at]} {solid[at:]}" for at in range(2, len(solid) - 1)}


def _literals(text: str, key: str) -> set[tuple[int, int]]:
    if key.startswith('"'):
        found = set(_places(text, key[1:-1]))
        loose = {(s, e) for s, e in found if _left(text, s) or _hangul(text[s])}
        return {(s, e) for s, e in loose if _right(text, e) or _hangul(text[e - 1])}
    found = {place for way in _ways(key) for place in _places(text, way)}
    apart = {(s, e) for s, e in found if _left(text, s) and _right(text, e)}
    return {(s, e) for s, e in apart if not _hangul(text[e - 1]) or _ends_here(text, e)}


def _forms(text: str, group: FormGroup) -> set[tuple[int, int, str]]:
    """A sector's forms: long Hangul stands anywhere, short Hangul by its edges, Latin only as a word."""
    found = set()
    for form in group.texts:
        long = sum(map(_hangul, form)) >= 3
        any_left = _hangul(form[0]) and (group.left == "any" or (group.left is None and long))
        any_right = group.right == "any" or (group.right != "edge" and long)
        for start, end in _places(text, form):
            compound = isinstance(group.right, tuple) and text.startswith(group.right, end)
            closed = any_right or not _hangul(text[end - 1]) or _ends_here(text, end) or compound
            if (any_left or _left(text, start)) and _right(text, end) and closed:
                found.add((start, end, form))
    return found


def _compare(no_words: Lexicon, keys: list[str], groups: list[FormGroup], raw: str) -> None:
    sector = replace(no_words.pact, id="x", kind="sector", forms=tuple(groups))
    lexicon = replace(no_words, version=f"oracle-{next(VERSIONS)}", sectors=(sector,))
    text = raw.replace("\n", " ")
    found = Vocabulary(lexicon, keys).find(raw)
    for key in keys:
        assert {(s, e) for s, e, sought in found.literals if sought == key} == _literals(text, key)
    for number, group in enumerate(groups):
        assert {(hit.start, hit.end, hit.term) for hit in found.hits if hit.group == number} == _forms(text, group)


def _checked(examples: int) -> Any:
    def check(no_words: Lexicon, pair: tuple[list[str], list[FormGroup], str]) -> None:
        _compare(no_words, *pair)

    return settings(max_examples=examples, deadline=None)(given(_pairs())(check))


test_the_automaton_agrees_with_a_plain_search = _checked(600)
test_the_automaton_agrees_with_a_plain_search_ten_thousand_times = pytest.mark.long(_checked(10_000))
