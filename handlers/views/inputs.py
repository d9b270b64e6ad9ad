"""Builds the fields of modals, and reads what people filled in.

A field has one name; its block is ``pact:in:<name>``. Slack keeps what a person typed in a block until the block's id
changes, so a field whose value we replace gets a revision in its id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.blocks.blockkit import Json, clean, option, plain_text
from handlers.requests import ViewRef

FIELD, LIVE_FIELD = "pact:in", "pact:live"
"""Action ids of fields: a change of a live field is sent at once, for a preview."""
PREFIX = "pact:in:"
LABEL_MAX_CHARS, HINT_MAX_CHARS, PLACEHOLDER_MAX_CHARS = 150, 300, 120
TEXT_MAX_CHARS = 500
"""The most characters of a field that is typed."""
VALUE_MAX_CHARS, ID_MAX_CHARS = 150, 40
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}")
_TEXT_KEYS = ("value", "selected_time", "selected_conversation", "selected_user", "selected_date")


def block_id_of(name: str, revision: int = 0) -> str:
    """Returns the block id of a field."""
    return f"{PREFIX}{name}:{revision}" if revision else f"{PREFIX}{name}"


def text_input(initial: str = "", *, live: bool = False, multiline: bool = False, placeholder: str = "") -> Json:
    """Returns a field to type in; a live one is sent when Enter is pressed."""
    element: Json = {
        "type": "plain_text_input",
        "action_id": LIVE_FIELD if live else FIELD,
        "multiline": multiline,
        "max_length": TEXT_MAX_CHARS,
    }
    if value := clean(initial, TEXT_MAX_CHARS):
        element["initial_value"] = value
    if placeholder:
        element["placeholder"] = plain_text(placeholder, PLACEHOLDER_MAX_CHARS)
    if live:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    return element


def options_of(options: Sequence[tuple[str, str]]) -> list[Json]:
    """Returns (label, value) as options; one that Slack would refuse is left out."""
    return [option(label, value) for label, value in options if 0 < len(value) <= VALUE_MAX_CHARS]


def private_ids(**ids: str | int | None) -> str:
    """Returns the ids that a view carries, as ``metadata_of`` reads them."""
    return json.dumps({name: str(value)[:ID_MAX_CHARS] for name, value in ids.items() if value})


def select(
    options: Sequence[tuple[str, str]], initial: str, *, live: bool = False, kind: str = "static_select"
) -> Json:
    """Returns a menu or radio buttons of (label, value); an unknown initial value chooses nothing."""
    shown = options_of(options)
    element: Json = {"type": kind, "action_id": LIVE_FIELD if live else FIELD, "options": shown}
    chosen = next((each for each in shown if each["value"] == initial), None)
    return element | ({"initial_option": chosen} if chosen else {})


def checkboxes(options: Sequence[tuple[str, str]], initial: Sequence[str]) -> Json:
    """Returns boxes of (label, value) to tick."""
    shown = options_of(options)
    chosen = [each for each in shown if each["value"] in initial]
    element: Json = {"type": "checkboxes", "action_id": FIELD, "options": shown}
    return element | ({"initial_options": chosen} if chosen else {})


def time_input(initial: str) -> Json:
    """Returns a field for a time of day."""
    return {"type": "timepicker", "action_id": FIELD} | ({"initial_time": initial} if _TIME.fullmatch(initial) else {})


def channel_select(initial: str) -> Json:
    """Returns a menu of the person's channels, in which Slack writes their names."""
    element: Json = {
        "type": "conversations_select",
        "action_id": FIELD,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return element | ({"initial_conversation": initial} if _CHANNEL.fullmatch(initial) else {})


def people_select(initial: Sequence[str]) -> Json:
    """Returns a menu of several people."""
    known = [person for person in initial if _USER.fullmatch(person)]
    element: Json = {"type": "multi_users_select", "action_id": FIELD}
    return element | ({"initial_users": known} if known else {})


def input_block(
    name: str, label: str, element: Json, *, revision: int = 0, hint: str = "", optional: bool = False
) -> Json:
    """Returns the block of a field."""
    block: Json = {
        "type": "input",
        "block_id": block_id_of(name, revision),
        "label": plain_text(label, LABEL_MAX_CHARS),
        "element": element,
        "optional": optional,
        "dispatch_action": element["action_id"] == LIVE_FIELD,
    }
    return block | ({"hint": plain_text(hint, HINT_MAX_CHARS)} if hint else {})


def values_of(view: Mapping[str, Any]) -> Mapping[str, str]:
    """Returns what was filled in by the fields' names; ticked boxes are separated by commas, empty fields left out."""
    state = (view.get("state") or {}).get("values") or {}
    values: dict[str, str] = {}
    for block_id, by_action in state.items():
        if not str(block_id).startswith(PREFIX) or not isinstance(by_action, dict):
            continue
        name = str(block_id).removeprefix(PREFIX).partition(":")[0]
        for element in by_action.values():
            if isinstance(element, dict) and (text := _text_of(element)):
                values[name] = text
    return values


def _text_of(element: Mapping[str, Any]) -> str:
    several = element.get("selected_options")
    if isinstance(several, list):
        return ",".join(filter(None, map(_option_value, several)))
    people = element.get("selected_users")
    if isinstance(people, list):
        return ",".join(person for person in people if isinstance(person, str))
    if "selected_option" in element:
        return _option_value(element["selected_option"])
    return next((element[key] for key in _TEXT_KEYS if isinstance(element.get(key), str) and element[key]), "")


def _option_value(chosen: object) -> str:
    value = chosen.get("value") if isinstance(chosen, dict) else None
    return value if isinstance(value, str) else ""


def view_ref(body: Mapping[str, Any]) -> ViewRef | None:
    """Returns the view that a payload was sent from; None for a message."""
    view = body.get("view")
    if not view:
        return None
    return ViewRef(str(view.get("id") or ""), str(view.get("hash") or "") or None, view.get("type") == "home")
