"""Quiet hours are understood as people write them, in both languages."""

from __future__ import annotations

import pytest

from handlers.requests import Asker, Unclear
from handlers.verbs.parse import parse
from handlers.verbs.quiet import Quiet


@pytest.mark.parametrize(
    ("line", "ask"),
    [
        ("quiet 22:00-07:00", Quiet("22:00", "07:00")),
        ("quiet 22:00 - 7:00", Quiet("22:00", "07:00")),
        ("quiet from 22:00 to 07:00", Quiet("22:00", "07:00")),
        ("q 22:00–07:00", Quiet("22:00", "07:00")),
        ("방해금지 22:00~07:00", Quiet("22:00", "07:00")),
        ("방해금지 22시부터 7시30분까지", Quiet("22:00", "07:30")),
        ("quiet 10pm to 7am", Quiet("22:00", "07:00")),
        ("방해금지 밤 10시부터 오전 7시 반까지", Quiet("22:00", "07:30")),
        ("quiet 10pm - 7am daily", Unclear(17, 5, "not_taken", "quiet 22:00-07:00", example=True)),
        ("방해금지 밤 10시부터 아침", Unclear(5, 1, "quiet_needs", "방해금지 22:00-08:00")),
        ("quiet 10pm to 10pm", Unclear(6, 4, "quiet_needs", "quiet 22:00-07:00", example=True)),
        ("quiet off", Quiet(None, None)),
        ("방해금지 끄기", Quiet(None, None)),
        ("quiet", Quiet(None, None, is_shown=True)),
        ("방해금지", Quiet(None, None, is_shown=True)),
        ("quiet from", Unclear(11, 1, "quiet_needs", "quiet 22:00-07:00", example=True)),
        ("quiet 22:00", Unclear(6, 5, "quiet_needs", "quiet 22:00-07:00", example=True)),
        ("quiet 22:00-25:00", Unclear(6, 11, "quiet_needs", "quiet 22:00-07:00", example=True)),
        ("quiet 22:00-22:00", Unclear(6, 11, "quiet_same", "quiet 22:00-07:00", example=True)),
        ("quiet 22:00-07:00 daily", Unclear(18, 5, "not_taken", "quiet 22:00-07:00", example=True)),
        ("quiet off now", Unclear(10, 3, "not_taken", "quiet off", example=True)),
    ],
)
def test_quiet_hours_are_understood_as_people_write_them(line: str, ask: object) -> None:
    assert parse(line, Asker("T1", "U1", "C1", False))[0] == ask
