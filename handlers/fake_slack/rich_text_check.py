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


def check_rich_text(block: Json, where: str) -> None:
    """Checks a rich_text block."""
    reject_unknown_keys(block, where, ("type", "block_id", "elements"))
    require_keys(block, where, "elements")
    for place, element in enumerate(require_list(block["elements"], f"{where}/elements", 1, 1000)):
        _check_part(require_object(element, f"{where}/elements/{place}"), f"{where}/elements/{place}")


def _check_part(part: Json, where: str) -> None:
    kind = require_one_of(
        part.get("type"),
        f"{where}/type",
        ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"),
    )
    require_keys(part, where, "elements")
    inner = require_list(part["elements"], f"{where}/elements", 0 if kind == "rich_text_section" else 1, 1000)
    if kind == "rich_text_list":
        reject_unknown_keys(part, where, ("type", "elements", "style", "indent", "offset", "border"))
        require_one_of(part.get("style"), f"{where}/style", ("bullet", "ordered"))
    else:
        reject_unknown_keys(part, where, ("type", "elements", "border", "language"))
    for place, element in enumerate(inner):
        spot = f"{where}/elements/{place}"
        if kind == "rich_text_list":
            item = require_object(element, spot)
            require_one_of(item.get("type"), f"{spot}/type", ("rich_text_section",))
            _check_part(item, spot)
        else:
            _check_run(require_object(element, spot), spot)


def _check_run(run: Json, where: str) -> None:
    kind = run.get("type")
    if kind not in RUNS:
        raise InvalidBlock(f"unsupported type: {str(kind)[:40]}", f"{where}/type")
    require_keys(run, where, *RUNS[kind])
    if kind == "text":
        reject_unknown_keys(run, where, ("type", "text", "style"))
        require_string(run["text"], f"{where}/text", 12_000)
    if kind == "link":
        reject_unknown_keys(run, where, ("type", "url", "text", "unsafe", "style"))
        require_url(run["url"], f"{where}/url")
    if kind == "date" and not isinstance(run["timestamp"], int):
        raise InvalidBlock("must be an integer", f"{where}/timestamp")
    if kind == "broadcast":
        require_one_of(run["range"], f"{where}/range", ("here", "channel", "everyone"))
    style = require_object(run.get("style", {}), f"{where}/style")
    reject_unknown_keys(style, f"{where}/style", STYLES)
    if any(not isinstance(value, bool) for value in style.values()):
        raise InvalidBlock("must be a boolean", f"{where}/style")
