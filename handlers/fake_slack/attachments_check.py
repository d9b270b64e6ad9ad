"""Checks attachments: the coloured bar, their old fields, and the blocks inside them."""

from __future__ import annotations

import re
from collections.abc import Collection

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.blocks_check import check_message_blocks
from handlers.fake_slack.field_checks import (
    InvalidBlock,
    reject_unknown_keys,
    require_list,
    require_object,
    require_string,
    require_url,
)
from handlers.fake_slack.models import Json

ATTACHMENTS_MAX = 100
COLOR = re.compile(r"#?[0-9a-fA-F]{6}")
NAMED_COLORS = frozenset({"good", "warning", "danger"})
TEXTS = frozenset({"fallback", "text", "pretext", "title", "footer", "author_name", "author_subname"})
URLS = frozenset({"title_link", "author_link", "author_icon", "footer_icon", "image_url", "thumb_url", "from_url"})
OTHERS = frozenset({"color", "blocks", "fields", "ts", "mrkdwn_in", "id", "is_app_unfurl", "preview", "hide_border"})


def check_attachments(value: object, refused_types: Collection[str] = ()) -> list[Json]:
    """Returns the attachments of a message; raises `invalid_attachments` or `invalid_blocks` with the place."""
    if value in (None, "", []):
        return []
    try:
        given = require_list(value, "/attachments", 0, ATTACHMENTS_MAX)
        attachments = [require_object(each, f"/attachments/{index}") for index, each in enumerate(given)]
        for index, attachment in enumerate(attachments):
            check_attachment(attachment, f"/attachments/{index}")
    except InvalidBlock as error:
        raise ApiError("invalid_attachments", str(error)) from None
    for attachment in attachments:
        check_message_blocks(attachment.get("blocks") or [], refused_types)
    return [{"id": number, **attachment} for number, attachment in enumerate(attachments, start=1)]


def check_attachment(attachment: Json, pointer: str) -> None:
    """Checks one attachment without its blocks."""
    reject_unknown_keys(attachment, pointer, TEXTS | URLS | OTHERS)
    color = attachment.get("color")
    if color is not None and color not in NAMED_COLORS and not COLOR.fullmatch(str(color)):
        raise InvalidBlock("must be a colour: good, warning, danger or #RRGGBB", f"{pointer}/color")
    for key in TEXTS & set(attachment):
        require_string(attachment[key], f"{pointer}/{key}", 40_000, minimum=0)
    for key in URLS & set(attachment):
        require_url(attachment[key], f"{pointer}/{key}")
    if not any(attachment.get(key) for key in (*TEXTS, "blocks", "fields", "image_url", "thumb_url")):
        raise InvalidBlock("no content", pointer)
