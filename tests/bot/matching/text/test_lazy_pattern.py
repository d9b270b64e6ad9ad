"""A lazy pattern is what ``re.compile`` returns, but for the time at which it is compiled."""

from __future__ import annotations

import re

import pytest

from bot.matching.text.lazy_pattern import lazy_pattern

TEXT = "한미가 기술번영협정에 Signed and signed"


@pytest.mark.parametrize(
    ("source", "flags"), [(r"signed", 0), (r"signed", re.IGNORECASE), (r"([가-힣]+)에 ", 0), (r"x", 0)]
)
def test_it_finds_what_a_compiled_pattern_finds(source: str, flags: int) -> None:
    lazy, compiled = lazy_pattern(source, flags), re.compile(source, flags)
    assert lazy.pattern == source
    assert [match.span() for match in lazy.finditer(TEXT)] == [match.span() for match in compiled.finditer(TEXT)]
    assert lazy.findall(TEXT) == compiled.findall(TEXT)
    assert lazy.split(TEXT) == compiled.split(TEXT)
    assert lazy.sub("-", TEXT) == compiled.sub("-", TEXT)
    for method in ("search", "match", "fullmatch"):
        assert str(getattr(lazy, method)(TEXT)) == str(getattr(compiled, method)(TEXT))
    assert str(lazy.search(TEXT, 12)) == str(compiled.search(TEXT, 12))


def test_it_is_compiled_once_and_by_its_first_use() -> None:
    lazy = lazy_pattern("(")
    with pytest.raises(re.error):
        lazy.search(TEXT)
    lazy = lazy_pattern("signed")
    assert lazy.search is lazy.search


def test_it_has_no_other_attribute() -> None:
    with pytest.raises(AttributeError):
        _ = lazy_pattern("signed").flags
