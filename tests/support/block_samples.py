"""One valid sample of every block, element and view that Slack documents, with most of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Json = dict[str, Any]

WRONG_VALUES: tuple[Any, ...] = ("bogus", "", 0, -1, True, 3.5, [], ["x"], {}, {"type": "x"})
LONG_TEXTS = tuple("x" * length for length in (80, 160, 260, 2_100, 3_100))


def plain(text: str = "x") -> Json:
    """A plain text."""
    return {"type": "plain_text", "text": text}


def marked(text: str = "x") -> Json:
    """A text with markup."""
    return {"type": "mrkdwn", "text": text}


def option(value: str = "1", **more: Any) -> Json:
    """An option of a menu."""
    return {"text": plain(), "value": value, **more}


CONFIRM = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), "style": "danger"}
BUTTON: Json = {
    "type": "button", "text": plain(), "action_id": "a", "value": "v", "style": "primary", "confirm": CONFIRM,
    "accessibility_label": "l",
}  # fmt: skip
IMAGE = {"type": "image", "image_url": "https://a.example/c.png", "alt_text": "x"}
SECTION: Json = {
    "type": "rich_text_section",
    "elements": [
        {"type": "text", "text": "x", "style": {"bold": True, "italic": True, "strike": True, "code": True}},
        {"type": "link", "url": "https://a.example", "text": "t", "style": {"bold": True}},
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "team", "team_id": "T1"},
        {"type": "emoji", "name": "x"},
        {"type": "date", "timestamp": 1720710212, "format": "{date}", "fallback": "x"},
        {"type": "broadcast", "range": "here"},
        {"type": "color", "value": "#ffffff"},
    ],
}
RUN = {"type": "text", "text": "x"}
RICH_TEXT: Json = {
    "type": "rich_text",
    "elements": [
        SECTION,
        {"type": "rich_text_list", "style": "bullet", "indent": 0, "border": 0, "elements": [SECTION]},
        {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [SECTION]},
        {"type": "rich_text_quote", "border": 1, "elements": [RUN]},
        {"type": "rich_text_preformatted", "border": 0, "elements": [RUN]},
    ],
}
ACTION: Json = {"action_id": "a"}
OPTIONS = [option("1", description=plain()), option("2")]
CHOICES: tuple[Json, ...] = (
    {"type": "static_select", "placeholder": plain(), "options": OPTIONS, "initial_option": OPTIONS[0]} | ACTION,
    {"type": "static_select", "option_groups": [{"label": plain(), "options": OPTIONS}], "confirm": CONFIRM} | ACTION,
    {"type": "multi_static_select", "options": OPTIONS, "initial_options": [OPTIONS[1]], "max_selected_items": 2}
    | ACTION,
    {"type": "external_select", "placeholder": plain(), "min_query_length": 1} | ACTION,
    {"type": "users_select", "initial_user": "U1"} | ACTION,
    {"type": "conversations_select", "default_to_current_conversation": True, "response_url_enabled": True} | ACTION,
    {"type": "conversations_select", "filter": {"include": ["public"], "exclude_bot_users": True}} | ACTION,
    {"type": "channels_select", "initial_channel": "C1", "focus_on_load": True} | ACTION,
    {"type": "multi_conversations_select", "initial_conversations": ["C1"], "max_selected_items": 3} | ACTION,
    {"type": "checkboxes", "options": OPTIONS, "initial_options": [OPTIONS[1]]} | ACTION,
    {"type": "radio_buttons", "options": OPTIONS, "initial_option": OPTIONS[0]} | ACTION,
    {"type": "datepicker", "initial_date": "2026-01-01", "placeholder": plain()} | ACTION,
    {"type": "timepicker", "initial_time": "10:00", "placeholder": plain(), "timezone": "Asia/Seoul"} | ACTION,
)
FIELDS: tuple[Json, ...] = (
    {
        "type": "plain_text_input", "multiline": True, "min_length": 1, "max_length": 10, "initial_value": "x",
        "placeholder": plain(), "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    | ACTION,
    {"type": "email_text_input", "initial_value": "a@b.example", "placeholder": plain()} | ACTION,
    {"type": "url_text_input", "initial_value": "https://a.example"} | ACTION,
    {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "5", "initial_value": "2"}
    | ACTION,
    {"type": "rich_text_input", "initial_value": {"type": "rich_text", "elements": [SECTION]}} | ACTION,
    {"type": "file_input", "filetypes": ["csv"], "max_files": 1} | ACTION,
)  # fmt: skip
OVERFLOW = {"type": "overflow", "options": [option("1"), option("2", url="https://a.example")]} | ACTION
MOMENT = {"type": "datetimepicker", "initial_date_time": 1628633820} | ACTION
FEEDBACK = {"text": plain(), "value": "1"}
BLOCKS: tuple[Json, ...] = (
    {"type": "header", "text": plain()},
    {"type": "divider", "block_id": "d"},
    {"type": "section", "text": marked(), "fields": [marked(), plain()], "accessory": BUTTON, "expand": True},
    *({"type": "section", "text": marked(), "accessory": element} for element in (*CHOICES, OVERFLOW, IMAGE)),
    *({"type": "actions", "elements": [element]} for element in (BUTTON, *CHOICES, OVERFLOW, MOMENT)),
    {"type": "context", "elements": [marked(), plain(), IMAGE]},
    IMAGE | {"title": plain()},
    RICH_TEXT,
    {"type": "markdown", "text": "x"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, RICH_TEXT]], "column_settings": [{"align": "left"}]},
    {
        "type": "data_table", "caption": "c", "page_size": 5, "row_header_column_index": 0,
        "rows": [[{"type": "raw_text", "text": "a"}], [{"type": "raw_number", "value": 1, "text": "1"}]],
    },
    {
        "type": "container", "title": plain(), "subtitle": marked(), "child_blocks": [{"type": "divider"}],
        "width": "wide", "is_collapsible": True, "default_collapsed": True,
    },
    {"type": "card", "title": marked(), "body": marked(), "actions": [BUTTON], "hero_image": IMAGE},
    {"type": "carousel", "elements": [{"type": "card", "title": marked()}]},
    {"type": "alert", "text": plain(), "level": "info"},
    {
        "type": "context_actions",
        "elements": [
            {"type": "feedback_buttons", "positive_button": FEEDBACK, "negative_button": FEEDBACK} | ACTION,
            {"type": "icon_button", "icon": "trash", "text": plain(), "action_id": "b"},
        ],
    },
    {"type": "task_card", "task_id": "1", "title": "t", "status": "pending"},
    {"type": "plan", "title": "t", "tasks": []},
    {
        "type": "video", "title": plain(), "video_url": "https://a.example", "thumbnail_url": "https://a.example",
        "alt_text": "x", "author_name": "a", "description": plain(), "title_url": "https://a.example",
    },
)  # fmt: skip


def modal(block: Json) -> Json:
    """A modal of one block."""
    frame = {"type": "modal", "title": plain(), "submit": plain(), "close": plain(), "callback_id": "c"}
    return frame | {"private_metadata": "m", "external_id": "e", "notify_on_close": True, "blocks": [block]}


MODALS: tuple[Json, ...] = tuple(
    modal({"type": "input", "label": plain(), "element": element, "hint": plain(), "optional": True})
    for element in (*FIELDS, *CHOICES)
)
HOMES: tuple[Json, ...] = tuple({"type": "home", "callback_id": "c", "blocks": [block]} for block in BLOCKS[:3])


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from _places(value[key], (*path, key))


def _changed(sample: Json, path: tuple[Any, ...], value: Any) -> Json:
    changed = deepcopy(sample)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return changed


def spoiled(sample: Json) -> Iterator[Json]:
    """Every change of one place: left out, of another kind, longer, repeated, or with a field too many."""
    for path in _places(sample):
        value: Any = sample
        for key in path:
            value = value[key]
        if isinstance(path[-1], str):
            yield _without(sample, path)
        for wrong in (*WRONG_VALUES, *(LONG_TEXTS if isinstance(value, str) else ())):
            yield _changed(sample, path, wrong)
        if isinstance(value, dict):
            yield _changed(sample, path, value | {"bogus": 1})
        if isinstance(value, list) and value:
            yield _changed(sample, path, [deepcopy(value[index % len(value)]) for index in range(110)])


def _without(sample: Json, path: tuple[Any, ...]) -> Json:
    changed = deepcopy(sample)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    del parent[path[-1]]
    return changed
