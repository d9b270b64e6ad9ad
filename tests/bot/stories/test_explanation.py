"""An explanation names what two reports share, what they lack and what tells them apart, and holds no text."""

from __future__ import annotations

from typing import Any

import pytest

from bot.stories.evidence import EVIDENCE
from bot.stories.explanation import APART, SHARED, apart_evidence, explanation_of, missing_evidence, shared_evidence
from bot.stories.placement import Placement
from bot.stories.scoring import Score
from bot.stories.story_index import StoryIndex
from handlers.text.words import has_key
from tests.support.reports import SIGNED_KO, UK_SIGNED, pact_report, report


def score(**added: float) -> Score:
    return Score(1.0, 3, 7, tuple(added.get(name, 0.0) for name in EVIDENCE))


def test_what_added_most_is_named_once_for_headline_and_text() -> None:
    found = score(always=-4, figures_sum=0.5, head_places_share=0.7, places_sum=0.4, terms_sum=0.2, same_outlet=-3)
    assert shared_evidence(found) == ["places", "figures", "terms"]
    many = score(head_sum=5, figures_sum=4, places_sum=3, terms_sum=2, people_sum=1)
    assert shared_evidence(many) == ["head", "figures", "places", "terms"]


@pytest.mark.parametrize(("added", "is_named"), [(0.09, False), (0.1, True)])
def test_what_weighs_too_little_is_not_named(added: float, is_named: bool) -> None:
    assert bool(shared_evidence(score(figures_sum=added))) == is_named
    assert bool(apart_evidence(score(days_apart=-added))) == is_named
    assert ("figures" not in missing_evidence(score(figures_sum=added))) == is_named


def test_what_took_most_tells_apart_and_a_sounding_name_is_no_missing_name() -> None:
    found = score(days_apart=-0.5, other_figures=-1.4, sounds_sum=0.8, no_head=-2.5)
    assert apart_evidence(found) == ["other_figures", "days_apart"]
    assert missing_evidence(found) == ["head", "figures", "places", "people"]


def test_a_placement_is_explained_by_its_story_or_by_the_nearest() -> None:
    near = score(days_apart=-1)
    found: dict[str, Any] = explanation_of(Placement(3, (), False, score(head_sum=2), 9, -1.234, near))
    assert (found["how"], found["twin"], found["shared"]) == ("joined", 7, ["head"])
    assert (found["runner_up"], found["runner_up_score"], found["apart"]) == (9, -1.23, ["days_apart"])
    opened = explanation_of(Placement(None, (), False, near, 9, -1.2, near))
    assert (opened["how"], opened["runner_up"]) == ("opened", 9)
    assert "shared" not in opened
    assert explanation_of(Placement(None)) == {"how": "opened"}
    assert explanation_of(Placement(3, same_article=True)) == {"how": "same"}
    repeated = Placement(3, same_article=True, repeats="headline", repeated=7)
    assert explanation_of(repeated) == {"how": "same", "repeats": "headline", "twin": 7}


def test_the_index_gives_the_score_of_the_nearest_other_story() -> None:
    index: StoryIndex[int] = StoryIndex()
    index.add(report(UK_SIGNED, language="en", sister_pact=("uk",)), 1)
    index.add(pact_report(SIGNED_KO), 2)
    found = index.find(pact_report((SIGNED_KO[0] + " 1", SIGNED_KO[1][:40] + " 두 나라는 오늘 다시 만났다.")))
    assert (found.nearest is None) == (found.runner_up is None)
    if found.nearest is not None:
        assert found.nearest.value == found.runner_up_score


def test_every_word_of_an_explanation_has_a_sentence() -> None:
    assert [name for name in (*SHARED, *APART) if not has_key(f"evidence.{name}")] == []


def test_every_piece_of_evidence_is_named_except_sums_over_all_and_what_lacks() -> None:
    silent = {"always", "no_people", "no_sectors", "specifics", "kinds", "no_head", "both_ahead"}
    named = {
        evidence
        for evidence in EVIDENCE
        if shared_evidence(score(**{evidence: 5})) or apart_evidence(score(**{evidence: -5}))
    }
    assert set(EVIDENCE) - named == silent
    assert shared_evidence(score(event_key=3.5)) == ["same_milestone"]
