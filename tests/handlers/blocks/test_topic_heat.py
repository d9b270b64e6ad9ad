"""Sparklines, signs and the past of the topics' numbers."""

from __future__ import annotations

import pytest

from handlers.blocks.localizer import localizer_for
from handlers.blocks.topic_heat import heat_line, heat_lines, sparkline, spikes_line
from handlers.cards.topic_heat import TopicHeat

EN, KO = (localizer_for(language, "Asia/Seoul") for language in ("en", "ko"))
SPIKE = TopicHeat("ai", 12, (1, 2, 3, 0, 5, 1, 0), 4.0, 32, "spike")


def test_a_sparkline_is_relative_to_the_busiest_day() -> None:
    assert sparkline((0, 1, 7)) == "▁▂█"
    assert sparkline(()) == ""
    assert heat_line(SPIKE, KO) == "▂▃▅▁█▂▁   12 ▲ 인공지능 (평소 4.0, n 32)"


def test_a_sign_says_that_a_number_is_unusual() -> None:
    lull, usual = TopicHeat("ai", 0, (0,), 4.0, 32, "lull"), TopicHeat("ai", 4, (4,), 4.0, 32, "usual")
    assert heat_line(lull, EN) == "▁    0 ▼ AI (usual 4.0, n 32)"
    assert heat_line(usual, EN) == "█    4   AI (usual 4.0, n 32)"


def test_a_past_of_too_little_says_so_with_its_number() -> None:
    few = TopicHeat("ai", 5, (5,), 0.0, 3, "too_few")
    assert heat_line(few, EN) == "█    5   AI (n 3, too few to say)"
    assert heat_line(few, KO) == "█    5   인공지능 (n 3, 판단하기에 적음)"


def test_a_topic_without_stories_is_shown_when_it_usually_has_some() -> None:
    rows = [TopicHeat(topic, 0, (0,), usual, 9, "usual") for topic, usual in (("ai", 0.5), ("bio", 0.4))]
    assert heat_lines([*rows, TopicHeat("space", 1, (1,), 0.0)], EN) == [
        "▁    0   AI (usual 0.5, n 9)",
        "█    1   space (n 0, too few to say)",
    ]


@pytest.mark.parametrize(("usual", "shown"), [(9.9, "9.9"), (10.0, "10")])
def test_a_usual_number_has_a_decimal_below_ten(usual: float, shown: str) -> None:
    assert f"(usual {shown}, " in heat_line(TopicHeat("ai", 10, (10,), usual, 80, "usual"), EN)


def test_a_sparkline_covers_four_weeks() -> None:
    assert sparkline((9, *[1] * 28)) == "█" * 28


def test_thirteen_topics_are_shown() -> None:
    rows = [TopicHeat(f"sector-{number}", 1, (1,), 0.0) for number in range(14)]
    assert " sector-12 " in heat_lines(rows, EN)[-1]


def test_a_digest_shows_three_spikes_in_one_line() -> None:
    assert spikes_line([], EN) == ""
    assert spikes_line([SPIKE], EN) == "▲ Unusually many this week: AI 12 (usual 4.0, n 32)"
    assert spikes_line([SPIKE] * 4, KO).count("인공지능 12 (평소 4.0, n 32)") == 3
