"""The pact's calendar: dated, sourced, marked where the sources disagree."""

from datetime import date
from pathlib import Path

import pytest

from settings import lexicon, pact_calendar


def test_every_entry_says_where_it_was_read() -> None:
    calendar = pact_calendar.load()
    entries: list[pact_calendar.Milestone | pact_calendar.Clause | pact_calendar.NextEvent]
    entries = [*calendar.milestones, *calendar.clauses, calendar.next_event]
    assert all(entry.sources for entry in entries)
    assert all(entry.ko and entry.en for entry in entries)


def test_the_clock() -> None:
    calendar = pact_calendar.load()
    assert calendar.in_force_on == date(2025, 10, 29)
    assert calendar.notice_days == 180
    assert calendar.next_event.uncertain
    assert calendar.next_event.begins_on < calendar.next_event.until


def test_milestones_are_in_order_and_a_disputed_day_is_uncertain() -> None:
    milestones = pact_calendar.load().milestones
    assert [m.on for m in milestones] == sorted(m.on for m in milestones)
    assert all(m.until > m.on and m.uncertain for m in milestones if m.until)
    assert any(m.kind == "signature" and m.topic == "pact" for m in milestones)


def test_clauses_speak_of_known_sectors() -> None:
    known = {s.id for s in lexicon.load(None).sectors}
    calendar = pact_calendar.load()
    assert {s for clause in calendar.clauses for s in clause.sectors} <= known
    assert [c.id for c in calendar.clauses if "space" in c.sectors] == ["space"]
    assert len({c.id for c in calendar.clauses}) == len(calendar.clauses)


@pytest.mark.parametrize("text", ["", "[pact", '[pact]\nsigned_on = "x"\n'])
def test_a_broken_calendar_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pact.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(pact_calendar.BadCalendar) as caught:
        pact_calendar.load(path)
    assert "\n" not in str(caught.value)
