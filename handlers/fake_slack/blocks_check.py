"""Checks blocks against Slack's structural rules, and rejects the whole when one part is wrong."""

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
    require_one_of,
    require_string,
    require_url,
)
from handlers.fake_slack.models import Json
from handlers.fake_slack.newer_blocks_check import (
    check_alert,
    check_card,
    check_carousel,
    check_context_actions,
    check_data_table,
    check_data_visualization,
    check_plan,
    check_table,
    check_task_card,
)
from handlers.fake_slack.rich_text_check import check_rich_text
from handlers.fake_slack.text_check import check_text
from handlers.fake_slack.value_kinds import check_kinds

MESSAGE_BLOCKS = 50
VIDEO_KEYS = (
    *("type", "block_id", "alt_text", "title", "title_url", "thumbnail_url", "video_url", "author_name"),
    *("provider_name", "provider_icon_url", "description"),
)


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
    reject_unknown_keys(block, pointer, VIDEO_KEYS)
    require_keys(block, pointer, "alt_text", "title", "thumbnail_url", "video_url")
    require_string(block["alt_text"], f"{pointer}/alt_text", 2000)
    check_text(block["title"], f"{pointer}/title", 200, plain=True)
    require_url(block["thumbnail_url"], f"{pointer}/thumbnail_url")
    require_url(block["video_url"], f"{pointer}/video_url", secure=True)
    for key in {"title_url", "provider_icon_url"} & set(block):
        require_url(block[key], f"{pointer}/{key}", secure=key == "title_url")
    if "author_name" in block:
        require_string(block["author_name"], f"{pointer}/author_name", 49)
    if "description" in block:
        check_text(block["description"], f"{pointer}/description", 200, plain=True)


def _markdown(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, ("type", "block_id", "text"))
    require_keys(block, pointer, "text")
    require_string(block["text"], f"{pointer}/text", 12_000)


CHILDREN = frozenset(
    {
        *("actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table"),
        "video",
    }
)
CONTAINER_TRUTHS = ("is_collapsible", "default_collapsed", "has_header_divider")
CONTAINER_KEYS = ("type", "block_id", "title", "rich_text_title", "subtitle", "child_blocks", "width", "icon")


def _container(block: Json, pointer: str) -> None:
    reject_unknown_keys(block, pointer, (*CONTAINER_KEYS, *CONTAINER_TRUTHS))
    if not block.get("title") and not block.get("rich_text_title"):
        raise InvalidBlock("missing required field: title or rich_text_title", pointer)
    if "title" in block:
        check_text(block["title"], f"{pointer}/title", 150, plain=True)
    if "rich_text_title" in block:
        check_rich_text(require_object(block["rich_text_title"], pointer), f"{pointer}/rich_text_title")
    if "subtitle" in block:
        check_text(block["subtitle"], f"{pointer}/subtitle", 150)
    if "width" in block:
        require_one_of(block["width"], f"{pointer}/width", ("narrow", "standard", "wide", "full"))
    require_keys(block, pointer, "child_blocks")
    for index, each in enumerate(require_list(block["child_blocks"], f"{pointer}/child_blocks", 1, 10)):
        child = require_object(each, f"{pointer}/child_blocks/{index}")
        require_one_of(child.get("type"), f"{pointer}/child_blocks/{index}/type", CHILDREN)
        _check_block(child, f"{pointer}/child_blocks/{index}")


def _unchecked(block: Json, pointer: str) -> None:
    """Accepts a call, which only Slack's own apps post."""


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
    "table": check_table,
    "data_table": check_data_table,
    "data_visualization": check_data_visualization,
    "container": _container,
    "card": check_card,
    "carousel": check_carousel,
    "alert": check_alert,
    "context_actions": check_context_actions,
    "plan": check_plan,
    "task_card": check_task_card,
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


def check_all(blocks: object, maximum: int, refused_types: Collection[str], pointer: str) -> list[Json]:
    """Returns the blocks at a place; raises InvalidBlock."""
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
        check_kinds(blocks, "/blocks")
        return check_all(blocks, MESSAGE_BLOCKS, refused_types, "/blocks")
    except InvalidBlock as error:
        raise ApiError("invalid_blocks", str(error)) from None
