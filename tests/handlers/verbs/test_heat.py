"""``heat`` is parsed in both languages, and what is no period is refused with a line to type."""

from __future__ import annotations

import pytest

from handlers.requests import Asker, Unclear
from handlers.verbs.heat import Heat
from handlers.verbs.parse import parse

ASKER = Asker("T1", "U1", "C1", direct=False)


@pytest.mark.parametrize(
    ("line", "days", "as_file"),
    [
        ("heat", 7, False),
        ("heat week", 7, False),
        ("heat month", 28, False),
        ("heat 90d", 90, False),
        ("heat 1d file", 1, True),
        ("heat file", 7, True),
        ("heatmap 2w", 14, False),
        ("열지도 주간", 7, False),
        ("열지도 주", 7, False),
        ("열지도 월", 28, False),
        ("열지도 월간 파일", 28, True),
        ("히트맵 90일", 90, False),
    ],
)
def test_a_line_is_understood(line: str, days: int, as_file: bool) -> None:
    ask = parse(line, ASKER)[0]
    assert ask == Heat(days, as_file)
    assert ask.shareable is not as_file


@pytest.mark.parametrize(
    ("line", "code", "position", "nearest"),
    [
        ("heat year", "heat_period_wrong", 5, "heat week"),
        ("열지도 양자 7일", "heat_period_wrong", 4, "열지도 주간"),
        ("heat 91d", "heat_span_wrong", 5, "heat 90d"),
        ("heat 99999999d file", "heat_span_wrong", 5, "heat 90d"),
        ("열지도 0일", "heat_span_wrong", 4, "열지도 1일"),
    ],
)
def test_a_wrong_line_is_refused_at_its_word(line: str, code: str, position: int, nearest: str) -> None:
    refused = parse(line, ASKER)[0]
    assert isinstance(refused, Unclear)
    assert (refused.code, refused.position, refused.nearest) == (code, position, nearest)
