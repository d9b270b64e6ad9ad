"""``heat`` counts whole local days into columns that fit a phone, and its file has every day."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.answers.pact.heat import MOST_COLUMNS, cells_of, column_begins, column_days, end_of_day
from bot.exports.heat_table import heat_csv
from bot.exports.table import BOM
from handlers.cards.heat import HeatCard
from handlers.cards.topic_heat import TopicHeat
from handlers.text.times import local_date
from handlers.verbs.heat import MAX_DAYS
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(("days", "step"), [(1, 1), (7, 1), (8, 1), (9, 7), (28, 7), (56, 7), (57, 14), (90, 14)])
def test_a_column_is_a_day_or_whole_weeks(days: int, step: int) -> None:
    assert column_days(days) == step


@pytest.mark.parametrize("days", range(1, MAX_DAYS + 1))
def test_the_columns_cover_the_days_and_fit(days: int) -> None:
    step = column_days(days)
    begins, cells = column_begins(TODAY, days, step), cells_of([1] * days, step)
    assert len(begins) == len(cells) <= MOST_COLUMNS
    ends = [*begins[1:], TODAY + timedelta(days=1)]
    assert cells == tuple((end - begin).days for begin, end in zip(begins, ends, strict=True))
    assert (sum(count or 0 for count in cells), set(cells[1:]) <= {step}) == (days, True)


def test_the_last_column_ends_today() -> None:
    assert column_begins(TODAY, 9, 7) == (date(2026, 11, 16), date(2026, 11, 18))
    assert cells_of((9, 0, 1, 0, 0, 0, 0, 0, 5), 7) == (9, 6)


@pytest.mark.parametrize(
    ("now", "zone", "end"),
    [
        ("2026-11-24T14:59:59", "Asia/Seoul", "2026-11-24T14:59:59"),
        ("2026-11-24T15:00:00", "Asia/Seoul", "2026-11-25T14:59:59"),
        # a day of 25 hours
        ("2026-11-01T05:00:00", "America/New_York", "2026-11-02T04:59:59"),
    ],
)
def test_the_window_ends_with_the_local_day(now: str, zone: str, end: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert end_of_day(at, zone) == datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert local_date(end_of_day(at, zone), zone) == local_date(at, zone)


def test_the_file_has_a_row_for_each_topic_and_a_column_for_each_day() -> None:
    rows = [
        TopicHeat("quantum", 3, (0, 1, 2), 1.256, 20, "spike"), TopicHeat("=1+1", 1, (1, 0, 0), 0.0, 2, "too_few"),
    ]  # fmt: skip
    content = heat_csv(rows, TODAY, "ko").decode()
    assert content.startswith(BOM)
    assert list(csv.DictReader(io.StringIO(content.removeprefix(BOM)))) == [
        {"topic": "quantum", "name": "양자", "stories": "3", "usual": "1.26", "verdict": "spike",
         "2026-11-22": "0", "2026-11-23": "1", "2026-11-24": "2"},
        {"topic": "'=1+1", "name": "'=1+1", "stories": "1", "usual": "", "verdict": "too_few",
         "2026-11-22": "1", "2026-11-23": "0", "2026-11-24": "0"},
    ]  # fmt: skip
    assert heat_csv([], TODAY, "en").decode() == f"{BOM}topic,name,stories,usual,verdict\r\n"


async def test_a_story_stands_in_the_last_column(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for line, columns in (("heat week", 7), ("열지도 월간", 4), ("heat 90d file", 7)):
        card = await harness.ask(line)
        assert isinstance(card, HeatCard)
        (quantum,) = [row for row in card.rows if row.heat.topic == "quantum"]
        assert quantum.cells == (None,) * (columns - 1) + (1,), "nothing was read before"
        assert (len(card.unread_on), len(card.unread_spans)) == (card.days - 1, 1)
        assert quantum.heat.verdict == "too_few"
        assert (card.note is not None) is line.endswith("file")


async def test_a_story_of_the_day_before_the_first_belongs_to_the_past(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    for hours, first in ((6 * 24, 1), (23, None)):  # less than seven days, and eight dates
        harness.pass_time(hours=hours)
        card = await harness.ask("heat week")
        (quantum,) = [row for row in card.rows if row.heat.topic == "quantum"]
        assert (quantum.cells, quantum.heat.stories) == ((first, *(None,) * 5, 0), first or 0)


def test_a_day_that_was_not_read_is_empty_in_the_file() -> None:
    rows = [TopicHeat("quantum", 2, (None, 0, 2), 0.0)]
    file = heat_csv(rows, TODAY, "en").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(file)))[1][2:] == ["2", "", "too_few", "", "0", "2"]


def test_a_column_is_unread_where_none_of_its_days_was_read() -> None:
    days = (None, None, None, None, None, None, None, 0, None)
    assert cells_of(days, 7) == (None, 0)
    assert cells_of((None,) * 9, 7) == (None, None)
