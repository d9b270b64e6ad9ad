"""Draws the number of new stories of each topic as a sparkline, compared with the topic's usual number."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.blocks.localizer import Localizer
from handlers.cards.topic_heat import TopicHeat

BARS = "▁▂▃▄▅▆▇█"
TOPICS_SHOWN, DAYS_SHOWN, SPIKES_SHOWN = 13, 28, 3
UNREAD = "·"
"""Stands for a day on which no article was read."""
QUIET_BELOW = 0.5
"""A topic without stories is left out when its usual number is below this."""
SIGNS = {"spike": "▲", "lull": "▼"}


def heat_lines(heat: Sequence[TopicHeat], localizer: Localizer) -> list[str]:
    """Returns one line for each topic that has stories now or usually has some; all sparklines have one scale."""
    rows = rows_shown(heat)
    busiest = max((stories or 0 for row in rows for stories in row.by_day[-DAYS_SHOWN:]), default=0)
    return [heat_line(row, localizer, busiest) for row in rows]


def rows_shown(heat: Sequence[TopicHeat]) -> list[TopicHeat]:
    """Returns the topics that have stories now or usually have some, as many as are shown."""
    return [row for row in heat if row.stories or row.usual >= QUIET_BELOW][:TOPICS_SHOWN]


def heat_line(row: TopicHeat, localizer: Localizer, busiest: int) -> str:
    """Returns ``▁▁▂▁▅█▂  12 ▲ AI (usually 4)``; the sign says that the number is unusual.

    The sparkline stands first and the name last, so that the width of Hangul shifts no column.
    """
    name = localizer.topic_names((row.topic,))
    return (
        f"{sparkline(row.by_day, busiest)} {row.stories:>4} {SIGNS.get(row.verdict, ' ')} {name}{_past(row, localizer)}"
    )


def past_note(heat: Sequence[TopicHeat], localizer: Localizer) -> str:
    """Returns a sentence where topics have too few earlier stories to say what is usual, else an empty text."""
    too_few = [row.topic for row in heat if row.verdict == "too_few" and row.stories]
    return localizer.text("status.heat_too_few") if too_few else ""


def spikes_line(spikes: Sequence[TopicHeat], localizer: Localizer) -> str:
    """Returns the topics that have unusually many new stories this week, or an empty text."""
    topics = [
        f"{localizer.topic_names((row.topic,))} {row.stories:,}{_past(row, localizer)}" for row in spikes[:SPIKES_SHOWN]
    ]
    return localizer.text("digest.spikes", topics=" · ".join(topics)) if topics else ""


def _past(row: TopicHeat, localizer: Localizer) -> str:
    """Returns the usual number in parentheses; nothing where the past holds too little to say it."""
    usual = usual_number(row)
    return f" ({localizer.text('status.heat_usual', usual=usual)})" if usual else ""


def usual_number(row: TopicHeat) -> str:
    """Returns the usual number, with a tenth where it is small; an empty text where the past holds too little."""
    if row.verdict == "too_few":
        return ""
    return f"{row.usual:,.0f}" if row.usual >= 10 else f"{row.usual:.1f}".removesuffix(".0")


def has_unread_days(heat: Sequence[TopicHeat]) -> bool:
    """Returns whether a sparkline that is shown has a day on which no article was read."""
    return any(stories is None for row in rows_shown(heat) for stories in row.by_day[-DAYS_SHOWN:])


def sparkline(by_day: Sequence[int | None], busiest: int) -> str:
    """Returns one bar for each of the last 28 days, relative to the busiest day of all that are shown together."""
    return "".join(UNREAD if stories is None else _bar(stories, busiest) for stories in by_day[-DAYS_SHOWN:])


def _bar(stories: int, busiest: int) -> str:
    top = len(BARS) - 1
    return BARS[min(top, max(0, stories) * top // max(busiest, 1))]
