"""Checks rich_text against Slack's rules: sections, lists, quotes, preformatted text, and their runs."""

from __future__ import annotations

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

STYLES = frozenset({"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"})
MORE = {"link": ("text", "unsafe"), "emoji": ("unicode", "skin_tone"), "date": ("url", "fallback")}
"""What a run of this kind may also have; every run may have a style."""
RUNS: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "link": ("url",),
    "emoji": ("name",),
    "user": ("user_id",),
    "channel": ("channel_id",),
    "usergroup": ("usergroup_id",),
    "team": ("team_id",),
    "date": ("timestamp", "format"),
    "broadcast": ("range",),
    "color": ("value",),
}


def check_rich_text(block: Json, pointer: str) -> None:
    """Checks a rich_text block."""
    reject_unknown_keys(block, pointer, ("type", "block_id", "elements"))
    require_keys(block, pointer, "elements")
    for index, element in enumerate(require_list(block["elements"], f"{pointer}/elements", 1, 1000)):
        _check_part(require_object(element, f"{pointer}/elements/{index}"), f"{pointer}/elements/{index}")


def _check_part(part: Json, pointer: str) -> None:
    kind = require_one_of(
        part.get("type"),
        f"{pointer}/type",
        ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"),
    )
    require_keys(part, pointer, "elements")
    inner = require_list(part["elements"], f"{pointer}/elements", 0 if kind == "rich_text_section" else 1, 1000)
    if kind == "rich_text_list":
        reject_unknown_keys(part, pointer, ("type", "elements", "style", "indent", "offset", "border"))
        require_one_of(part.get("style"), f"{pointer}/style", ("bullet", "ordered"))
    else:
        reject_unknown_keys(part, pointer, ("type", "elements", "border", "language"))
    for index, element in enumerate(inner):
        item_pointer = f"{pointer}/elements/{index}"
        if kind == "rich_text_list":
            item = require_object(element, item_pointer)
            require_one_of(item.get("type"), f"{item_pointer}/type", ("rich_text_section",))
            _check_part(item, item_pointer)
        else:
            _check_run(require_object(element, item_pointer), item_pointer)


def _check_run(run: Json, pointer: str) -> None:
    kind = run.get("type")
    if kind not in RUNS:
        raise InvalidBlock(f"unsupported type: {str(kind)[:40]}", f"{pointer}/type")
    require_keys(run, pointer, *RUNS[kind])
    for key in RUNS[kind]:
        if key != "timestamp":
            require_string(run[key], f"{pointer}/{key}", 12_000)
    reject_unknown_keys(run, pointer, ("type", "style", *RUNS[kind], *MORE.get(kind, ())))
    if kind == "link":
        require_string(run.get("text", ""), f"{pointer}/text", 12_000, minimum=0)
        require_url(run["url"], f"{pointer}/url")
    if kind == "broadcast":
        require_one_of(run["range"], f"{pointer}/range", ("here", "channel", "everyone"))
    style = require_object(run.get("style", {}), f"{pointer}/style")
    reject_unknown_keys(style, f"{pointer}/style", STYLES)
    if any(not isinstance(value, bool) for value in style.values()):
        raise InvalidBlock("must be a boolean", f"{pointer}/style")
