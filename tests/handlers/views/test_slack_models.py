"""The models of Slack's own SDK take every home tab and modal of the gallery, and keep every block."""

from __future__ import annotations

import pytest
from slack_sdk.models.views import View

from handlers.gallery.example import Example
from handlers.gallery.gallery import GROUPS, rendered
from handlers.text.words import LANGUAGES

VIEWS = [example for group in GROUPS for example in group.examples if example.kind in ("home", "modal", "view")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("example", VIEWS, ids=lambda example: example.english)
def test_slacks_own_models_take_every_view(example: Example, language: str) -> None:
    view = rendered(example, language)
    kept = View(**view).to_dict()
    assert [block["type"] for block in kept["blocks"]] == [block["type"] for block in view["blocks"]]
    assert kept["type"] == view["type"]
