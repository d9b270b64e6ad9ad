"""``export`` is parsed in both languages, and what is no format or no span is refused with a line to type."""

from __future__ import annotations

import pytest

from handlers.requests import Asker, Unclear
from handlers.verbs.export import Export
from handlers.verbs.parse import parse

ASKER = Asker("T1", "U1", "C1", direct=False)


@pytest.mark.parametrize(
    ("line", "written_as", "days"),
    [
        ("export", "csv", 30),
        ("export csv 90d", "csv", 90),
        ("export jsonl 2w", "jsonl", 14),
        ("export 1d", "csv", 1),
        ("export json 400d", "jsonl", 400),
        ("내보내기 엑셀 7일", "csv", 7),
    ],
)
def test_a_line_is_understood(line: str, written_as: str, days: int) -> None:
    assert parse(line, ASKER)[0] == Export(written_as, days)


@pytest.mark.parametrize(
    ("line", "code", "position", "nearest"),
    [
        ("export pdf", "export_format_wrong", 7, "export csv"),
        ("export csv now", "export_format_wrong", 11, "export csv"),
        ("export csv 401d", "export_span_wrong", 11, "export csv 400d"),
        ("내보내기 0일", "export_span_wrong", 5, "내보내기 1일"),
    ],
)
def test_a_wrong_line_is_refused_at_its_word(line: str, code: str, position: int, nearest: str) -> None:
    refused = parse(line, ASKER)[0]
    assert isinstance(refused, Unclear)
    assert (refused.code, refused.position, refused.nearest) == (code, position, nearest)
