"""Builds a message inside our limits: 45 blocks, 12,000 characters, and no block cut in its middle."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.blocks.blockkit import Json, bullet_list, clean, numbered_list, rich_text_block
from handlers.blocks.fallback_text import MAX_TEXT_CHARS, escape_bounded, fallback_text

MAX_BLOCKS = 45
MAX_CHARS = 12_000
MAX_BLOCK_CHARS = 2_900
FOOTER_CHARS, FOOTER_BLOCKS = 2_600, 6
"""The body leaves this room for the footer."""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message ready to send: its blocks, the text that notifications show, and a form without blocks."""

    text: str
    blocks: list[Json]
    plain: str


@dataclass
class MessageBuilder:
    """Collects blocks. The body stops before it uses the footer's room, so that the footer always fits."""

    blocks: list[Json] = field(default_factory=list)
    chars: int = 0

    def add_body(self, *blocks: Json) -> bool:
        """Adds a block, or some that belong together, to the body; returns False and adds none when they do not fit."""
        chars = sum(map(json_chars, blocks))
        if self.chars + chars > MAX_CHARS - FOOTER_CHARS or len(self.blocks) + len(blocks) > MAX_BLOCKS - FOOTER_BLOCKS:
            return False
        for block in blocks:
            self._append(block, json_chars(block))
        return True

    def add_footer(self, block: Json) -> bool:
        """Adds a block below the body; returns False and adds nothing when it does not fit."""
        chars = json_chars(block)
        if self.chars + chars > MAX_CHARS or len(self.blocks) >= MAX_BLOCKS:
            return False
        self._append(block, chars)
        return True

    def add_list(self, block_id: str, items: Sequence[Sequence[Json]], *, first: int | None = None) -> int:
        """Adds a list, split into several blocks when it is long; returns how many items did not fit.

        Its items have bullets, or numbers from ``first`` on.
        """

        def listed(some: Sequence[Sequence[Json]]) -> Json:
            number = None if first is None else first + item_count
            made = bullet_list(some) if number is None else numbered_list(some, number)
            return rich_text_block(f"{block_id}:{block_count}", made)

        batch: list[Sequence[Json]] = []
        block_count = item_count = 0
        for item in items:
            candidate = listed([*batch, item])
            if batch and (text_chars(candidate) > MAX_BLOCK_CHARS or not self._body_has_room(candidate)):
                if not self.add_body(listed(batch)):
                    return len(items) - item_count
                item_count, block_count, batch = item_count + len(batch), block_count + 1, []
            batch.append(item)
        if batch and self.add_body(listed(batch)):
            item_count += len(batch)
        return len(items) - item_count

    def build(self, first_line: str) -> RenderedMessage:
        """Returns the finished message; its text is the first line, escaped."""
        text = escape_bounded(clean(first_line, MAX_TEXT_CHARS), MAX_TEXT_CHARS) or "–"
        return RenderedMessage(text, self.blocks, fallback_text(self.blocks) or text)

    def _body_has_room(self, block: Json) -> bool:
        return self.chars + json_chars(block) <= MAX_CHARS - FOOTER_CHARS

    def _append(self, block: Json, chars: int) -> None:
        self.blocks.append(block)
        self.chars += chars


def json_chars(block: Json) -> int:
    """Returns the characters of a block as it is sent."""
    return len(json.dumps(block, ensure_ascii=False)) + 2


def text_chars(value: object) -> int:
    """Returns the characters of text inside a block."""
    if isinstance(value, list):
        return sum(text_chars(each) for each in value)
    if isinstance(value, dict):
        own = value.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(text_chars(each) for each in value.values())
    return 0
