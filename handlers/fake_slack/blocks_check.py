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
    check_text,
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

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100


def _header(block: Json, where: str) -> None:
    reject_unknown_keys(block, where, ("type", "block_id", "text"))
    require_keys(block, where, "text")
    check_text(block["text"], f"{where}/text", 150, plain=True)


def _section(block: Json, where: str) -> None:
    reject_unknown_keys(block, where, ("type", "block_id", "text", "fields", "accessory", "expand"))
    if "text" not in block and "fields" not in block:
        raise InvalidBlock("missing required field: text or fields", where)
    if "text" in block:
        check_text(block["text"], f"{where}/text", 3000)
    if "fields" in block:
        for place, text in enumerate(require_list(block["fields"], f"{where}/fields", 1, 10)):
            check_text(text, f"{where}/fields/{place}", 2000)
    if "accessory" in block:
        check_element(block["accessory"], f"{where}/accessory", IN_SECTION)


def _context(block: Json, where: str) -> None:
    reject_unknown_keys(block, where, ("type", "block_id", "elements"))
    require_keys(block, where, "elements")
    for place, element in enumerate(require_list(block["elements"], f"{where}/elements", 1, 10)):
        spot = f"{where}/elements/{place}"
        if require_object(element, spot).get("type") == "image":
            check_element(element, spot, frozenset({"image"}))
        else:
            check_text(element, spot, 3000)


def _actions(block: Json, where: str) -> None:
    reject_unknown_keys(block, where, ("type", "block_id", "elements"))
    require_keys(block, where, "elements")
    action_ids: set[str] = set()
    for place, element in enumerate(require_list(block["elements"], f"{where}/elements", 1, 25)):
        action_id = check_element(element, f"{where}/elements/{place}", IN_ACTIONS)
        if action_id is not None and action_id in action_ids:
            raise InvalidBlock(f"`action_id` {action_id} already exists in this block", f"{where}/elements/{place}")
        action_ids.add(action_id or "")


def _divider(block: Json, where: str) -> None:
    reject_unknown_keys(block, where, ("type", "block_id"))


def _image(block: Json, where: str) -> None:
    reject_unknown_keys(block, where, ("type", "block_id", "image_url", "slack_file", "alt_text", "title"))
    check_image(block, where)
    if "title" in block:
        check_text(block["title"], f"{where}/title", 2000, plain=True)


def _input(block: Json, where: str) -> None:
    reject_unknown_keys(block, where, ("type", "block_id", "label", "element", "dispatch_action", "hint", "optional"))
    require_keys(block, where, "label", "element")
    check_text(block["label"], f"{where}/label", 2000, plain=True)
    if "hint" in block:
        check_text(block["hint"], f"{where}/hint", 2000, plain=True)
    check_element(block["element"], f"{where}/element", IN_INPUT)


def _video(block: Json, where: str) -> None:
    require_keys(block, where, "alt_text", "title", "thumbnail_url", "video_url")
    require_string(block["alt_text"], f"{where}/alt_text", 2000)
    check_text(block["title"], f"{where}/title", 200, plain=True)
    require_url(block["thumbnail_url"], f"{where}/thumbnail_url")
    require_url(block["video_url"], f"{where}/video_url", secure=True)


def _markdown(block: Json, where: str) -> None:
    reject_unknown_keys(block, where, ("type", "block_id", "text"))
    require_keys(block, where, "text")
    require_string(block["text"], f"{where}/text", 12_000)


def _cell(value: object, where: str) -> None:
    cell = require_object(value, where)
    if cell.get("type") == "rich_text":
        check_rich_text(cell, where)
    elif cell.get("type") not in ("raw_text", "raw_number"):
        raise InvalidBlock(f"unsupported type: {str(cell.get('type'))[:40]}", f"{where}/type")


def _rows(block: Json, where: str, least: int, most: int) -> None:
    require_keys(block, where, "rows")
    for row, cells in enumerate(require_list(block["rows"], f"{where}/rows", least, most)):
        for column, cell in enumerate(require_list(cells, f"{where}/rows/{row}", 1, 20)):
            _cell(cell, f"{where}/rows/{row}/{column}")


def _table(block: Json, where: str) -> None:
    reject_unknown_keys(block, where, ("type", "block_id", "rows", "column_settings"))
    _rows(block, where, 1, 100)


def _data_table(block: Json, where: str) -> None:
    _rows(block, where, 2, 201)


def _data_visualization(block: Json, where: str) -> None:
    require_keys(block, where, "title")
    chart = require_object(block.get("chart", block), where)
    if isinstance(chart.get("series"), list):
        require_list(chart["series"], f"{where}/series", 1, 6)


def _container(block: Json, where: str) -> None:
    inner = block.get("child_blocks", block.get("blocks", []))
    for place, child in enumerate(require_list(inner, f"{where}/child_blocks", 0, 10)):
        _check_block(require_object(child, f"{where}/child_blocks/{place}"), f"{where}/child_blocks/{place}")


def _unchecked(block: Json, where: str) -> None:
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


def _check_block(block: Json, where: str) -> None:
    kind = block.get("type")
    if kind not in RULES:
        raise InvalidBlock(f"unsupported type: {str(kind)[:40]}", f"{where}/type")
    if "block_id" in block:
        require_string(block["block_id"], f"{where}/block_id", 255)
    RULES[kind](block, where)


def _check_all(blocks: object, most: int, refused_types: Collection[str], where: str) -> list[Json]:
    block_ids: set[str] = set()
    checked: list[Json] = []
    for place, value in enumerate(require_list(blocks, where, 0, most)):
        spot = f"{where}/{place}"
        block = require_object(value, spot)
        if block.get("type") in refused_types:
            raise InvalidBlock(f"unsupported type: {block.get('type')}", f"{spot}/type")
        _check_block(block, spot)
        block_id = block.get("block_id")
        if block_id is not None and block_id in block_ids:
            raise InvalidBlock(f"`block_id` {block_id} already exists", spot)
        block_ids.add(block_id or "")
        checked.append(block)
    return checked


def check_message_blocks(blocks: object, refused_types: Collection[str] = ()) -> list[Json]:
    """Returns the blocks of a message; raises `invalid_blocks` with the place that is wrong."""
    try:
        return _check_all(blocks, MESSAGE_BLOCKS, refused_types, "/blocks")
    except InvalidBlock as error:
        raise ApiError("invalid_blocks", str(error)) from None


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
        _check_all(body["blocks"], VIEW_BLOCKS, MESSAGE_ONLY | set(refused_types), "/view/blocks")
        for key, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
            if body.get(key) is not None:
                require_string(body[key], f"/view/{key}", most, least=0)
        if kind == "modal":
            _check_modal_frame(body)
    except InvalidBlock as error:
        raise ApiError("invalid_arguments", str(error)) from None
    return body
