"""Measures `Scanner.read` on articles of ten million bytes: news in both scripts, and hostile text.

The made-up news names something in one sentence of sixteen; the gate's own articles do in nearly every sentence.

Printed are the CPU seconds of one reading, and their ratio to those of a quarter of the text.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.matching.scan import Scanner
from bot.model import Page
from settings import lexicon

pytestmark = pytest.mark.bench

SIZE_BYTES = 10_000_000
HOSTILE = {
    "one term": "AI ",
    "a pact's name": "한미 기술번영 협정 ",
    "no blanks": "가나다라마바사",
    "newlines": "\n",
    "lines of one character": "가\n",
    "one character": "a",
    "anchors of masks": "@ ",
    "links": "[AI](",
    "captions and bylines": "사진 기자\n",
    "dots and quotes": '."',
    "nested brackets": "[(",
    "digits": "1",
    "letters with marks": "a\u0301\u0301",
    "families of emoji": "👩\u200d👩\u200d👧",
    "characters that grow": "㈜",
}


def _seconds(scanner: Scanner, text: str) -> tuple[float, int]:
    before = time.process_time()
    reading = scanner.read(Page("", text))
    return time.process_time() - before, len(reading.mentions)


def test_ten_megabytes(corpus: Any, dense_news: str, machine: str) -> None:
    scanner = Scanner(lexicon.load(None))
    texts = {"Korean news": corpus.world.text("ko", SIZE_BYTES), "English news": corpus.world.text("en", SIZE_BYTES)}
    units = {"news about the pact": dense_news, **HOSTILE}
    texts |= {name: unit * (SIZE_BYTES // len(unit.encode())) for name, unit in units.items()}
    print(f"\nOne article of 10 MB, read ({machine})")
    for name, text in texts.items():
        quarter, _ = _seconds(scanner, text[: len(text) // 4])
        whole, mentions = _seconds(scanner, text)
        print(
            f"  {name:<24} {whole:6.2f} s {whole / max(quarter, 0.001):5.1f} × a quarter of it {mentions:7,} mentions"
        )
        assert whole > 0
