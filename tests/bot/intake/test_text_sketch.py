"""Sketches of texts: an edit keeps most of a text, and different texts of one template share little."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake.text_sketch import (
    LEAST_RUNS,
    NEARLY_THE_SAME,
    RUN_WORDS,
    SKETCH_HASHES,
    TextSketch,
    _first_in_order,
    same_share,
    sketch_of,
)

UNLIKE = Path(__file__).parents[2] / "gates" / "blind_unlike.jsonl"
WORDS = [f"word{number}" for number in range(300)]


def sketch(words: list[str]) -> TextSketch:
    found = sketch_of(" ".join(words))
    assert found is not None
    return found


def share(words: list[str], others: list[str]) -> float:
    return same_share(sketch(words).hashes, sketch(others).hashes)


@pytest.mark.parametrize(("runs", "has_sketch"), [(LEAST_RUNS - 1, False), (LEAST_RUNS, True)])
def test_a_short_text_has_no_sketch(runs: int, has_sketch: bool) -> None:
    assert (sketch_of(" ".join(WORDS[: runs + RUN_WORDS - 1])) is not None) == has_sketch


@settings(max_examples=200, derandomize=True)  # it estimates: other edits than these may miss by chance
@given(at=st.integers(0, 299), length=st.integers(1, 30), new=st.lists(st.from_regex(r"\A[a-z]{9}\Z"), max_size=30))
def test_a_text_with_a_tenth_of_its_words_edited_is_nearly_the_same(at: int, length: int, new: list[str]) -> None:
    edited = [*WORDS[:at], *new, *WORDS[at + length :]]
    assert share(WORDS, edited) >= NEARLY_THE_SAME
    assert {*zip(sketch(WORDS).keys, range(3), strict=True)} & {*zip(sketch(edited).keys, range(3), strict=True)}


def test_the_share_is_that_of_the_whole_texts_within_an_eighth() -> None:
    for kept in range(301):
        other = WORDS[:kept] + [f"other{number}" for number in range(300 - kept)]
        runs, others = ({tuple(text[at : at + RUN_WORDS]) for at in range(298)} for text in (WORDS, other))
        estimated = share(WORDS, other)
        assert abs(estimated - len(runs & others) / len(runs | others)) < 0.125, kept
        assert estimated == share(other, WORDS), kept


def test_case_and_signs_change_nothing() -> None:
    assert sketch_of(" ".join(WORDS)) == sketch_of(",  ".join(WORDS).upper())
    assert len(sketch(WORDS).hashes) == SKETCH_HASHES


def test_no_two_reports_of_one_template_are_nearly_the_same() -> None:
    """These are different reports, many of one template; the rule was chosen on others."""
    texts = [json.loads(line)["text"] for line in UNLIKE.read_text("utf-8").splitlines()]
    hashes = [found.hashes for text in texts if (found := sketch_of(text)) is not None]
    assert len(hashes) > 100
    assert max(same_share(one, other) for one, other in itertools.combinations(hashes, 2)) < NEARLY_THE_SAME


@given(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=60), st.integers(0, 2**32 - 1))
def test_the_first_hash_of_an_order_is_the_least_combined_one(hashes: set[int], order: int) -> None:
    assert _first_in_order(sorted(hashes), order) == min(hashed ^ order for hashed in hashes)
