"""Literals that come or go change what is found as if everything had been compiled anew."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.engine.compiled import MAX_LATER, MAX_LATER_SHARE
from bot.matching.engine.vocabulary import Vocabulary
from settings.lexicon import Lexicon

SYLLABLES = "가나다라마바사아자차"
WORDS = [first + second for first in SYLLABLES for second in SYLLABLES]
TEXT = st.lists(st.sampled_from([*WORDS, " ", "는", "AI", ".", "가나 다라", "\n"]), max_size=40).map("".join)


def _found(vocabulary: Vocabulary, text: str) -> tuple[object, ...]:
    search = vocabulary.find(text)
    return sorted(search.literals), sorted(search.hits), dict(search.words)


@settings(max_examples=80, deadline=None)
@given(st.sets(st.sampled_from(WORDS), max_size=10), st.sets(st.sampled_from(WORDS), max_size=5), TEXT)
def test_literals_that_come_and_go_are_found_and_not_found(
    no_words: Lexicon, gone: set[str], later: set[str], text: str
) -> None:
    before = [word for word in WORDS if word not in later]
    kept = Vocabulary(no_words, before)
    now = [*(word for word in before if word not in gone), *later, "가나다라"]
    vocabulary = Vocabulary(no_words, now)
    assert vocabulary.parts[0] is kept.parts[0]
    assert len(vocabulary.parts) == 2
    anew = Vocabulary(replace(no_words, version="compiled anew"), now)
    assert _found(vocabulary, text) == _found(anew, text)
    # a place of a word that went is read for nothing
    assert vocabulary.may_name([text]) >= anew.may_name([text])


@pytest.mark.parametrize("size", [8 * MAX_LATER_SHARE, MAX_LATER_SHARE * (MAX_LATER + 9)])
def test_only_a_few_come_or_go(no_words: Lexicon, size: int) -> None:
    few = min(size // MAX_LATER_SHARE, MAX_LATER)
    before = [f"말{number}" for number in range(size)]
    kept = Vocabulary(no_words, before).parts[0]
    for later, is_kept in ((few, True), (few + 1, False)):
        parts = Vocabulary(no_words, [*before, *(f"새말{number}" for number in range(later))]).parts
        assert (parts[0] is kept) is is_kept
    for gone, is_kept in ((size // MAX_LATER_SHARE, True), (size // MAX_LATER_SHARE + 1, False)):
        assert (Vocabulary(no_words, before[gone:]).parts[0] is kept) is is_kept


def test_another_lexicon_and_what_no_vocabulary_holds_are_compiled_anew(no_words: Lexicon) -> None:
    before = [f"말{number}" for number in range(100)]
    kept = Vocabulary(no_words, before)
    assert Vocabulary(no_words, before).parts == kept.parts
    assert Vocabulary(replace(no_words, version="another"), before).parts != kept.parts
    assert Vocabulary(no_words, before, {"usa"}).parts != kept.parts
    del kept
    gc.collect()
    assert len(Vocabulary(no_words, [*before, "새말"]).parts) == 1
