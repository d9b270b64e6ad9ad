"""Sentences have the right bounds, and a context never splits a character."""

from __future__ import annotations

import unicodedata
from itertools import takewhile

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.matching.scan import Scanner
from bot.matching.text.sentences import MAX_AROUND, MAX_CONTEXT, Sentences
from bot.model import Page

ENDS = st.sampled_from(
    [
        "가나다. ",
        "the U.S. and Dr. Kim. ",
        "\n",
        '그랬다." ',
        "3.5 ",
        "끝!",
        "아니다.가",
        "a.b ",
        "? ",
        "나" * 300,
        "x " * 200,
    ]
)
JOINED = [
    "\u0301",
    "\u200d",
    "\ufe0f",
    "🏽",
    "👩",
    "👩\u200d🔬",
    "🇰🇷",
    "🇺",
    "e",
    "각",
    "\u1112\u1161\u11ab",
    "\r\n",
    "AI ",
    " AI",
    ". ",
    "한",
]


@given(st.lists(ENDS, min_size=20, max_size=60), st.integers(0, 20_000), st.integers(0, 2), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_text_far_before_a_sentence_does_not_change_its_bounds(
    pieces: list[str], before_it: int, before: int, after: int
) -> None:
    near = "".join(pieces)
    at = len(near) // 2
    here = Sentences(near).around(at, before, after)
    far = "나다 라.\n" * (before_it // 6) + "나" * 2_000
    there = Sentences(far + near).around(len(far) + at, before, after)
    if here[0] > 0:
        assert (there[0] - len(far), there[1] - len(far)) == here
    assert there[0] <= len(far) + at <= there[1]
    assert there[1] - there[0] <= 2 * MAX_AROUND


def _splits(raw: str, at: int) -> bool:
    """Does a cut here split what a person sees as one character?"""
    if not 0 < at < len(raw):
        return False
    before, char = raw[at - 1], raw[at]
    if unicodedata.category(char) in ("Mn", "Me", "Mc") or "\u200d" in (before, char) or char in "🏻🏼🏽🏾🏿":
        return True
    if (before, char) == ("\r", "\n") or ("\u1100" <= before <= "\u11ff" and "\u1160" <= char <= "\u11ff"):
        return True
    flags = len(list(takewhile(lambda c: "🇦" <= c <= "🇿", reversed(raw[:at]))))
    return flags % 2 == 1 and "🇦" <= char <= "🇿"


@given(st.lists(st.sampled_from(JOINED), max_size=40).map("".join), st.integers(0, 500), st.integers(0, 500))
@example("🇰🇷" * 30, 340, 340)
@settings(max_examples=400, deadline=None)
def test_a_context_never_splits_a_character(scanner: Scanner, odd: str, left: int, right: int) -> None:
    raw = f"{odd}{'가' * left} AI {'나' * right}{odd}"
    for mention in scanner.read(Page("", raw)).mentions:
        begins = [at for at in range(mention.start + 1) if raw.startswith(mention.context, at)]
        around = [at for at in begins if at + len(mention.context) >= mention.end]
        assert any(not _splits(raw, at) and not _splits(raw, at + len(mention.context)) for at in around)
        assert len(mention.context) <= MAX_CONTEXT + 2 * 64 + 40
