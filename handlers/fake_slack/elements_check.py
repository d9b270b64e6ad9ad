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
from handlers.fake_slack.models import Json

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

KEYS: dict[str, frozenset[str]] = {
    "button": frozenset({"text", "url", "value", "style", "confirm", "accessibility_label"}),
    "overflow": frozenset({"options", "confirm"}),
    "image": frozenset({"image_url", "slack_file", "alt_text"}),
    "checkboxes": frozenset({"options", "initial_options", "confirm", "focus_on_load"}),
    "radio_buttons": frozenset({"options", "initial_option", "confirm", "focus_on_load"}),
    "datepicker": frozenset({"initial_date", "placeholder", "confirm", "focus_on_load"}),
    "timepicker": frozenset({"initial_time", "placeholder", "confirm", "focus_on_load", "timezone"}),
    "datetimepicker": frozenset({"initial_date_time", "confirm", "focus_on_load"}),
    "plain_text_input": frozenset(
        {
            "placeholder",
            "initial_value",
            "multiline",
            "min_length",
            "max_length",
            "dispatch_action_config",
            "focus_on_load",
        }
    ),
}
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


def check_text(value: object, where: str, most: int, plain: bool = False) -> None:
    """Checks a text object; `plain` allows plain_text alone."""
    text = require_object(value, where)
    require_keys(text, where, "type", "text")
    kind = require_one_of(text["type"], f"{where}/type", ("plain_text",) if plain else ("plain_text", "mrkdwn"))
    flag = "emoji" if kind == "plain_text" else "verbatim"
    reject_unknown_keys(text, where, ("type", "text", flag))
    require_string(text["text"], f"{where}/text", most)


def check_confirm(value: object, where: str) -> None:
    """Checks a confirmation dialog."""
    confirm = require_object(value, where)
    reject_unknown_keys(confirm, where, ("title", "text", "confirm", "deny", "style"))
    require_keys(confirm, where, "title", "text", "confirm", "deny")
    check_text(confirm["title"], f"{where}/title", 100, plain=True)
    check_text(confirm["text"], f"{where}/text", 300)
    check_text(confirm["confirm"], f"{where}/confirm", 30, plain=True)
    check_text(confirm["deny"], f"{where}/deny", 30, plain=True)


def check_option(value: object, where: str, plain: bool = True, with_url: bool = False) -> str:
    """Checks one option and returns its value."""
    option = require_object(value, where)
    reject_unknown_keys(option, where, ("text", "value", "description", *(("url",) if with_url else ())))
    require_keys(option, where, "text", "value")
    check_text(option["text"], f"{where}/text", 75, plain=plain)
    if "description" in option:
        check_text(option["description"], f"{where}/description", 75, plain=plain)
    if "url" in option:
        require_url(option["url"], f"{where}/url")
    return require_string(option["value"], f"{where}/value", 150)


def _check_options(element: Json, where: str, most: int, plain: bool = True, with_url: bool = False) -> None:
    require_keys(element, where, "options")
    options = require_list(element["options"], f"{where}/options", 1, most)
    for place, option in enumerate(options):
        check_option(option, f"{where}/options/{place}", plain, with_url)
    chosen = element.get("initial_options", [])
    for initial in [*([element["initial_option"]] if "initial_option" in element else []), *chosen]:
        if initial not in options:
            raise InvalidBlock("initial option is not among the options", where)


def _check_select(element: Json, where: str) -> None:
    reject_unknown_keys(element, where, SELECT_KEYS | {"type", "action_id"})
    if "placeholder" in element:
        check_text(element["placeholder"], f"{where}/placeholder", 150, plain=True)
    if not element["type"].endswith("static_select"):
        return
    if "option_groups" not in element:
        _check_options(element, where, 100)
        return
    for place, group in enumerate(require_list(element["option_groups"], f"{where}/option_groups", 1, 100)):
        spot = f"{where}/option_groups/{place}"
        group_object = require_object(group, spot)
        require_keys(group_object, spot, "label", "options")
        check_text(group_object["label"], f"{spot}/label", 75, plain=True)
        _check_options(group_object, spot, 100)


def _check_button(element: Json, where: str) -> None:
    require_keys(element, where, "text")
    check_text(element["text"], f"{where}/text", 75, plain=True)
    if "value" in element:
        require_string(element["value"], f"{where}/value", 2000, least=0)
    if "url" in element:
        require_url(element["url"], f"{where}/url")
    if "style" in element:
        require_one_of(element["style"], f"{where}/style", ("primary", "danger"))
    if "accessibility_label" in element:
        require_string(element["accessibility_label"], f"{where}/accessibility_label", 75)


def check_image(element: Json, where: str) -> None:
    """Checks an image element or block: a URL or a Slack file, and an alt text."""
    require_keys(element, where, "alt_text")
    require_string(element["alt_text"], f"{where}/alt_text", 2000, least=0)
    if "slack_file" in element:
        require_object(element["slack_file"], f"{where}/slack_file")
        return
    require_keys(element, where, "image_url")
    require_url(element["image_url"], f"{where}/image_url")


def _check_particulars(element: Json, kind: str, where: str) -> None:
    if kind in SELECTS | MULTI_SELECTS:
        _check_select(element, where)
    elif kind == "button":
        _check_button(element, where)
    elif kind == "overflow":
        _check_options(element, where, 5, with_url=True)
    elif kind in CHOICES:
        _check_options(element, where, 10, plain=False)
    elif kind == "image":
        check_image(element, where)
    elif "placeholder" in element:
        check_text(element["placeholder"], f"{where}/placeholder", 150, plain=True)


def check_element(value: object, where: str, allowed: frozenset[str]) -> str | None:
    """Checks one element of a block and returns its action_id, if it has one."""
    element = require_object(value, where)
    require_keys(element, where, "type")
    kind = element["type"]
    if kind not in allowed:
        raise InvalidBlock(f"unsupported type: {str(kind)[:40]}", f"{where}/type")
    if kind in KEYS:
        reject_unknown_keys(element, where, KEYS[kind] | {"type", "action_id"})
    _check_particulars(element, kind, where)
    if "confirm" in element:
        check_confirm(element["confirm"], f"{where}/confirm")
    if "action_id" not in element:
        return None
    return require_string(element["action_id"], f"{where}/action_id", 255)
