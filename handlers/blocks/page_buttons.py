"""Renders the buttons that turn the pages of an answer: each types the answer's line with another page."""

from __future__ import annotations

from handlers.blocks.blockkit import Json, actions_block, button, button_value, context_block
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder
from handlers.verbs.registry import korean_line


def add_page_buttons(
    builder: MessageBuilder, block_id: str, line: str, place: tuple[int, int], localizer: Localizer, left_out: int = 0
) -> None:
    """Adds which page this is, how many items did not fit on it, and the buttons; ``place`` is the page of how many."""
    page, pages = place
    said = [localizer.text("list.page", page=page, pages=pages)] if pages > 1 else []
    if left_out:
        said.append(f"+{left_out}")
    if said:
        builder.add_footer(context_block(f"{block_id}:page", " · ".join(said)))
    turns = (("previous", page - 1, page > 1), ("next", page + 1, page < pages))
    buttons = [_turn(name, f"{line} page {number}", localizer) for name, number, is_there in turns if is_there]
    if shown := [each for each in buttons if each["value"]]:
        builder.add_footer(actions_block(f"{block_id}:turn", shown))


def _turn(name: str, line: str, localizer: Localizer) -> Json:
    """A Korean reader's button types the Korean verb, so that the next page is in Korean too."""
    value = button_value(korean_line(line) if localizer.language == "ko" else line)
    return button(f"pact:run:{name}", localizer.text(f"list.{name}_page"), value)
