"""The edit distance is exact up to its limit."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from bot.matching.text.edit_distance import edit_distance

NAME = st.text(st.sampled_from("abcd"), max_size=7)


@cache
def _apart(one: str, other: str) -> int:
    """The distance by trying everything: a letter more, less or wrong, or two neighbours swapped."""
    if not one or not other:
        return len(one) + len(other)
    ways = [_apart(one[1:], other) + 1, _apart(one, other[1:]) + 1, _apart(one[1:], other[1:]) + (one[0] != other[0])]
    if len(one) > 1 and one[:2] == other[1::-1]:
        ways.append(_apart(one[2:], other[2:]) + 1)
    return min(ways)


@given(NAME, NAME, st.integers(0, 4))
def test_the_distance_is_exact_up_to_the_limit_and_above_it_beyond(one: str, other: str, limit: int) -> None:
    assert min(edit_distance(one, other, limit), limit + 1) == min(_apart(one, other), limit + 1)
