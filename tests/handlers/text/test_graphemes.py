"""Text is cut where a grapheme ends."""

from __future__ import annotations

import pytest

from handlers.blocks.blockkit import clean
from handlers.text.graphemes import LOOKED_BACK_CHARS, cut_between_graphemes

FAMILY, FLAG, ACCENT, JAMO = "👨‍👩‍👧‍👦", "🇰🇷", "e\u0301", "\u1112\u1161\u11ab"


@pytest.mark.parametrize("grapheme", [FAMILY, FLAG, ACCENT, JAMO, "👍🏽", "❤️"])
def test_a_grapheme_is_kept_or_left_out_as_a_whole(grapheme: str) -> None:
    text = f"ab{grapheme}c"
    for most in range(1, len(text)):
        assert cut_between_graphemes(text, most) in ("a", "ab", f"ab{grapheme}"), (grapheme, most)
    assert cut_between_graphemes(text, len(text)) == text


def test_flags_beside_each_other_are_told_apart() -> None:
    assert cut_between_graphemes("🇰🇷🇺🇸🇯🇵", 3) == "🇰🇷"
    assert cut_between_graphemes("🇰🇷🇺🇸🇯🇵", 4) == "🇰🇷🇺🇸"


def test_an_endless_grapheme_is_cut_all_the_same() -> None:
    assert len(cut_between_graphemes("a" + "\u0301" * 300, 100)) == 100
    assert len(cut_between_graphemes("a" * 61 + "\u0301" * 300, 60 + LOOKED_BACK_CHARS)) == 60 + LOOKED_BACK_CHARS


def test_a_title_is_cut_between_graphemes() -> None:
    assert clean(f"한미 협약 {FAMILY} 서명", 9) == "한미 협약…"
