"""Lines of search, who, timeline, commitments and story become requests, at the bounds of their days and pages too."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.requests import Ask, Asker, Unclear
from handlers.verbs.commitments import Commitments
from handlers.verbs.grammar import Rest
from handlers.verbs.parse import parse
from handlers.verbs.search import Search
from handlers.verbs.story import ShowStory
from handlers.verbs.timeline import Timeline
from handlers.verbs.who import Who

ASKER = Asker("T1", "U1", "C1", direct=False)


@pytest.mark.parametrize(
    ("line", "ask"),
    [
        ("timeline", Timeline(is_usual=True)),
        ("연표 쪽 2", Timeline(page=2, is_usual=True)),
        ("timeline 1d", Timeline(days=1)),
        ("timeline file", Timeline(is_usual=True, as_file=True)),
        ("timeline 2025-10..now file", Timeline(date(2025, 10, 1), None, as_file=True)),
        ("timeline 90d file", Timeline(days=90, as_file=True)),
        ("timeline 3650d", Timeline(days=3_650)),
        ("연표 2주 3쪽", Timeline(days=14, page=3)),
        ("timeline 2025-10..now page 2", Timeline(date(2025, 10, 1), None, page=2)),
        ("timeline ..2025-12", Timeline(None, date(2025, 12, 31))),
        ("timeline 2026-01-02..2026-01-02", Timeline(date(2026, 1, 2), date(2026, 1, 2))),
        ("search quantum", Search(Rest("quantum", 7))),
        ("search quantum 1d", Search(Rest("quantum", 7), 1)),
        ("search quantum 3650d", Search(Rest("quantum", 7), 3_650)),
        ("검색 크라치오스 6G 90일 2쪽", Search(Rest("크라치오스 6G", 3), 90, 2)),
        ("find quantum", Search(Rest("quantum", 5))),
        ("who", Who(Rest("", 3))),
        ("인물 크라치오스 실장 2쪽", Who(Rest("크라치오스 실장", 3), 2)),
        ("commitments", Commitments(Rest("", 11))),
        ("이행 연구 보안 완료", Commitments(Rest("연구 보안", 3), "done")),
        ("commitments space CLEAR", Commitments(Rest("space", 12), "clear")),
        ("commitments page 2", Commitments(Rest("", 12), page=2)),
        ("story 1d", ShowStory(None, days=1)),
        ("story 90d", ShowStory(None, days=90)),
    ],
)
def test_a_line_is_understood(line: str, ask: Ask) -> None:
    assert parse(line, ASKER)[0] == ask


@pytest.mark.parametrize(
    ("line", "at", "code", "nearest", "example"),
    [
        ("timeline 0d", 9, "period_wrong", "timeline 2025-10..now", True),
        ("timeline 3651d", 9, "period_wrong", "timeline 2025-10..now", True),
        ("timeline quantum 90d", 9, "period_wrong", "timeline 2025-10..now", True),
        ("timeline 2026..2025", 9, "period_reversed", "timeline 2025-12..2026-01", False),
        ("search quantum 3651d", 15, "search_span_wrong", "search quantum 3650d", False),
        ("search 0d", 7, "search_span_wrong", "search 1d", False),
        ("commitments done", 12, "commitment_needs", "commitments space done", True),
        ("이행 우주 완료 2쪽", 3, "commitment_needs", "이행 우주 완료", True),
        ("story 0d", 6, "board_span_wrong", "story 90d", False),
    ],
)
def test_a_line_that_is_not_understood_has_its_place_and_cure(
    line: str, at: int, code: str, nearest: str, example: bool
) -> None:
    ask = parse(line, ASKER)[0]
    assert isinstance(ask, Unclear)
    assert (ask.position, ask.code, ask.nearest, ask.example) == (at, code, nearest, example)


@pytest.mark.parametrize(("line", "changes"), [("commitments space", False), ("commitments space done", True)])
def test_only_a_state_changes_something(line: str, changes: bool) -> None:
    ask = parse(line, ASKER)[0]
    assert (ask.changes_channel, ask.shareable) == (changes, not changes)
