"""Sparklines and signs of the sectors' numbers."""

from __future__ import annotations

import pytest

from handlers.blocks.localizer import localizer_for
from handlers.blocks.sector_heat import heat_line, heat_lines, heat_sign, sparkline
from handlers.cards.status import SectorHeat


def test_a_sparkline_is_relative_to_the_busiest_day() -> None:
    assert sparkline((0, 1, 7)) == "▁▂█"
    assert sparkline(()) == ""
    line = heat_line(SectorHeat("ai", 12, (1, 2, 3, 0, 5, 1, 0), 4.0), localizer_for("ko", "Asia/Seoul"))
    assert line == "▂▃▅▁█▂▁   12 ▲ 인공지능 (평소 4.0)"


@pytest.mark.parametrize(
    ("stories", "usual", "sign"),
    [
        (5, 3.0, " "),
        (6, 3.0, "▲"),
        (2, 1.0, " "),
        (3, 1.0, "▲"),
        (1, 3.0, " "),
        (1, 3.5, "▼"),
        (1, 4.0, "▼"),
        (0, 1.0, " "),
        (0, 2.0, "▼"),
    ],
)
def test_a_sign_needs_half_as_many_more_or_fewer_and_half_a_story(stories: int, usual: float, sign: str) -> None:
    assert heat_sign(stories, usual) == sign


def test_a_sector_without_stories_is_shown_when_it_usually_has_some() -> None:
    localizer = localizer_for("en", "Asia/Seoul")
    rows = [SectorHeat("ai", 0, (0,), 0.5), SectorHeat("bio", 0, (0,), 0.4), SectorHeat("space", 1, (1,), 0.0)]
    assert heat_lines(rows, localizer) == ["▁    0   AI (usual 0.5)", "█    1   space"]


def test_a_usual_number_has_a_decimal_below_ten() -> None:
    localizer = localizer_for("en", "Asia/Seoul")
    assert heat_line(SectorHeat("ai", 10, (10,), 9.9), localizer).endswith("(usual 9.9)")
    assert heat_line(SectorHeat("ai", 10, (10,), 10.0), localizer).endswith("(usual 10)")


def test_a_sparkline_covers_four_weeks() -> None:
    assert sparkline((9, *[1] * 28)) == "█" * 28


def test_thirteen_sectors_are_shown() -> None:
    rows = [SectorHeat(f"sector-{number}", 1, (1,), 0.0) for number in range(14)]
    lines = heat_lines(rows, localizer_for("en", "Asia/Seoul"))
    assert lines[-1].endswith("sector-12")
