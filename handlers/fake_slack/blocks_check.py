"""Checks blocks and views against Slack's structural rules, and rejects the whole when one part is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.elements_check import (
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    check_element,
    check_image,
)
from handlers.fake_slack.field_checks import (
    InvalidBlock,
    reject_unknown_keys,
    require_keys,
    require_list,
    require_object,
    require_string,
    require_url,
)
from handlers.fake_slack.models import Json
from handlers.fake_slack.rich_text_check import check_rich_text
from handlers.fake_slack.text_check import check_text

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100


def _header(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id", "text"))
    require_keys(block, pointer, "text")
    check_text(block["text"], f"{pointer}/text", 150, plain=True)


def _section(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id", "text", "fields", "accessory", "expand"))
    if "text" not in block and "fields" not in block:
        raise InvalidBlock("missing required field: text or fields", pointer)
    if "text" in block:
        check_text(block["text"], f"{pointer}/text", 3000)
    if "fields" in block:
        for index, text in enumerate(require_list(block["fields"], f"{pointer}/fields", 1, 10)):
            check_text(text, f"{pointer}/fields/{index}", 2000)
    if "accessory" in block:
        check_element(block["accessory"], f"{pointer}/accessory", IN_SECTION)


def _context(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id", "elements"))
    require_keys(block, pointer, "elements")
    for index, element in enumerate(require_list(block["elements"], f"{pointer}/elements", 1, 10)):
        item_pointer = f"{pointer}/elements/{index}"
        if require_object(element, item_pointer).get("type") == "image":
            check_element(element, item_pointer, frozenset({"image"}))
        else:
            check_text(element, item_pointer, 3000)


def _actions(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id", "elements"))
    require_keys(block, pointer, "elements")
    action_ids: set[str] = set()
    for index, element in enumerate(require_list(block["elements"], f"{pointer}/elements", 1, 25)):
        action_id = check_element(element, f"{pointer}/elements/{index}", IN_ACTIONS)
        if action_id is not None and action_id in action_ids:
            raise InvalidBlock(f"`action_id` {action_id} already exists in this block", f"{pointer}/elements/{index}")
        action_ids.add(action_id or "")


def _divider(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id"))


def _image(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id", "image_url", "slack_file", "alt_text", "title"))
    check_image(block, pointer)
    if "title" in block:
        check_text(block["title"], f"{pointer}/title", 2000, plain=True)


def _input(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id", "label", "element", "dispatch_action", "hint", "optional"))
    require_keys(block, pointer, "label", "element")
    check_text(block["label"], f"{pointer}/label", 2000, plain=True)
    if "hint" in block:
        check_text(block["hint"], f"{pointer}/hint", 2000, plain=True)
    check_element(block["element"], f"{pointer}/element", IN_INPUT)


def _video(block: Json, pointer: str) -> None:
    require_keys(block, pointer, "alt_text", "title", "thumbnail_url", "video_url")
    require_string(block["alt_text"], f"{pointer}/alt_text", 2000)
    check_text(block["title"], f"{pointer}/title", 200, plain=True)
    require_url(block["thumbnail_url"], f"{pointer}/thumbnail_url")
    require_url(block["video_url"], f"{pointer}/video_url", secure=True)


def _markdown(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id", "text"))
    require_keys(block, pointer, "text")
    require_string(block["text"], f"{pointer}/text", 12_000)


def _cell(value: object, pointer: str) -> None:
    cell = require_object(value, pointer)
    if cell.get("type") == "rich_text":
        check_rich_text(cell, pointer)
    elif cell.get("type") not in ("raw_text", "raw_number"):
        raise InvalidBlock(f"unsupported type: {str(cell.get('type'))[:40]}", f"{pointer}/type")


def _rows(block: Json, pointer: str, minimum: int, maximum: int) -> None:
    require_keys(block, pointer, "rows")
    for row, cells in enumerate(require_list(block["rows"], f"{pointer}/rows", minimum, maximum)):
        for column, cell in enumerate(require_list(cells, f"{pointer}/rows/{row}", 1, 20)):
            _cell(cell, f"{pointer}/rows/{row}/{column}")


def _table(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id", "rows", "column_settings"))
    _rows(block, pointer, 1, 100)


def _data_table(block: Json, pointer: str) -> None:
    _rows(block, pointer, 2, 201)


def _data_visualization(block: Json, pointer: str) -> None:
    require_keys(block, pointer, "title")
    chart = require_object(block.get("chart", block), pointer)
    if isinstance(chart.get("series"), list):
        require_list(chart["series"], f"{pointer}/series", 1, 6)


def _container(block: Json, pointer: str) -> None:
    inner = block.get("child_blocks", block.get("blocks", []))
    for index, child in enumerate(require_list(inner, f"{pointer}/child_blocks", 0, 10)):
        _check_block(require_object(child, f"{pointer}/child_blocks/{index}"), f"{pointer}/child_blocks/{index}")


def _unchecked(block: Json, pointer: str) -> None:
    """Accepts new kinds of blocks, of which only the type and the id are checked."""


RULES: dict[str, Callable[[Json, str], None]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "image": _image,
    "input": _input,
    "video": _video,
    "markdown": _markdown,
    "rich_text": check_rich_text,
    "table": _table,
    "data_table": _data_table,
    "data_visualization": _data_visualization,
    "container": _container,
    "card": _unchecked,
    "carousel": _unchecked,
    "alert": _unchecked,
    "context_actions": _unchecked,
    "plan": _unchecked,
    "task_card": _unchecked,
    "call": _unchecked,
}
MESSAGE_ONLY = frozenset({"markdown", "table", "data_table", "data_visualization", "plan", "task_card", "call"})


def _check_block(block: Json, pointer: str) -> None:
    kind = block.get("type")
    if kind not in RULES:
        raise InvalidBlock(f"unsupported type: {str(kind)[:40]}", f"{pointer}/type")
    if "block_id" in block:
        require_string(block["block_id"], f"{pointer}/block_id", 255)
    RULES[kind](block, pointer)


def _check_all(blocks: object, maximum: int, refused_types: Collection[str], pointer: str) -> list[Json]:
    block_ids: set[str] = set()
    checked: list[Json] = []
    for index, value in enumerate(require_list(blocks, pointer, 0, maximum)):
        item_pointer = f"{pointer}/{index}"
        block = require_object(value, item_pointer)
        if block.get("type") in refused_types:
            raise InvalidBlock(f"unsupported type: {block.get('type')}", f"{item_pointer}/type")
        _check_block(block, item_pointer)
        block_id = block.get("block_id")
        if block_id is not None and block_id in block_ids:
            raise InvalidBlock(f"`block_id` {block_id} already exists", item_pointer)
        block_ids.add(block_id or "")
        checked.append(block)
    return checked


def check_message_blocks(blocks: object, refused_types: Collection[str] = ()) -> list[Json]:
    """Returns the blocks of a message; raises `invalid_blocks` with the place that is wrong."""
    try:
        return _check_all(blocks, MESSAGE_BLOCKS, refused_types, "/blocks")
    except InvalidBlock as error:
        raise ApiError("invalid_blocks", str(error)) from None


VIEW_KEYS = ("type", "blocks", "private_metadata", "callback_id", "external_id")
MODAL_KEYS = (*VIEW_KEYS, "title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled")


def _check_focus(blocks: list[Json]) -> None:
    """Rejects a view in which two elements want the focus."""
    focused = [
        element
        for block in blocks
        for element in (block.get("element"), block.get("accessory"), *block.get("elements", []))
        if isinstance(element, dict) and element.get("focus_on_load")
    ]
    if len(focused) > 1:
        raise InvalidBlock("only one element can have focus_on_load", "/view/blocks")


def _check_modal_frame(view: Json) -> None:
    require_keys(view, "/view", "title")
    check_text(view["title"], "/view/title", 24, plain=True)
    for key in ("submit", "close"):
        if view.get(key) is not None:
            check_text(view[key], f"/view/{key}", 24, plain=True)
    if view.get("submit") is None and any(block.get("type") == "input" for block in view["blocks"]):
        raise InvalidBlock("missing required field: submit (the view has inputs)", "/view")


def check_view(view: object, kind: str, refused_types: Collection[str] = ()) -> Json:
    """Returns a modal or a home tab; raises `invalid_arguments` with the place that is wrong."""
    try:
        body = require_object(view, "/view")
        require_keys(body, "/view", "type", "blocks")
        if body["type"] != kind:
            raise InvalidBlock(f"must be one of: {kind}", "/view/type")
        reject_unknown_keys(body, "/view", MODAL_KEYS if kind == "modal" else VIEW_KEYS)
        _check_focus(_check_all(body["blocks"], VIEW_BLOCKS, MESSAGE_ONLY | set(refused_types), "/view/blocks"))
        for key, maximum in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
            if body.get(key) is not None:
                require_string(body[key], f"/view/{key}", maximum, minimum=0)
        if kind == "modal":
            _check_modal_frame(body)
    except InvalidBlock as error:
        raise ApiError("invalid_arguments", str(error)) from None
    return body
