"""Loads the word lists and patterns of features and facts, a tenth of a second's work, before they are needed."""

from __future__ import annotations

from bot.stories.facts.place_and_day import event_days, event_places
from bot.stories.features.background import common_features, pact_features
from bot.stories.features.gazetteer import built_in

_EVENT = "signed in seoul on oct. 29"
"""It has a place and a day, so both are looked up."""


def load_word_lists() -> None:
    """Loads what is kept afterwards; may run in a thread."""
    built_in()
    common_features()
    pact_features()
    for circumstances in (event_places(_EVENT), event_days(_EVENT)):
        assert list(circumstances)
