"""Counts how many letters two words are apart, up to a limit."""

from __future__ import annotations


def edit_distance(word: str, other: str, limit: int) -> int:
    """Edit distance in which swapped neighbours count once; limit + 1 where it is more than the limit."""
    if abs(len(word) - len(other)) > limit:
        return limit + 1
    letters, others = set(word), set(other)
    if len(letters - others) > limit or len(others - letters) > limit:
        return limit + 1  # each letter that the other word lacks is a difference by itself
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(word, 1):
        current = [number]
        for column, other_letter in enumerate(other, 1):
            cost = min(row[column] + 1, current[column - 1] + 1, row[column - 1] + (letter != other_letter))
            if number > 1 and column > 1 and letter == other[column - 2] and word[number - 2] == other_letter:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit and min(row) > limit:
            return limit + 1  # no later row falls below both
        before, row = row, current
    return row[-1]
