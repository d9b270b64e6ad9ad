"""Slack's rules for rich_text: sections, lists, quotes, preformatted, and the runs inside them."""

from __future__ import annotations

from handlers.fake_slack.models import Json
from handlers.fake_slack.shapes import Misshapen, a_list, a_string, an_address, an_object, one_of, only_keys, required

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
    """A rich_text block."""
    only_keys(block, where, ("type", "block_id", "elements"))
    required(block, where, "elements")
    for place, element in enumerate(a_list(block["elements"], f"{where}/elements", 1, 1000)):
        _check_part(an_object(element, f"{where}/elements/{place}"), f"{where}/elements/{place}")


def _check_part(part: Json, where: str) -> None:
    kind = one_of(
        part.get("type"),
        f"{where}/type",
        ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"),
    )
    required(part, where, "elements")
    inner = a_list(part["elements"], f"{where}/elements", 0 if kind == "rich_text_section" else 1, 1000)
    if kind == "rich_text_list":
        only_keys(part, where, ("type", "elements", "style", "indent", "offset", "border"))
        one_of(part.get("style"), f"{where}/style", ("bullet", "ordered"))
    else:
        only_keys(part, where, ("type", "elements", "border", "language"))
    for place, element in enumerate(inner):
        spot = f"{where}/elements/{place}"
        if kind == "rich_text_list":
            item = an_object(element, spot)
            one_of(item.get("type"), f"{spot}/type", ("rich_text_section",))
            _check_part(item, spot)
        else:
            _check_run(an_object(element, spot), spot)


def _check_run(run: Json, where: str) -> None:
    kind = run.get("type")
    if kind not in RUNS:
        raise Misshapen(f"unsupported type: {str(kind)[:40]}", f"{where}/type")
    required(run, where, *RUNS[kind])
    if kind == "text":
        only_keys(run, where, ("type", "text", "style"))
        a_string(run["text"], f"{where}/text", 12_000)
    if kind == "link":
        only_keys(run, where, ("type", "url", "text", "unsafe", "style"))
        an_address(run["url"], f"{where}/url")
    if kind == "date" and not isinstance(run["timestamp"], int):
        raise Misshapen("must be an integer", f"{where}/timestamp")
    if kind == "broadcast":
        one_of(run["range"], f"{where}/range", ("here", "channel", "everyone"))
    style = an_object(run.get("style", {}), f"{where}/style")
    only_keys(style, f"{where}/style", STYLES)
    if any(not isinstance(value, bool) for value in style.values()):
        raise Misshapen("must be a boolean", f"{where}/style")
