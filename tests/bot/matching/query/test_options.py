"""A schedule typed without ``as`` is no word to look for: nothing is changed, and what was meant is offered."""

from __future__ import annotations

import pytest

from bot.matching.query.nodes import QueryError
from bot.matching.query.options import parse_line
from bot.matching.query.show import show
from settings.lexicon import load

LEXICON = load(None)


@pytest.mark.parametrize(
    ("line", "place", "meant"),
    [
        ("quantum daily 08:30", (8, 11), "as daily at 08:30"),
        ("quantum 매일", (8, 2), "as daily"),
        ("크라치오스 매주", (6, 2), "as weekly"),
        ("quantum 08:30", (8, 5), "as daily at 08:30"),
        ("quantum hourly for me", (8, 6), "as hourly"),
    ],
)
def test_a_bare_schedule_is_offered_as_one(line: str, place: tuple[int, int], meant: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_line(line, LEXICON)
    assert (caught.value.position, caught.value.length) == place
    assert caught.value.suggestion == meant
    mended = line[: place[0]] + meant + line[sum(place) :]
    assert parse_line(mended, LEXICON)[1].cadence == meant.split()[1]


@pytest.mark.parametrize("line", ["daily", '"Korea JoongAng Daily"', "quantum as daily at 08:30", "매일경제"])
def test_a_word_that_is_meant_stays_a_word(line: str) -> None:
    parse_line(line, LEXICON)


@pytest.mark.parametrize("word", ["협약", "협정", "한미협약", "pact"])
def test_the_pact_is_called_by_any_of_its_names(word: str) -> None:
    assert show(parse_line(word, LEXICON)[0]) == "pact"
