"""Cards say how much of an article's text was read."""

from __future__ import annotations

from typing import Any

import pytest

from bot.stories.facts.text_read import is_announced_flash, is_partial, lacks_text
from tests.support.sample_rows import stored_article

FLASH = {"flash": True, "headline": "[속보] 한미 서명"}


@pytest.mark.parametrize(
    ("fields", "announced", "lacking"),
    [
        ({}, False, False),
        (FLASH, True, False),
        ({"flash": True, "state": "failed"}, False, True),
        ({"kind": "official", "suspect": "short"}, False, True),
        ({"kind": "official", **FLASH}, True, True),
        ({"suspect": "short"}, False, False),
    ],
)
def test_only_an_outlets_own_mark_makes_a_flash_and_a_page_given_up_lacks_its_text(
    fields: dict[str, Any], announced: bool, lacking: bool
) -> None:
    article = stored_article(**fields)
    assert (is_announced_flash(article), lacks_text(article)) == (announced, lacking)


def test_a_text_is_partial_only_while_it_is_believed() -> None:
    assert is_partial(stored_article(partial=True))
    assert not is_partial(stored_article())
    assert not is_partial(stored_article(partial=True, suspect="short"))
