"""The facts of a story are sentences made of plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.answers.stories.story_facts import coverage_notes, sister_notes, source_notes
from bot.model import Topics
from bot.stories.facts.coverage import coverage_of
from bot.stories.facts.sources import Sources
from handlers.cards.texts import Note
from settings.pact_calendar import load
from tests.support.bot_harness import outlet_named
from tests.support.sample_rows import stored_article, stored_story

OUTLETS = {"herald": outlet_named("herald"), "ministry": outlet_named("ministry")}


@pytest.mark.parametrize(
    ("topics", "code", "shared"),
    [
        ({"sister_pact": ("uk",), "sectors": ("telecom", "bank", "ai")}, "story_of_sister", "telecom, ai"),
        ({"sister_pact": ("uk",), "sectors": ("bank",)}, "story_of_sister_alone", None),
        ({"sister_pact": ("uk",), "pact": True, "sectors": ("ai",)}, None, None),
        ({"sectors": ("ai",)}, None, None),
    ],
)
def test_a_sister_pacts_story_names_the_fields_that_it_touches(
    topics: dict[str, Any], code: str | None, shared: str | None
) -> None:
    notes = sister_notes(stored_story(topics=Topics(**topics)), load().sectors)
    assert [(note.code, note.args.get("topics")) for note in notes] == ([(code, shared)] if code else [])


def test_one_source_of_all_articles_is_named_with_their_number() -> None:
    articles = [stored_article(number, topics=Topics(after=("Yonhap",))) for number in (1, 2, 3)]
    coverage = coverage_of(articles, {})
    notes = source_notes(coverage, Sources({2: articles[0]}, "herald"), OUTLETS)
    assert [(note.code, note.args) for note in notes] == [
        ("story_cites", {"n": "3", "source": "Yonhap"}),
        ("story_copies", {"n": "1"}),
        ("story_one_source", {"n": "3", "source": "Herald"}),
    ]


def test_official_texts_are_named_by_their_offices_and_languages() -> None:
    korean = stored_article(2, outlet="ministry", kind="official", language="ko")
    english = stored_article(3, outlet="ministry", kind="official", language="en")
    for articles, note in (
        ([stored_article(1)], Note("story_no_official")),
        ([stored_article(1), korean], Note("story_official", {"outlet": "Ministry"})),
        ([korean, english], Note("story_official_texts", {"n": "2", "outlets": "Ministry"})),
        ([stored_article(1), replace(korean, suspect="short")], Note("story_official_unread", {"outlet": "Ministry"})),
    ):
        assert coverage_notes(coverage_of(articles, {}), OUTLETS)[-1] == note


@pytest.mark.parametrize(("language", "code"), [("en", "story_counts_two"), ("ja", "story_counts")])
def test_other_languages_are_counted_where_there_are_any(language: str, code: str) -> None:
    notes = coverage_notes(coverage_of([stored_article(1, language=language)], {}), OUTLETS)
    assert notes[0].code == code
