"""A reader sees the outlet of a source, and no number of its page."""

from __future__ import annotations

import pytest

from bot.answers.pact.source_names import source_names
from scrapers.catalogue import load_catalogue
from settings.pact_calendar import load

OUTLETS = load_catalogue().outlets()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("asiae 2025102908301597522", "아시아경제"),
        ("cm.asiae 2026022113523613830", "아시아경제"),
        ("SBS N1008425305", "SBS"),
        ("koreajoongangdaily 2431805", "Korea JoongAng Daily"),
        ("sedaily.com/NewsView/2GRCPX5JLV", "서울경제"),
        ("bisi.org.uk", "bisi.org.uk"),
        ("https://www.example.com/1", "https://www.example.com/1"),
        ("", ""),
    ],
)
def test_a_source_is_named_by_its_outlet_or_its_site(source: str, name: str) -> None:
    assert source_names([source, source], OUTLETS) == (name,)


def test_no_source_of_the_calendar_shows_a_number() -> None:
    sources = [source for milestone in load().milestones for source in milestone.sources]
    shown = source_names(sources, OUTLETS)
    assert len(shown) > 10
    assert [name for name in shown if sum(char.isdigit() for char in name) > 3] == []
