"""Renders the answer of ``debug``: facts as a list, and the figures of queue, socket and audit."""

from __future__ import annotations

from handlers.blocks.blockkit import context_block, header_block
from handlers.blocks.health import operator_health_lines
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.cards.debug import DebugCard

FACTS_SHOWN = 20


def debug_message(card: DebugCard, localizer: Localizer) -> RenderedMessage:
    """Renders the facts."""
    title = localizer.text("debug.title")
    builder = MessageBuilder()
    builder.add_body(header_block("pact:debug", title))
    builder.add_list("pact:debug", [[localizer.note_run(fact)] for fact in card.facts[:FACTS_SHOWN]])
    builder.add_footer(context_block("pact:debug:health", *operator_health_lines(card.health, card.now, localizer)))
    return builder.build(title)
