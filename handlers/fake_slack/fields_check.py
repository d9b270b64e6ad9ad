"""Checks the fields and pickers of inputs: lengths, initial values, and when a field sends an action."""

from __future__ import annotations

import re

from handlers.fake_slack.field_checks import (
    InvalidBlock,
    reject_unknown_keys,
    require_keys,
    require_list,
    require_object,
    require_one_of,
    require_string,
)
from handlers.fake_slack.models import Json
from handlers.fake_slack.rich_text_check import check_rich_text
from handlers.fake_slack.text_check import check_text

TEXT_MAX_CHARS = 3000
TRIGGERS = ("on_enter_pressed", "on_character_entered")
DATE, TIME = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"([01]\d|2[0-3]):[0-5]\d")
DATE_TIME_DIGITS = 10


def check_picker(element: Json, kind: str, pointer: str) -> None:
    """Checks a date, time or date-time picker."""
    _check_placeholder(element, pointer)
    for key, form in (("initial_date", DATE), ("initial_time", TIME)):
        if key in element and not form.fullmatch(str(element[key])):
            raise InvalidBlock("must be a date YYYY-MM-DD or a time HH:mm", f"{pointer}/{key}")
    moment = element.get("initial_date_time")
    if moment is not None and (not isinstance(moment, int) or len(str(moment)) != DATE_TIME_DIGITS):
        raise InvalidBlock("must be a Unix timestamp of 10 digits", f"{pointer}/initial_date_time")


def check_field(element: Json, kind: str, pointer: str) -> None:
    """Checks a field that a person types in."""
    _check_placeholder(element, pointer)
    _check_lengths(element, pointer)
    if kind == "number_input":
        require_keys(element, pointer, "is_decimal_allowed")
    _check_initial_value(element, kind, f"{pointer}/initial_value")
    if "dispatch_action_config" in element:
        _check_dispatch(element["dispatch_action_config"], f"{pointer}/dispatch_action_config")


def _check_initial_value(element: Json, kind: str, pointer: str) -> None:
    value = element.get("initial_value")
    if value is None:
        return
    if kind == "rich_text_input":
        require_one_of(require_object(value, pointer).get("type"), f"{pointer}/type", ("rich_text",))
        check_rich_text(value, pointer)
        return
    require_string(value, pointer, int(element.get("max_length") or TEXT_MAX_CHARS), minimum=0)


def _check_placeholder(element: Json, pointer: str) -> None:
    if "placeholder" in element:
        check_text(element["placeholder"], f"{pointer}/placeholder", 150, plain=True)


def _check_lengths(element: Json, pointer: str) -> None:
    for key, least in (("min_length", 0), ("max_length", 1)):
        value = element.get(key)
        if value is not None and (not isinstance(value, int) or not least <= value <= TEXT_MAX_CHARS):
            raise InvalidBlock(f"must be a number from {least} to {TEXT_MAX_CHARS}", f"{pointer}/{key}")


def _check_dispatch(value: object, pointer: str) -> None:
    config = require_object(value, pointer)
    reject_unknown_keys(config, pointer, ("trigger_actions_on",))
    require_keys(config, pointer, "trigger_actions_on")
    place = f"{pointer}/trigger_actions_on"
    for index, trigger in enumerate(require_list(config["trigger_actions_on"], place, 1, 2)):
        require_one_of(trigger, f"{place}/{index}", TRIGGERS)
