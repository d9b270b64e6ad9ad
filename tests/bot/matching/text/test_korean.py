"""A word stands in a text with its edges: particles may follow it, and a piece of another word is not that word."""

from __future__ import annotations

import pytest

from bot.matching.text.korean import has_word


@pytest.mark.parametrize(
    ("text", "word", "stands"),
    [
        ("크라치오스 실장 방한", "크라치오", False),
        ("크라치오스 실장 방한", "크라치오스", True),
        ("크라치오스는 서울에", "크라치오스", True),
        ("크라치오스와 크라치오가", "크라치오", True),
        ("마이클크라치오스", "크라치오스", False),
        ("a quantum leap", "quant", False),
        ("a quantum leap", "quantum", True),
        ("quantum-safe keys", "quantum", True),
        ("ai는 늘었다", "ai", True),
        ("said", "ai", False),
        ("100% sure", "100%", True),
        ("anything", "", False),
    ],
)
def test_a_word_stands_with_its_edges(text: str, word: str, stands: bool) -> None:
    assert has_word(text, word) is stands
