"""An edit is more than a mark; the last headlines are kept; a cached page or a changed list is not believed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.stories.facts.former_headlines import MOST_KEPT, are_edits, is_edit, is_stale, other_title, with_former
from tests.support.sample_rows import AT


def test_a_headline_is_edited_where_more_than_marks_spaces_and_case_differ() -> None:
    assert is_edit("Deal signed", "Deal signed in Gyeongju")
    assert not is_edit("[속보] 한미  협약 서명", "한미 협약 서명")
    assert not is_edit("DEAL signed", "Deal Signed")
    assert not is_edit(" ", "Deal")


def test_the_newest_former_headlines_are_kept() -> None:
    kept = with_former([], "0", AT)
    assert kept == [{"headline": "0", "until_at": AT.isoformat()}]
    for number in range(1, MOST_KEPT + 1):
        kept = with_former(kept, str(number), AT)
    assert [each["headline"] for each in kept] == [str(number) for number in range(1, MOST_KEPT + 1)]


@pytest.mark.parametrize(
    ("edits", "known", "are"),
    [(3, 3, True), (4, 4, False), (4, 15, False), (4, 16, True), (25, 100, True), (26, 100, False)],
)
def test_three_new_titles_or_a_quarter_of_a_list_are_edits(edits: int, known: int, are: bool) -> None:
    assert are_edits(edits, known) == are


def test_a_page_is_stale_that_shows_what_was_replaced_last_within_an_hour() -> None:
    kept = with_former([], "Draft", AT - timedelta(hours=2))
    kept = with_former(with_former(kept, "First", AT - timedelta(hours=1)), "Second", AT)
    soon, late = AT + timedelta(minutes=59), AT + timedelta(hours=1)
    assert is_stale("[속보] Second", kept, soon)
    assert not is_stale("Second", kept, late)
    assert not is_stale("First", kept, soon)
    assert not is_stale("", kept, soon)
    assert not is_stale("Second", [], soon)


@pytest.mark.parametrize(
    ("listed", "other"),
    [
        ("Korea, US sign deal", None),
        ("KOREA, US sign deal in Gyeongju", None),
        ("Korea, US sign…", None),
        ("Korea, US...", None),
        ("[속보] Korea, US sign deal", None),
        ("Seoul and Washington agree", "Seoul and Washington agree"),
        ("…", None),
    ],
)
def test_a_listed_title_that_says_something_else_is_another_one(listed: str, other: str | None) -> None:
    assert other_title("Korea, US sign deal", [listed]) == other
