"""Hangul goes back to the keys that type it."""

from __future__ import annotations

import pytest

from handlers.verbs.keyboard_mode import has_lone_jamo, keys_of


@pytest.mark.parametrize(
    ("word", "keys"), [("ㄴㅅㅁ션", "status"), ("구독", "rnehr"), ("왜", "dho"), ("넓힘", "sjfqgla"), ("st", "st")]
)
def test_keys_of_a_word_are_those_of_the_two_set_keyboard(word: str, keys: str) -> None:
    assert keys_of(word) == keys


def test_a_lone_jamo_stands_in_no_korean_word() -> None:
    assert has_lone_jamo("7ㅇ")
    assert not has_lone_jamo("구독")
