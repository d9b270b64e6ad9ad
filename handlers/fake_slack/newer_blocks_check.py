"""Checks the blocks of 2025 and 2026: tables, cards, containers, alerts, tasks, and buttons in a context."""

from __future__ import annotations

from handlers.fake_slack.elements_check import check_element
from handlers.fake_slack.field_checks import (
    InvalidBlock,
    reject_unknown_keys,
    require_keys,
    require_list,
    require_object,
    require_one_of,
    require_string,
)
from handlers.fake_slack.models import Json
from handlers.fake_slack.rich_text_check import check_rich_text
from handlers.fake_slack.text_check import check_text

BUTTON = frozenset({"button"})
CARD_TEXTS = {"title": 150, "subtitle": 150, "body": 200}
CARD_KEYS = (*CARD_TEXTS, "type", "block_id", "hero_image", "icon", "actions")
LEVELS = ("default", "info", "warning", "error", "success")
FEEDBACK_BUTTONS = ("positive_button", "negative_button")
ICON_BUTTON_KEYS = (
    *("type", "action_id", "icon", "text", "value", "confirm", "accessibility_label", "visible_to_user_ids"),
)
STATUSES = ("pending", "in_progress", "complete", "error")
CELLS: dict[str, tuple[str, ...]] = {"raw_text": ("type", "text"), "raw_number": ("type", "text", "value")}


def _cell(value: object, pointer: str) -> None:
    cell = require_object(value, pointer)
    kind = require_one_of(cell.get("type"), f"{pointer}/type", ("rich_text", *CELLS))
    if kind == "rich_text":
        check_rich_text(cell, pointer)
        return
    reject_unknown_keys(cell, pointer, CELLS[kind])
    require_keys(cell, pointer, *CELLS[kind])
    require_string(cell["text"], f"{pointer}/text", 3000, minimum=0)
    if kind == "raw_number" and (isinstance(cell["value"], bool) or not isinstance(cell["value"], int | float)):
        raise InvalidBlock("must be a number", f"{pointer}/value")


def _rows(block: Json, pointer: str, minimum: int, maximum: int) -> None:
    require_keys(block, pointer, "rows")
    for row, cells in enumerate(require_list(block["rows"], f"{pointer}/rows", minimum, maximum)):
        for column, cell in enumerate(require_list(cells, f"{pointer}/rows/{row}", 1, 20)):
            _cell(cell, f"{pointer}/rows/{row}/{column}")


def check_table(block: Json, pointer: str) -> None:
    """Checks a table of at most a hundred rows."""
    reject_unknown_keys(block, pointer, ("type", "block_id", "rows", "column_settings"))
    _rows(block, pointer, 1, 100)
    for index, each in enumerate(require_list(block.get("column_settings", []), f"{pointer}/column_settings", 0, 20)):
        item_pointer = f"{pointer}/column_settings/{index}"
        setting = require_object(each, item_pointer)
        reject_unknown_keys(setting, item_pointer, ("align", "is_wrapped"))
        if "align" in setting:
            require_one_of(setting["align"], f"{item_pointer}/align", ("left", "center", "right"))


def check_data_table(block: Json, pointer: str) -> None:
    """Checks a table with pages and sorting: a caption, a head and at most two hundred rows."""
    keys = ("type", "block_id", "rows", "caption", "page_size", "row_header_column_index")
    reject_unknown_keys(block, pointer, keys)
    require_keys(block, pointer, "caption")
    _rows(block, pointer, 2, 201)
    if (block.get("page_size") or 1) > 100:
        raise InvalidBlock("must be less than 101", f"{pointer}/page_size")


def check_data_visualization(block: Json, pointer: str) -> None:
    """Checks a chart: a title and at most six series."""
    require_keys(block, pointer, "title")
    chart = require_object(block.get("chart", block), pointer)
    if isinstance(chart.get("series"), list):
        require_list(chart["series"], f"{pointer}/series", 1, 6)


def check_card(block: Json, pointer: str) -> None:
    """Checks a card: short texts, pictures and buttons, of which something must be there."""
    reject_unknown_keys(block, pointer, CARD_KEYS)
    if not any(block.get(key) for key in ("hero_image", "title", "actions", "body")):
        raise InvalidBlock("missing required field: hero_image, title, actions or body", pointer)
    for key, maximum in CARD_TEXTS.items():
        if key in block:
            check_text(block[key], f"{pointer}/{key}", maximum)
    for key in {"hero_image", "icon"} & set(block):
        check_element(block[key], f"{pointer}/{key}", frozenset({"image"}))
    for index, button in enumerate(require_list(block.get("actions", []), f"{pointer}/actions", 0, 25)):
        check_element(button, f"{pointer}/actions/{index}", BUTTON)


def check_carousel(block: Json, pointer: str) -> None:
    """Checks a row of one to ten cards."""
    reject_unknown_keys(block, pointer, ("type", "block_id", "elements"))
    require_keys(block, pointer, "elements")
    for index, each in enumerate(require_list(block["elements"], f"{pointer}/elements", 1, 10)):
        card = require_object(each, f"{pointer}/elements/{index}")
        require_one_of(card.get("type"), f"{pointer}/elements/{index}/type", ("card",))
        check_card(card, f"{pointer}/elements/{index}")


def check_alert(block: Json, pointer: str) -> None:
    """Checks a callout and its level."""
    reject_unknown_keys(block, pointer, ("type", "block_id", "text", "level"))
    require_keys(block, pointer, "text")
    check_text(block["text"], f"{pointer}/text", 3000)
    if "level" in block:
        require_one_of(block["level"], f"{pointer}/level", LEVELS)


def check_context_actions(block: Json, pointer: str) -> None:
    """Checks one to five feedback or icon buttons."""
    reject_unknown_keys(block, pointer, ("type", "block_id", "elements"))
    require_keys(block, pointer, "elements")
    for index, each in enumerate(require_list(block["elements"], f"{pointer}/elements", 1, 5)):
        item_pointer = f"{pointer}/elements/{index}"
        element = require_object(each, item_pointer)
        kind = require_one_of(element.get("type"), f"{item_pointer}/type", ("feedback_buttons", "icon_button"))
        if element.get("action_id") is not None:
            require_string(element["action_id"], f"{item_pointer}/action_id", 255)
        (_icon_button if kind == "icon_button" else _feedback_buttons)(element, item_pointer)


def _icon_button(element: Json, pointer: str) -> None:
    reject_unknown_keys(element, pointer, ICON_BUTTON_KEYS)
    require_keys(element, pointer, "icon", "text")
    require_string(element["icon"], f"{pointer}/icon", 255)
    check_text(element["text"], f"{pointer}/text", 75, plain=True)


def _feedback_buttons(element: Json, pointer: str) -> None:
    reject_unknown_keys(element, pointer, ("type", "action_id", *FEEDBACK_BUTTONS))
    require_keys(element, pointer, *FEEDBACK_BUTTONS)
    for key in FEEDBACK_BUTTONS:
        button = require_object(element[key], f"{pointer}/{key}")
        reject_unknown_keys(button, f"{pointer}/{key}", ("text", "value", "accessibility_label"))
        require_keys(button, f"{pointer}/{key}", "text", "value")
        check_text(button["text"], f"{pointer}/{key}/text", 75, plain=True)
        require_string(button["value"], f"{pointer}/{key}/value", 2000)


def check_task_card(block: Json, pointer: str) -> None:
    """Checks a task: id, title, status, and rich text."""
    keys = ("type", "block_id", "task_id", "title", "details", "output", "sources", "status")
    reject_unknown_keys(block, pointer, keys)
    require_keys(block, pointer, "task_id", "title", "status")
    for key in ("task_id", "title"):
        require_string(block[key], f"{pointer}/{key}", 3000)
    require_one_of(block["status"], f"{pointer}/status", STATUSES)
    for key in {"details", "output"} & set(block):
        check_rich_text(require_object(block[key], f"{pointer}/{key}"), f"{pointer}/{key}")
    require_list(block.get("sources", []), f"{pointer}/sources", 0, 100)


def check_plan(block: Json, pointer: str) -> None:
    """Checks a plan: a title and its tasks."""
    reject_unknown_keys(block, pointer, ("type", "block_id", "title", "tasks"))
    require_keys(block, pointer, "title")
    require_string(block["title"], f"{pointer}/title", 3000)
    for index, task in enumerate(require_list(block.get("tasks", []), f"{pointer}/tasks", 0, 100)):
        check_task_card(require_object(task, f"{pointer}/tasks/{index}"), f"{pointer}/tasks/{index}")
