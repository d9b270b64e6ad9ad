"""Slack's structural rules for blocks and views: what is not exactly right is refused whole."""

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
from handlers.fake_slack.models import Json
from handlers.fake_slack.rich_text_check import check_rich_text
from handlers.fake_slack.shapes import Misshapen, a_list, a_string, an_address, an_object, only_keys, required

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100


def _header(block: Json, where: str) -> None:
    only_keys(block, where, ("type", "block_id", "text"))
    required(block, where, "text")
    check_text(block["text"], f"{where}/text", 150, plain=True)


def _section(block: Json, where: str) -> None:
    only_keys(block, where, ("type", "block_id", "text", "fields", "accessory", "expand"))
    if "text" not in block and "fields" not in block:
        raise Misshapen("missing required field: text or fields", where)
    if "text" in block:
        check_text(block["text"], f"{where}/text", 3000)
    if "fields" in block:
        for place, text in enumerate(a_list(block["fields"], f"{where}/fields", 1, 10)):
            check_text(text, f"{where}/fields/{place}", 2000)
    if "accessory" in block:
        check_element(block["accessory"], f"{where}/accessory", IN_SECTION)


def _context(block: Json, where: str) -> None:
    only_keys(block, where, ("type", "block_id", "elements"))
    required(block, where, "elements")
    for place, element in enumerate(a_list(block["elements"], f"{where}/elements", 1, 10)):
        spot = f"{where}/elements/{place}"
        if an_object(element, spot).get("type") == "image":
            check_element(element, spot, frozenset({"image"}))
        else:
            check_text(element, spot, 3000)


def _actions(block: Json, where: str) -> None:
    only_keys(block, where, ("type", "block_id", "elements"))
    required(block, where, "elements")
    seen: set[str] = set()
    for place, element in enumerate(a_list(block["elements"], f"{where}/elements", 1, 25)):
        action_id = check_element(element, f"{where}/elements/{place}", IN_ACTIONS)
        if action_id is not None and action_id in seen:
            raise Misshapen(f"`action_id` {action_id} already exists in this block", f"{where}/elements/{place}")
        seen.add(action_id or "")


def _divider(block: Json, where: str) -> None:
    only_keys(block, where, ("type", "block_id"))


def _image(block: Json, where: str) -> None:
    only_keys(block, where, ("type", "block_id", "image_url", "slack_file", "alt_text", "title"))
    check_image(block, where)
    if "title" in block:
        check_text(block["title"], f"{where}/title", 2000, plain=True)


def _input(block: Json, where: str) -> None:
    only_keys(block, where, ("type", "block_id", "label", "element", "dispatch_action", "hint", "optional"))
    required(block, where, "label", "element")
    check_text(block["label"], f"{where}/label", 2000, plain=True)
    if "hint" in block:
        check_text(block["hint"], f"{where}/hint", 2000, plain=True)
    check_element(block["element"], f"{where}/element", IN_INPUT)


def _video(block: Json, where: str) -> None:
    required(block, where, "alt_text", "title", "thumbnail_url", "video_url")
    a_string(block["alt_text"], f"{where}/alt_text", 2000)
    check_text(block["title"], f"{where}/title", 200, plain=True)
    an_address(block["thumbnail_url"], f"{where}/thumbnail_url")
    an_address(block["video_url"], f"{where}/video_url", secure=True)


def _markdown(block: Json, where: str) -> None:
    only_keys(block, where, ("type", "block_id", "text"))
    required(block, where, "text")
    a_string(block["text"], f"{where}/text", 12_000)


def _cell(value: object, where: str) -> None:
    cell = an_object(value, where)
    if cell.get("type") == "rich_text":
        check_rich_text(cell, where)
    elif cell.get("type") not in ("raw_text", "raw_number"):
        raise Misshapen(f"unsupported type: {str(cell.get('type'))[:40]}", f"{where}/type")


def _rows(block: Json, where: str, least: int, most: int) -> None:
    required(block, where, "rows")
    for row, cells in enumerate(a_list(block["rows"], f"{where}/rows", least, most)):
        for column, cell in enumerate(a_list(cells, f"{where}/rows/{row}", 1, 20)):
            _cell(cell, f"{where}/rows/{row}/{column}")


def _table(block: Json, where: str) -> None:
    only_keys(block, where, ("type", "block_id", "rows", "column_settings"))
    _rows(block, where, 1, 100)


def _data_table(block: Json, where: str) -> None:
    _rows(block, where, 2, 201)


def _data_visualization(block: Json, where: str) -> None:
    required(block, where, "title")
    chart = an_object(block.get("chart", block), where)
    if isinstance(chart.get("series"), list):
        a_list(chart["series"], f"{where}/series", 1, 6)


def _container(block: Json, where: str) -> None:
    inner = block.get("child_blocks", block.get("blocks", []))
    for place, child in enumerate(a_list(inner, f"{where}/child_blocks", 0, 10)):
        _check_block(an_object(child, f"{where}/child_blocks/{place}"), f"{where}/child_blocks/{place}")


def _as_given(block: Json, where: str) -> None:
    """New kinds whose insides Slack has not settled yet: the type and the id are checked, no more."""


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
    "card": _as_given,
    "carousel": _as_given,
    "alert": _as_given,
    "context_actions": _as_given,
    "plan": _as_given,
    "task_card": _as_given,
    "call": _as_given,
}
MESSAGE_ONLY = frozenset({"markdown", "table", "data_table", "data_visualization", "plan", "task_card", "call"})


def _check_block(block: Json, where: str) -> None:
    kind = block.get("type")
    if kind not in RULES:
        raise Misshapen(f"unsupported type: {str(kind)[:40]}", f"{where}/type")
    if "block_id" in block:
        a_string(block["block_id"], f"{where}/block_id", 255)
    RULES[kind](block, where)


def _check_all(blocks: object, most: int, refused_types: Collection[str], where: str) -> list[Json]:
    seen: set[str] = set()
    checked: list[Json] = []
    for place, value in enumerate(a_list(blocks, where, 0, most)):
        spot = f"{where}/{place}"
        block = an_object(value, spot)
        if block.get("type") in refused_types:
            raise Misshapen(f"unsupported type: {block.get('type')}", f"{spot}/type")
        _check_block(block, spot)
        block_id = block.get("block_id")
        if block_id is not None and block_id in seen:
            raise Misshapen(f"`block_id` {block_id} already exists", spot)
        seen.add(block_id or "")
        checked.append(block)
    return checked


def check_message_blocks(blocks: object, refused_types: Collection[str] = ()) -> list[Json]:
    """The blocks of a message, or `invalid_blocks` with the place that is wrong."""
    try:
        return _check_all(blocks, MESSAGE_BLOCKS, refused_types, "/blocks")
    except Misshapen as wrong:
        raise ApiError("invalid_blocks", str(wrong)) from None


def _check_modal_frame(view: Json) -> None:
    required(view, "/view", "title")
    check_text(view["title"], "/view/title", 24, plain=True)
    for key in ("submit", "close"):
        if view.get(key) is not None:
            check_text(view[key], f"/view/{key}", 24, plain=True)
    if view.get("submit") is None and any(block.get("type") == "input" for block in view["blocks"]):
        raise Misshapen("missing required field: submit (the view has inputs)", "/view")


def check_view(view: object, kind: str, refused_types: Collection[str] = ()) -> Json:
    """A modal or a home tab, or `invalid_arguments` with the place that is wrong."""
    try:
        body = an_object(view, "/view")
        required(body, "/view", "type", "blocks")
        if body["type"] != kind:
            raise Misshapen(f"must be one of: {kind}", "/view/type")
        _check_all(body["blocks"], VIEW_BLOCKS, MESSAGE_ONLY | set(refused_types), "/view/blocks")
        for key, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
            if body.get(key) is not None:
                a_string(body[key], f"/view/{key}", most, least=0)
        if kind == "modal":
            _check_modal_frame(body)
    except Misshapen as wrong:
        raise ApiError("invalid_arguments", str(wrong)) from None
    return body
