"""Durations, recent times and times on a named day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import CHURNED
from handlers.blocks.localizer import localizer_for
from handlers.cards.texts import Note
from handlers.text import words
from scrapers.errors import ScrapeError
from tests.support.example_cards import AT

LOCALIZER = localizer_for("en", "Asia/Seoul")


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (2_879, "47 h 59 min"), (2_880, "2 days")],
)
def test_a_duration_has_the_unit_that_fits(minutes: int, text: str) -> None:
    assert LOCALIZER.format_duration(minutes) == text


def test_a_recent_time_has_no_date_below_twenty_hours() -> None:
    almost, full = timedelta(hours=20, seconds=-1), timedelta(hours=20)
    assert LOCALIZER.format_recent(AT, AT + almost) == "08:30 KST"
    assert LOCALIZER.format_recent(AT, AT + full) == "Wed 29 Oct, 08:30 KST"
    assert LOCALIZER.format_recent(AT, AT - almost) == "08:30 KST"


def test_a_time_on_the_named_day_has_no_date() -> None:
    on = LOCALIZER.local_date(AT)
    assert LOCALIZER.format_time_on_day(AT, on) == "08:30 KST"
    assert LOCALIZER.format_time_on_day(AT, on - timedelta(days=1)) == "Wed 29 Oct, 08:30 KST"
    assert LOCALIZER.format_time_on_day(AT, None) == "Wed 29 Oct, 08:30 KST"


def every_error(kind: type[ScrapeError] = ScrapeError) -> list[str]:
    """The code of an error and of all that are made of it."""
    return [kind.code, *(code for more in kind.__subclasses__() for code in every_error(more))]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_reason_against_a_text_has_words(language: str) -> None:
    reasons = {*every_error(), "short", "site_title", "no_body", "wrong_type", "same_body", CHURNED}
    reasons.remove("titles_only")  # its note says it whole
    assert [reason for reason in sorted(reasons) if not words.has_key(f"suspect.{reason}")] == []
    shown = localizer_for(language, "Asia/Seoul").note_run(Note("suspect", {"suspect": "short"}))["text"]
    assert ("글이 너무 짧음" if language == "ko" else "too short") in shown


@pytest.mark.parametrize(
    ("why", "english", "korean"),
    [
        ("", "Cancelled (reason unknown).", "더는 보내지 않습니다(이유 미상)."),
        ("rolled_up", "(it is in a message with other stories).", "(여러 소식을 묶은 메시지에 실림)."),
        ("status_503", "Cancelled (status_503).", "(status_503)."),
    ],
)
def test_a_cause_is_said_in_words_and_is_never_empty(why: str, english: str, korean: str) -> None:
    note = Note("delivery_cancelled", {"why": why})
    assert localizer_for("en", "UTC").note_run(note)["text"].endswith(english)
    assert localizer_for("ko", "UTC").note_run(note)["text"].endswith(korean)


def test_an_argument_may_have_any_name() -> None:
    args = {"language": "a", "key": "b", "self": "c", "zone": "Asia/Seoul"}
    assert localizer_for("en", "UTC").text("note.own_zone", **args).startswith("I show you times in Asia/Seoul")


def test_numbers_of_things_have_thousands_separators_and_ids_have_none() -> None:
    counts = {"n": "1204", "outlets": "1", "ko": "1000", "en": "203", "other": "1"}
    assert "1,204 articles from 1 outlet: 1,000 Korean" in LOCALIZER.note_run(Note("story_counts", counts))["text"]
    assert "1204" in LOCALIZER.note_run(Note("trouble_dead", {"delivery": "1204", "why": "x"}))["text"]
