"""Sparklines, signs and the past of the topics' numbers."""

from __future__ import annotations

import pytest

from handlers.blocks.localizer import localizer_for
from handlers.blocks.topic_heat import heat_line, heat_lines, past_note, sparkline, spikes_line
from handlers.cards.topic_heat import TopicHeat

EN, KO = (localizer_for(language, "Asia/Seoul") for language in ("en", "ko"))
SPIKE = TopicHeat("ai", 12, (1, 2, 3, 0, 5, 1, 0), 4.0, 32, "spike")


def test_sparklines_that_stand_together_have_one_scale() -> None:
    assert sparkline((0, 1, 7), 7) == "▁▂█"
    assert sparkline((0, 1, 7), 14) == "▁▁▄"
    assert sparkline((), 0) == ""
    low = TopicHeat("bio", 1, (0, 1, 0, 0, 0, 0, 0), 1.0, 9, "usual")
    assert heat_lines([SPIKE, low], KO) == [
        "▂▃▅▁█▂▁   12 ▲ 인공지능 (평소 4)",
        "▁▂▁▁▁▁▁    1   바이오 (평소 1)",
    ]


def test_a_sign_says_that_a_number_is_unusual() -> None:
    lull, usual = TopicHeat("ai", 0, (0,), 4.0, 32, "lull"), TopicHeat("ai", 4, (4,), 4.0, 32, "usual")
    assert heat_line(lull, EN, 4) == "▁    0 ▼ AI (usually 4)"
    assert heat_line(usual, EN, 4) == "█    4   AI (usually 4)"


def test_a_past_of_too_little_is_said_once_in_a_sentence() -> None:
    few = TopicHeat("ai", 5, (5,), 0.0, 3, "too_few")
    assert heat_line(few, EN, 5) == "█    5   AI"
    assert "too few stories in the eight weeks before" in past_note([SPIKE, few], EN)
    assert "비교하지 않았습니다" in past_note([few, few], KO)
    assert past_note([SPIKE, TopicHeat("bio", 0, (0,), 0.0)], EN) == ""


def test_a_topic_without_stories_is_shown_when_it_usually_has_some() -> None:
    rows = [TopicHeat(topic, 0, (0,), usual, 9, "usual") for topic, usual in (("ai", 0.5), ("bio", 0.4))]
    assert heat_lines([*rows, TopicHeat("space", 1, (1,), 0.0)], EN) == [
        "▁    0   AI (usually 0.5)",
        "█    1   space",
    ]


@pytest.mark.parametrize(("usual", "shown"), [(9.9, "9.9"), (9.0, "9"), (10.0, "10"), (10.4, "10"), (1200.0, "1,200")])
def test_a_usual_number_has_a_decimal_below_ten(usual: float, shown: str) -> None:
    assert f"(usually {shown})" in heat_line(TopicHeat("ai", 10, (10,), usual, 80, "usual"), EN, 10)


def test_a_sparkline_covers_four_weeks() -> None:
    assert sparkline((9, *[1] * 28), 1) == "█" * 28


def test_thirteen_topics_are_shown() -> None:
    rows = [TopicHeat(f"sector-{number}", 1, (1,), 0.0) for number in range(14)]
    assert heat_lines(rows, EN)[-1].endswith(" sector-12")


def test_a_digest_shows_three_spikes_in_one_line() -> None:
    assert spikes_line([], EN) == ""
    assert spikes_line([SPIKE], EN) == "▲ Unusually many this week: AI 12 (usually 4)"
    assert spikes_line([SPIKE] * 4, KO).count("인공지능 12 (평소 4)") == 3
