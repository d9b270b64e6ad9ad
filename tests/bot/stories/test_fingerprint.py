"""A packed fingerprint keeps every feature and the sentence that it was met in first."""

from __future__ import annotations

from array import array

import pytest

from bot.stories.features.article_features import (
    HEAD,
    NAME,
    RELATION,
    SENTENCE,
    SHIFT,
    WORD,
    counted_features,
    features_of,
)
from bot.stories.features.fingerprint import packed, packed_sums, sorted_features, unpacked, unpacked_sums
from tests.support.reports import PREVIEW_EN, PREVIEW_KO, SIGNED_KO, UK_SIGNED


@pytest.mark.parametrize("words", [PREVIEW_KO, PREVIEW_EN, SIGNED_KO, UK_SIGNED, ("", ""), ("A headline alone", "")])
def test_every_feature_comes_back_in_its_sentence(words: tuple[str, str]) -> None:
    features = [feature for feature in features_of(*words) if feature >> SHIFT != WORD]
    found = unpacked(packed(features))
    assert sorted(found) == sorted(set(features)) == list(sorted_features(packed(features)))
    for stock in {feature for feature in features if feature >> SHIFT == SENTENCE}:
        expected = set(counted_features(features, stock.__eq__))
        assert set(counted_features(found, stock.__eq__)) == expected


def test_a_feature_takes_five_bytes_and_none_takes_none() -> None:
    assert packed(()) == b""
    assert unpacked(b"") == ()
    assert packed([RELATION << SHIFT | 1]) == (RELATION << SHIFT | 1).to_bytes(4, "little") + b"\x00"


def test_a_sentence_that_stands_twice_is_kept_once() -> None:
    sentence, head, name = SENTENCE << SHIFT | 7, HEAD << SHIFT | 8, NAME << SHIFT | 9
    assert unpacked(packed([sentence, head, sentence, name])) == (sentence, head, name)


def test_sentences_behind_the_last_number_count_as_one() -> None:
    sentences = [SENTENCE << SHIFT | number for number in range(1, 300)]
    words = [NAME << SHIFT | number for number in range(1, 300)]
    text = [feature for pair in zip(sentences, words, strict=True) for feature in pair]
    found = unpacked(packed(text))
    assert found[: 2 * 254] == tuple(text[: 2 * 254])
    assert set(found) == set(text)
    assert array("I", found[508:]) == array("I", sorted(text[508:]))


def test_sums_come_back_as_they_were() -> None:
    sums = array("f", (0.0, 1.25, 7.5))
    assert unpacked_sums(packed_sums(sums)) == sums
    assert packed_sums(sums)[4:8] == b"\x00\x00\xa0\x3f"


def test_words_are_not_kept() -> None:
    assert unpacked(packed([SENTENCE << SHIFT | 1, WORD << SHIFT | 2, NAME << SHIFT | 3])) == (1, NAME << SHIFT | 3)
