"""Counts how many letters two words are apart, up to a limit."""

from __future__ import annotations


def edit_distance(one: str, other: str, limit: int) -> int:
    """Edit distance in which swapped neighbours count once; limit + 1 where it is more than the limit."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    letters, others = set(one), set(other)
    if len(letters - others) > limit or len(others - letters) > limit:
        return limit + 1  # each letter that the other word lacks is a difference by itself
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        current = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit and min(row) > limit:
            return limit + 1  # no later row falls below both
        before, row = row, current
    return row[-1]
