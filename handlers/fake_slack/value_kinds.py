"""Checks that every field of a block holds a value of its kind, whatever block or element it stands in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.fake_slack.field_checks import InvalidBlock

CONVERSATIONS = frozenset({"im", "mpim", "private", "public"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value, and how Slack names it where another one was given."""

    name: str
    fits: Callable[[object], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_filter(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_text(each) and each in CONVERSATIONS for each in value)


TEXT = Kind("a string", _is_text)
TRUTH = Kind("a boolean", lambda value: isinstance(value, bool))
NUMBER = Kind("an integer", _is_whole_number)
COUNT = Kind("an integer above 0", _is_count)
TEXTS = Kind("an array of strings", _is_list_of_texts)
KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            *("type", "block_id", "action_id", "user_id", "channel_id", "usergroup_id", "team_id", "name", "format"),
            *("fallback", "timezone", "initial_user", "initial_channel", "initial_conversation", "min_value"),
            *("max_value", "url", "image_url", "alt_text", "caption", "author_name", "provider_name"),
        ),
        TEXT,
    ),
    **dict.fromkeys(
        (
            *("emoji", "verbatim", "expand", "optional", "dispatch_action", "multiline", "focus_on_load", "unsafe"),
            *("is_decimal_allowed", "default_to_current_conversation", "response_url_enabled", "clear_on_close"),
            *("exclude_bot_users", "exclude_external_shared_channels", "notify_on_close", "is_wrapped"),
            *("is_collapsible", "default_collapsed", "has_header_divider"),
        ),
        TRUTH,
    ),
    **dict.fromkeys(
        ("min_query_length", "min_length", "indent", "offset", "timestamp", "row_header_column_index"), NUMBER
    ),
    **dict.fromkeys(("max_selected_items", "max_files", "max_length", "page_size"), COUNT),
    **dict.fromkeys(("initial_users", "initial_channels", "initial_conversations", "filetypes"), TEXTS),
    "include": Kind(f"an array of {', '.join(sorted(CONVERSATIONS))}", _is_filter),
    "border": Kind("0 or 1", lambda value: _is_whole_number(value) and value in (0, 1)),
}


def check_kinds(value: object, pointer: str) -> None:
    """Raises InvalidBlock for the first field whose value is of another kind; null counts as not given."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            check_kinds(each, f"{pointer}/{index}")
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        kind = KINDS.get(key)
        if kind is not None and each is not None and not kind.fits(each):
            raise InvalidBlock(f"must be {kind.name}", f"{pointer}/{key}")
        check_kinds(each, f"{pointer}/{key}")
