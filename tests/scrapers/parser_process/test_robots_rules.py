"""Parsed robots.txt rules are kept by their text, within a number of characters."""

from __future__ import annotations

from scrapers.http.robots import MAX_BYTES
from scrapers.parser_process.robots_rules import MAX_CHARS, MIN_CHARS, RobotsRules


def _file(number: int, chars: int) -> str:
    """A robots.txt of so many characters."""
    rules = f"User-agent: *\nDisallow: /{number}\n"
    return rules + "#" * (chars - len(rules))


def test_the_longest_file_is_parsed_once() -> None:
    rules = RobotsRules()
    longest = _file(1, MAX_BYTES)
    parsed = rules.of(longest)
    assert rules.of(longest) is parsed
    assert rules.of("".join(longest)) is parsed


def test_a_file_that_has_changed_is_parsed_again() -> None:
    rules = RobotsRules()
    assert not rules.of(_file(1, 20_000)).can_fetch("https://a.example/1", "pactbot")
    assert rules.of(_file(2, 20_000)).can_fetch("https://a.example/1", "pactbot")


def test_rules_are_kept_up_to_a_number_of_characters() -> None:
    rules = RobotsRules()
    half, other_half = _file(1, MAX_CHARS // 2), _file(2, MAX_CHARS // 2)
    first, second = rules.of(half), rules.of(other_half)
    assert rules.of(half) is first
    assert rules.of(other_half) is second
    rules.of("")  # the least recently used goes
    assert rules.of(other_half) is second
    assert rules.of(half) is not first


def test_a_short_file_counts_as_a_kibibyte() -> None:
    rules = RobotsRules(3 * MIN_CHARS)
    parsed = [rules.of(f"# {number}") for number in range(3)]
    assert [rules.of(f"# {number}") for number in range(3)] == parsed
    rules.of("# 3")
    assert rules.of("# 1") is parsed[1]
    assert rules.of("# 0") is not parsed[0]
