"""The cost of a hostile text grows with its length and no faster. Steps are counted, not time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from bot.matching.scan import Scanner
from bot.model import Page
from settings.lexicon import Lexicon

UNITS = {
    "one term": "AI ",
    "one term, no blank": "협정",
    "no blanks": "가나다라마바사",
    "newlines": "\n",
    "short lines": "가\n",
    "one character": "a",
    "anchors of masks": "@ ",
    "links": "[AI](",
    "captions": "사진 ",
    "bylines": "가나 기자\n",
    "licences": "ⓒ 금지 ",
    "most-read blocks": "많이 본 뉴스\n",
    "dots and quotes": '."',
    "one dot and quotes": "'\"",
    "nested brackets": "[(",
    "digits": "2020",
    "marks": "\u0301",
    "letters with marks": "a\u0301\u0301",
    "families": "👩\u200d👩\u200d👧",
    "one family without an end": "👩\u200d",
    "flags": "🇰🇷",
    "terms between flags": "🇰🇷🇰🇷AI",
    "jamo": "\u1112\u1161\u11ab",
    "characters that grow": "㈜",
    "characters that grow and that do not": "㈜a",
    "blanks": " ",
    "halves of characters": "\ud800",
    "names": "배경훈 장관 ",
    "misspelled names": "크라치오수 백악관 ",
    "pacts": "한미 기술번영 협정 ",
    "older agreements": "한미 협정 2020 AI 양자 ",
    "agencies": "로이터에 따르면 ",
}
LENGTH = 12_000
TOLERANCE = 1.25


def _steps(work: Callable[[], object]) -> int:
    """The number of lines of Python that a call executes."""
    steps = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
def test_four_times_the_text_costs_four_times_the_steps(literal_scanner: Scanner, unit: str) -> None:
    text = unit * (LENGTH // len(unit))
    literal_scanner.read(Page("", text))
    once = _steps(lambda: literal_scanner.read(Page("", text)))
    four_times = _steps(lambda: literal_scanner.read(Page("", text * 4)))
    assert four_times <= 4 * TOLERANCE * once + 1_000


def test_the_count_of_steps_detects_quadratic_work() -> None:
    def squared(number: int) -> None:
        for _ in range(number * number):
            pass

    assert _steps(lambda: squared(80)) > 4 * TOLERANCE * _steps(lambda: squared(20)) + 1_000


@pytest.mark.parametrize("filler", ["\u0301", "🇰🇷", "👩\u200d", '"'], ids=["marks", "flags", "family", "quotes"])
def test_a_long_run_beside_a_term_is_not_walked_along(scanner: Scanner, filler: str) -> None:
    """A hundred terms beside a run that looks like one character do not each walk along it."""
    texts = [" AI 반도체" * 100 + filler * size + " AI 반도체" * 100 for size in (1_000, 41_000)]
    short, long = (_steps(lambda text=text: scanner.read(Page("", text))) for text in texts)  # type: ignore[misc]
    assert long <= short + 20 * 40_000
    assert all(len(m.context) < 2_200 for m in scanner.read(Page("", texts[1])).mentions)


def test_a_term_across_the_border_of_two_parts_is_found(scanner: Scanner) -> None:
    """A long text is searched in parts of 65,536 characters."""
    for length in range(65_520, 65_545):
        text = "나" * length + " 한미 기술번영 양해각서"
        assert [(m.quote, m.start) for m in scanner.read(Page("", text)).mentions if m.kind == "pact"] == [
            ("기술번영 양해각서", length + 4)
        ]


def test_a_frequent_literal_costs_no_other_literal_its_hits(no_words: Lexicon) -> None:
    text = "가나다 라마 " * 700
    alone = Scanner(no_words, ["가나다라마"]).read(Page("", text)).mentions
    others = ['"가나다"', "가나다", "가나다라바", '"가나다 라"', "라마", "가나다라마바"]
    together = Scanner(no_words, ["가나다라마", *others]).read(Page("", text)).mentions
    assert len(alone) > 100
    assert tuple(m for m in together if m.topic == "가나다라마") == alone
