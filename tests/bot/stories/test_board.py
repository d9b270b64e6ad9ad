"""A first report is counted only where the times tell it, and every count says what it is out of."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from bot.model import StoredArticle, StoryCoverage
from bot.stories.facts.board import Firsts, FirstsOfOutlet, firsts_of, language_gap
from tests.support.bot_harness import outlet_named
from tests.support.sample_rows import AT, stored_article

OUTLETS = {key: outlet_named(key) for key in ("herald", "times", "ilbo")}
NUMBERS = count(1)


def story(**minutes: int) -> list[StoredArticle]:
    """One article of each outlet, so many minutes after the first."""
    times = {key: AT + timedelta(minutes=10 + after) for key, after in minutes.items()}
    return [stored_article(next(NUMBERS), outlet=key, published_at=at, first_seen_at=at) for key, at in times.items()]


def told(number: int, ko: int, en: int, outlets: int = 1, severity: int = 0, pact: bool = False) -> StoryCoverage:
    return StoryCoverage(number, outlets, ko, en, severity, pact, AT)


def test_a_lead_of_five_minutes_decides_nothing_and_one_outlet_is_no_race() -> None:
    stories = [
        story(herald=0, times=6, ilbo=9),
        story(herald=0, times=6),
        story(times=0, herald=90),
        story(times=0, ilbo=5),
        story(ilbo=0),
    ]
    assert firsts_of(stories, OUTLETS) == Firsts(
        several=4, decided=3, outlets=(FirstsOfOutlet("herald", 2, 3), FirstsOfOutlet("times", 1, 3))
    )


def test_of_outlets_that_were_first_as_often_the_one_with_fewer_stories_stands_first() -> None:
    firsts = firsts_of([story(times=0, herald=9), story(herald=0, ilbo=9), story(ilbo=0, herald=9)], OUTLETS)
    assert [(row.outlet, row.first, row.reported) for row in firsts.outlets] == [
        ("times", 1, 1),
        ("ilbo", 1, 2),
        ("herald", 1, 3),
    ]


def test_no_story_is_no_first() -> None:
    assert firsts_of([], OUTLETS) == Firsts(0, 0, ())


def test_stories_are_parted_by_language_and_the_weightiest_stand_first() -> None:
    stories = [
        told(1, 1, 0), told(2, 3, 0, outlets=3), told(3, 1, 0, pact=True), told(4, 1, 0, severity=1), told(5, 0, 2),
        told(6, 1, 1), told(7, 0, 0),
    ]  # fmt: skip
    gap = language_gap(stories)
    assert [row.story for row in gap.ko_alone] == [4, 3, 2, 1]
    assert [row.story for row in gap.en_alone] == [5]
    assert [row.story for row in gap.both] == [6]
