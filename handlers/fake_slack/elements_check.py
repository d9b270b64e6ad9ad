"""Checks text objects, options and interactive elements against Slack's rules."""

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
from handlers.fake_slack.fields_check import check_field, check_picker
from handlers.fake_slack.models import Json
from handlers.fake_slack.text_check import check_text

SELECT_SOURCES = ("static", "external", "users", "conversations", "channels")
SELECTS = frozenset({f"{source}_select" for source in SELECT_SOURCES})
MULTI_SELECTS = frozenset({f"multi_{each}" for each in SELECTS})
CHOICES = frozenset({"checkboxes", "radio_buttons"})
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
FIELDS = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
)
IN_ACTIONS = SELECTS | MULTI_SELECTS | CHOICES | PICKERS | {"button", "overflow", "workflow_button", "rich_text_input"}
IN_SECTION = SELECTS | MULTI_SELECTS | CHOICES | PICKERS | {"button", "overflow", "workflow_button", "image"}
IN_INPUT = SELECTS | MULTI_SELECTS | CHOICES | PICKERS | FIELDS

TYPED = frozenset({"placeholder", "initial_value", "dispatch_action_config", "focus_on_load"})
KEYS: dict[str, frozenset[str]] = {
    "button": frozenset({"text", "url", "value", "style", "confirm", "accessibility_label"}),
    "overflow": frozenset({"options", "confirm"}),
    "image": frozenset({"image_url", "slack_file", "alt_text"}),
    "checkboxes": frozenset({"options", "initial_options", "confirm", "focus_on_load"}),
    "radio_buttons": frozenset({"options", "initial_option", "confirm", "focus_on_load"}),
    "datepicker": frozenset({"initial_date", "placeholder", "confirm", "focus_on_load"}),
    "timepicker": frozenset({"initial_time", "placeholder", "confirm", "focus_on_load", "timezone"}),
    "datetimepicker": frozenset({"initial_date_time", "confirm", "focus_on_load"}),
    "plain_text_input": TYPED | {"multiline", "min_length", "max_length"},
    "email_text_input": TYPED,
    "url_text_input": TYPED,
    "number_input": TYPED | {"is_decimal_allowed", "min_value", "max_value"},
    "rich_text_input": TYPED,
    "file_input": frozenset({"filetypes", "max_files"}),
}
FILTER_KEYS = ("include", "exclude_external_shared_channels", "exclude_bot_users")
SELECT_KEYS = frozenset(
    {
        "placeholder",
        "options",
        "option_groups",
        "initial_option",
        "initial_options",
        "initial_user",
        "initial_users",
        "initial_conversation",
        "initial_conversations",
        "initial_channel",
        "initial_channels",
        "default_to_current_conversation",
        "response_url_enabled",
        "filter",
        "confirm",
        "min_query_length",
        "max_selected_items",
        "focus_on_load",
    }
)


def check_confirm(value: object, pointer: str) -> None:
    """Checks a confirmation dialog."""
    confirm = require_object(value, pointer)
    reject_unknown_keys(confirm, pointer, ("title", "text", "confirm", "deny", "style"))
    require_keys(confirm, pointer, "title", "text", "confirm", "deny")
    check_text(confirm["title"], f"{pointer}/title", 100, plain=True)
    check_text(confirm["text"], f"{pointer}/text", 300)
    check_text(confirm["confirm"], f"{pointer}/confirm", 30, plain=True)
    check_text(confirm["deny"], f"{pointer}/deny", 30, plain=True)
    if "style" in confirm:
        require_one_of(confirm["style"], f"{pointer}/style", ("primary", "danger"))


def check_option(value: object, pointer: str, plain: bool = True, with_url: bool = False) -> str:
    """Checks one option and returns its value."""
    option = require_object(value, pointer)
    reject_unknown_keys(option, pointer, ("text", "value", "description", *(("url",) if with_url else ())))
    require_keys(option, pointer, "text", "value")
    check_text(option["text"], f"{pointer}/text", 75, plain=plain)
    if "description" in option:
        check_text(option["description"], f"{pointer}/description", 75, plain=plain)
    if "url" in option:
        require_url(option["url"], f"{pointer}/url")
    return require_string(option["value"], f"{pointer}/value", 150)


def _check_options(element: Json, pointer: str, maximum: int, plain: bool = True, with_url: bool = False) -> None:
    require_keys(element, pointer, "options")
    options = require_list(element["options"], f"{pointer}/options", 1, maximum)
    for index, option in enumerate(options):
        check_option(option, f"{pointer}/options/{index}", plain, with_url)
    chosen = require_list(element.get("initial_options", []), f"{pointer}/initial_options", 0, maximum)
    for initial in [*([element["initial_option"]] if "initial_option" in element else []), *chosen]:
        if initial not in options:
            raise InvalidBlock("initial option is not among the options", pointer)


def _check_select(element: Json, pointer: str) -> None:
    reject_unknown_keys(element, pointer, SELECT_KEYS | {"type", "action_id"})
    if "placeholder" in element:
        check_text(element["placeholder"], f"{pointer}/placeholder", 150, plain=True)
    if "filter" in element:
        reject_unknown_keys(require_object(element["filter"], f"{pointer}/filter"), f"{pointer}/filter", FILTER_KEYS)
    if "response_url_enabled" in element and element["type"] not in ("conversations_select", "channels_select"):
        raise InvalidBlock("invalid additional property: response_url_enabled", pointer)
    if not element["type"].endswith("static_select"):
        return
    if "option_groups" not in element:
        _check_options(element, pointer, 100)
        return
    for index, group in enumerate(require_list(element["option_groups"], f"{pointer}/option_groups", 1, 100)):
        item_pointer = f"{pointer}/option_groups/{index}"
        group_object = require_object(group, item_pointer)
        reject_unknown_keys(group_object, item_pointer, ("label", "options"))
        require_keys(group_object, item_pointer, "label", "options")
        check_text(group_object["label"], f"{item_pointer}/label", 75, plain=True)
        _check_options(group_object, item_pointer, 100)


def _check_button(element: Json, pointer: str) -> None:
    require_keys(element, pointer, "text")
    check_text(element["text"], f"{pointer}/text", 75, plain=True)
    if "value" in element:
        require_string(element["value"], f"{pointer}/value", 2000, minimum=0)
    if "url" in element:
        require_url(element["url"], f"{pointer}/url")
    if "style" in element:
        require_one_of(element["style"], f"{pointer}/style", ("primary", "danger"))
    if "accessibility_label" in element:
        require_string(element["accessibility_label"], f"{pointer}/accessibility_label", 75)


def check_image(element: Json, pointer: str) -> None:
    """Checks an image element or block: a URL or a Slack file, and an alt text."""
    require_keys(element, pointer, "alt_text")
    require_string(element["alt_text"], f"{pointer}/alt_text", 2000, minimum=0)
    if "slack_file" in element:
        require_object(element["slack_file"], f"{pointer}/slack_file")
        return
    require_keys(element, pointer, "image_url")
    require_url(element["image_url"], f"{pointer}/image_url")


def _check_particulars(element: Json, kind: str, pointer: str) -> None:
    if kind in SELECTS | MULTI_SELECTS:
        _check_select(element, pointer)
    elif kind == "button":
        _check_button(element, pointer)
    elif kind == "overflow":
        _check_options(element, pointer, 5, with_url=True)
    elif kind in CHOICES:
        _check_options(element, pointer, 10, plain=False)
    elif kind == "image":
        check_image(element, pointer)
    elif kind in PICKERS:
        check_picker(element, kind, pointer)
    else:
        check_field(element, kind, pointer)


def check_element(value: object, pointer: str, allowed: frozenset[str]) -> str | None:
    """Checks one element of a block and returns its action_id, if it has one."""
    element = require_object(value, pointer)
    require_keys(element, pointer, "type")
    kind = element["type"]
    if kind not in allowed:
        raise InvalidBlock(f"unsupported type: {str(kind)[:40]}", f"{pointer}/type")
    if kind in KEYS:
        reject_unknown_keys(element, pointer, KEYS[kind] | {"type", "action_id"})
    _check_particulars(element, kind, pointer)
    if "confirm" in element:
        check_confirm(element["confirm"], f"{pointer}/confirm")
    if "action_id" not in element:
        return None
    return require_string(element["action_id"], f"{pointer}/action_id", 255)
