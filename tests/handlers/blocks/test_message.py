"""Whole messages: who shared them, and the notice of a possible repeat."""

from __future__ import annotations

from handlers.blocks.blockkit import context_block
from handlers.blocks.message import render, with_block
from handlers.blocks.message_builder import RenderedMessage
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from tests.support.example_cards import STORY, elements


def test_a_shared_answer_mentions_who_shared_it() -> None:
    shown = Shown(NoticeCard((Note("shared"),)), "en", share=None, shared_by="U42")
    assert elements(render(shown).blocks, "user") == [{"type": "user", "user_id": "U42"}]


def test_a_possible_repeat_says_so_in_the_text_form_too() -> None:
    message = render(Shown(STORY, "en", repeat=True))
    assert "may be a repeat" in message.plain
    assert message.blocks[-1]["block_id"] == "pact:repeat"
    assert "may be a repeat" not in render(Shown(STORY, "en")).plain


def test_the_share_button_carries_the_line() -> None:
    shown = Shown(NoticeCard((Note("shared"),)), "en", share="status")
    assert [(each["action_id"], each["value"]) for each in elements(render(shown).blocks, "button")] == [
        ("pact:share", "status")
    ]


def test_a_block_is_added_only_while_there_is_room() -> None:
    block = context_block("pact:x", "x")
    message = RenderedMessage("t", [context_block(f"pact:{number}", "x") for number in range(44)], "t")
    full = with_block(message, block)
    assert len(full.blocks) == 45
    assert with_block(full, block) is full
