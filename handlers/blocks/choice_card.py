"""Renders a question to one person: buttons, or a menu of channels."""

from __future__ import annotations

from handlers.blocks.blockkit import (
    Json,
    actions_block,
    button,
    button_value,
    paragraph,
    plain_text,
    rich_text_block,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.cards.choice import ChoiceCard

CHOICES_SHOWN = 5
CHANNEL_LINE_MAX_CHARS = 200


def choice_message(card: ChoiceCard, localizer: Localizer) -> RenderedMessage:
    """Renders the question, its buttons, and the menu of channels where a channel is the answer."""
    builder = MessageBuilder()
    note = localizer.note_run(card.note)
    builder.add_body(rich_text_block("pact:choice", paragraph(note)))
    if buttons := _buttons(card, localizer):
        builder.add_footer(actions_block("pact:choice:do", buttons))
    if card.channel_line and len(line := button_value(card.channel_line)) <= CHANNEL_LINE_MAX_CHARS:
        builder.add_footer(actions_block(f"pact:into:{line}", [_channel_menu(localizer)]))
    return builder.build(note["text"])


def _buttons(card: ChoiceCard, localizer: Localizer) -> list[Json]:
    buttons = []
    for number, choice in enumerate(card.choices[:CHOICES_SHOWN]):
        if value := button_value(choice.line):
            buttons.append(button(f"pact:run:{number}", localizer.note_run(choice.label)["text"], value))
    return buttons


def _channel_menu(localizer: Localizer) -> Json:
    return {
        "type": "conversations_select",
        "action_id": "pact:into",
        "placeholder": plain_text(localizer.text("share.channel"), 75),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
