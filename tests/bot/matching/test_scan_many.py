"""Pages that are read together say what each says alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bot.matching.scan import Scanner
from bot.matching.scan_many import MOST_CHARS, read_many
from bot.model import Page
from settings.lexicon import load

GATES = Path(__file__).parents[2] / "gates"
LITERALS = ("반도체 장비", "zeppelin", '"정책"', "R&D")


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(load(None), LITERALS)


def headlines() -> list[str]:
    lines = (GATES / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def test_headlines_that_are_read_together_say_what_each_says_alone(scanner: Scanner) -> None:
    for language in ("", "ko"):
        pages = [Page(text, "", language, date(2025, 11, 1)) for text in headlines()]
        assert read_many(scanner, pages) == [scanner.read(page) for page in pages]


def test_headlines_with_texts_that_are_read_together_say_what_each_says_alone(scanner: Scanner) -> None:
    texts = headlines()
    pages = [Page(head, text, "mixed", None) for head, text in zip(texts, [*texts[1:], ""], strict=True)]
    assert read_many(scanner, pages) == [scanner.read(page) for page in pages]


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n", "a\nb", "zeppelin", "the zeppelins", "반도체", "장비", "정책실장의", "한국과 미국 사이의 각서",
        "시금치 값이 올랐다", "Spinach is dear", "백악관의 크라치우스 실장", "the 재정책임", "x" * (MOST_CHARS + 1),
    ],
)  # fmt: skip
def test_a_page_says_the_same_wherever_it_stands(scanner: Scanner, text: str) -> None:
    for before, behind in (("", ""), ("반도체", "장비"), ("zep", "pelin"), ("spinach ", " \n"), ("미국", "은")):
        pages = [Page(before, "", "ko", None), Page(text, "", "en", None), Page(behind, text, "", None)]
        assert read_many(scanner, pages) == [scanner.read(page) for page in pages]


def test_what_names_nothing_is_not_scanned(scanner: Scanner) -> None:
    assert scanner.may_name(["Spinach is dear in London", "시금치 값이 미국에서 올랐다", "zeppelin"]) == [
        False,
        False,
        True,
    ]


def test_no_page_says_nothing(scanner: Scanner) -> None:
    assert read_many(scanner, []) == []


def test_many_long_texts_are_searched_in_parts(scanner: Scanner) -> None:
    texts = [f"{'spinach ' * 400}{'zeppelin' * (number % 7 == 0)}" for number in range(70)]
    assert scanner.may_name(texts) == [number % 7 == 0 for number in range(70)]
    assert scanner.may_name(["zeppelin", *[""] * 3, "x" * (1 << 16), "zeppelin"]) == [True, *[False] * 4, True]
