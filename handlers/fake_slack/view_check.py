"""Checks modals and home tabs against Slack's structural rules, and rejects the whole when one part is wrong."""

from __future__ import annotations

from collections.abc import Collection

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.blocks_check import MESSAGE_ONLY, check_all
from handlers.fake_slack.field_checks import (
    InvalidBlock,
    reject_unknown_keys,
    require_keys,
    require_object,
    require_string,
)
from handlers.fake_slack.models import Json
from handlers.fake_slack.text_check import check_text
from handlers.fake_slack.value_kinds import check_kinds

VIEW_BLOCKS = 100
VIEW_KEYS = ("type", "blocks", "private_metadata", "callback_id", "external_id")
MODAL_KEYS = (*VIEW_KEYS, "title", "submit", "close", "clear_on_close", "notify_on_close")


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
        check_kinds(body, "/view")
        require_keys(body, "/view", "type", "blocks")
        if body["type"] != kind:
            raise InvalidBlock(f"must be one of: {kind}", "/view/type")
        reject_unknown_keys(body, "/view", MODAL_KEYS if kind == "modal" else VIEW_KEYS)
        _check_focus(check_all(body["blocks"], VIEW_BLOCKS, MESSAGE_ONLY | set(refused_types), "/view/blocks"))
        for key, maximum in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
            if body.get(key) is not None:
                require_string(body[key], f"/view/{key}", maximum, minimum=0)
        if kind == "modal":
            _check_modal_frame(body)
    except InvalidBlock as error:
        raise ApiError("invalid_arguments", str(error)) from None
    return body
