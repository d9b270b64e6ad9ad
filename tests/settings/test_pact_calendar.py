"""The pact's calendar: dated, sourced, and refused with the key and its cure where it is wrong."""

from datetime import date
from pathlib import Path

import pytest

from settings import pact_calendar
from settings.errors import BadCalendar


def test_every_entry_names_its_source_in_both_languages() -> None:
    calendar = pact_calendar.load()
    entries: list[pact_calendar.Milestone | pact_calendar.NextEvent] = [*calendar.milestones, calendar.next_event]
    for entry in entries:
        assert entry.sources
        assert entry.ko
        assert entry.en


def test_the_dates_of_the_pact_are_known() -> None:
    calendar = pact_calendar.load()
    assert calendar.in_force_on == date(2025, 10, 29)
    assert calendar.notice_days == 180
    assert calendar.next_event.begins_on < calendar.next_event.until


def test_milestones_are_in_order_and_hold_the_signature() -> None:
    milestones = pact_calendar.load().milestones
    assert [milestone.on for milestone in milestones] == sorted(milestone.on for milestone in milestones)
    assert all(milestone.until > milestone.on for milestone in milestones if milestone.until)
    assert any(milestone.kind == "signature" for milestone in milestones)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("in_force_on = 2025-10-29", "", "pact.in_force_on"),
        ("in_force_on = 2025-10-29", 'in_force_on = "soon"', "pact.in_force_on"),
        ("notice_days = 180", "notice_days = true", "pact.notice_days"),
        ("notice_days = 180", "notice_dayz = 180", "pact.notice_dayz"),
        ("from = 2026-07-01", "", "next.from"),
        ('kind = "committee"', "", "milestone 1.kind"),
        ('sources = ["search.zdnet.co.kr list page"]', "sources = []", "milestone 1.sources"),
        ('owner = "MSIT / OSTP"', "", "clause ai-adoption.owner"),
        ("[pact]", "[pact", ""),
    ],
)
def test_a_wrong_calendar_is_one_line_that_names_the_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    built_in = pact_calendar.BUILT_IN.read_text("utf-8")
    assert old in built_in
    path = tmp_path / "pact.toml"
    path.write_text(built_in.replace(old, new, 1), "utf-8")
    with pytest.raises(BadCalendar) as caught:
        pact_calendar.load(path)
    assert caught.value.key == key
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("days", "accepted"), [(0, True), (3_660, True), (-1, False), (3_661, False)])
def test_a_notice_is_of_0_to_3660_days(tmp_path: Path, days: int, accepted: bool) -> None:
    path = tmp_path / "pact.toml"
    text = pact_calendar.BUILT_IN.read_text("utf-8")
    path.write_text(text.replace("notice_days = 180", f"notice_days = {days}"), "utf-8")
    if accepted:
        assert pact_calendar.load(path).notice_days == days
        return
    with pytest.raises(BadCalendar):
        pact_calendar.load(path)


def test_a_missing_calendar_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadCalendar, match="cannot be read"):
        pact_calendar.load(tmp_path / "none.toml")
