"""A message stands in a modal as it is, under a title of its own, and its buttons mean the channel it was opened in."""

from __future__ import annotations

import pytest

from handlers.blocks.message import render
from handlers.cards.answers import NoticeCard, WhyCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.fake_slack.view_check import check_view
from handlers.views.modal import metadata_of, modal_view


@pytest.mark.parametrize(
    ("card", "language", "title"),
    [
        (WhyCard("ST1", None, None, "UTC", (), ()), "en", "Why?"),
        (WhyCard("ST1", None, None, "UTC", (), ()), "ko", "왜?"),
        (NoticeCard((Note("shared"),)), "en", "pactbot"),
    ],
)
def test_a_message_in_a_modal(card: WhyCard | NoticeCard, language: str, title: str) -> None:
    shown = Shown(card, language)
    view = check_view(modal_view(shown, channel="C1"), "modal")
    assert view["title"]["text"] == title
    assert view["blocks"] == render(shown).blocks
    assert metadata_of(view) == {"channel": "C1"}
    assert "submit" not in view
