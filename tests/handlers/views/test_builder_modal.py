"""The subscription builder is a view that Slack accepts, and its fields come back as they were filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.cards.digest import DigestLine
from handlers.cards.modals import BuilderCard, BuilderPreview, FieldErrorsCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.fake_slack.inputs import initial_values
from handlers.fake_slack.view_check import check_view
from handlers.text.words import LANGUAGES
from handlers.views.asks import PreviewSubscription
from handlers.views.builder_modal import fields_from, with_choice
from handlers.views.inputs import TEXT_MAX_CHARS, values_of
from handlers.views.modal import field_errors, loading_view, metadata_of, modal_view

HIT = DigestLine(
    "ST1",
    "양자 <협력> & more",
    "ko",
    "https://a.example/1",
    "한빛경제",
    datetime(2026, 8, 14, tzinfo=UTC),
    3,
    ("quantum",),
)
CARD = BuilderCard(
    query="quantum", cadence="instant", at="08:30", weekday="mon", timezone="Asia/Seoul", min_outlets=1, for_me=False,
    channel="C123", opened_in="C123", subscription=None, revision=0, zone="Asia/Seoul",
)  # fmt: skip
WEEKLY = replace(CARD, cadence="weekly", weekday="fri", at="09:15", timezone="Europe/Rome", min_outlets=4)


def as_filled_in(card: BuilderCard, language: str = "en") -> dict[str, Any]:
    """The view as Slack sends it back when nothing was changed."""
    view = check_view(modal_view(Shown(card, language)), "modal")
    return {**view, "state": {"values": initial_values(view["blocks"])}}


def read(view: dict[str, Any]) -> PreviewSubscription:
    return fields_from(PreviewSubscription, view, values_of(view), metadata_of(view))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "card",
    [
        CARD,
        WEEKLY,
        replace(CARD, query="", for_me=True, channel="", opened_in="D1"),
        replace(WEEKLY, subscription=12),
        replace(CARD, subscription=12, for_me=True, channel="D1"),
        replace(CARD, preview=BuilderPreview(1234, (HIT,) * 5, date(2026, 8, 14))),
        replace(CARD, notes=(Note("builder_sense", {"term": "양자"}),), choices=(("양자컴퓨터", "quantum"),) * 7),
        replace(CARD, query="가" * 2_000),
    ],
)
def test_every_builder_is_a_view_that_slack_accepts(card: BuilderCard, language: str) -> None:
    view = as_filled_in(card, language)
    assert view["callback_id"] == "pact:builder"
    assert all(block["block_id"].startswith("pact:") for block in view["blocks"])


def test_fields_come_back_as_they_were_shown() -> None:
    assert read(as_filled_in(CARD)) == PreviewSubscription("quantum", "instant", channel="C123")
    assert read(as_filled_in(WEEKLY)) == PreviewSubscription(
        "quantum", "weekly", "09:15", "fri", "Europe/Rome", 4, channel="C123"
    )
    mine = read(as_filled_in(replace(CARD, for_me=True, channel="")))
    assert (mine.for_me, mine.channel) == (True, "")
    edited = read(as_filled_in(replace(WEEKLY, subscription=12)))
    assert (edited.subscription, edited.cadence, edited.channel) == (12, "weekly", "")
    assert len(read(as_filled_in(replace(CARD, query="x" * 900))).query) == TEXT_MAX_CHARS
    assert read(as_filled_in(replace(CARD, lasts="14d"))).lasts == "14d"
    ending = as_filled_in(replace(CARD, subscription=12, ends_at=datetime(2026, 8, 14, tzinfo=UTC)))
    assert read(ending).lasts == ""
    assert "until Fri 14 Aug" in str(ending["blocks"])


def test_a_chosen_query_gets_a_new_field_so_that_slack_shows_it() -> None:
    chosen = with_choice(read(as_filled_in(CARD)), "quantum OR 6G")
    view = as_filled_in(replace(CARD, query=chosen.query, revision=chosen.revision))
    assert view["blocks"][0]["block_id"] != as_filled_in(CARD)["blocks"][0]["block_id"]
    assert (read(view).query, read(view).revision) == ("quantum OR 6G", 1)
    wrong = Shown(FieldErrorsCard({"query": Note("builder_query_needed"), "channel": Note("internal")}, 1), "ko")
    assert set(field_errors(wrong)) == {view["blocks"][0]["block_id"], "pact:in:channel"}


@pytest.mark.parametrize(
    "metadata", ["", "{", "[]", '{"subscription": "S1; drop", "channel": 7}', "null", '{"subscription": "9999999999"}']
)
def test_forged_ids_and_values_are_no_ids(metadata: str) -> None:
    state = {"pact:in:query": {"pact:live": {"type": "plain_text_input", "value": None}}, "other": {"x": {}}}
    state |= {"pact:in:min": {"pact:in": {"selected_option": {"value": "9" * 90}}}, "pact:in:zone": "none"}
    view = {"private_metadata": metadata, "state": {"values": state}, "blocks": [{"block_id": "pact:in:query:x"}]}
    assert read(view) == PreviewSubscription("")


def test_a_modal_that_loads_needs_no_language() -> None:
    assert check_view(loading_view("pact:1"), "modal")["external_id"] == "pact:1"
    assert "external_id" not in loading_view()
