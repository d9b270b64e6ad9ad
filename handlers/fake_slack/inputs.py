"""Finds the interactive elements of blocks, and builds the state that Slack reports about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from handlers.fake_slack.models import Json

SINGLE_CHOICES = {
    "users_select": "user",
    "conversations_select": "conversation",
    "channels_select": "channel",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "date_time",
}
MULTIPLE_CHOICES = {
    "multi_users_select": "users",
    "multi_conversations_select": "conversations",
    "multi_channels_select": "channels",
}
MULTIPLE_OPTIONS = frozenset({"checkboxes", "multi_static_select", "multi_external_select"})
SINGLE_OPTION = frozenset({"static_select", "overflow", "radio_buttons", "external_select"})
STATELESS = frozenset({"button", "overflow", "image", "workflow_button"})


def interactive_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yields every interactive element with its block."""
    for block in blocks:
        for element in [block.get("accessory"), block.get("element"), *block.get("elements", [])]:
            if isinstance(element, dict) and "type" in element and block["type"] != "rich_text":
                yield block, element
        for element in block.get("actions", []) if isinstance(block.get("actions"), list) else []:
            yield block, element
        yield from interactive_elements([each for each in block.get("child_blocks", []) if isinstance(each, dict)])


def find_element(blocks: list[Json], action_id: str, block_id: str | None, value: object) -> tuple[Json, Json]:
    """Returns the element of an action_id; block_id or value choose where several share it. Raises LookupError."""
    matches = [pair for pair in interactive_elements(blocks) if pair[1].get("action_id") == action_id]
    if block_id is not None:
        matches = [pair for pair in matches if pair[0].get("block_id") == block_id]
    exact = [pair for pair in matches if value is not None and pair[1].get("value") == value]
    if not matches:
        raise LookupError(f"nothing to press with action_id {action_id!r}")
    return (exact or matches)[0]


def sends_actions(block: Json) -> bool:
    """Returns whether a press or choice in a block is sent at once; that of a plain input waits for the submission."""
    return block["type"] != "input" or bool(block.get("dispatch_action"))


def options_of(element: Json) -> list[Json]:
    """Returns the options of an element, or of a list of suggestions, without their groups."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def _option(element: Json, value: object, suggested: Sequence[Json]) -> Json:
    initial = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    for option in [*options_of(element), *suggested, *initial]:
        if value in (option["value"], option["text"]["text"]):
            return dict(option)
    raise LookupError(f"no option {value!r} in {element.get('action_id')!r}")


def choice_state(element: Json, value: Any, suggested: Sequence[Json] = ()) -> Json:
    """Returns a person's choice as an action or a view's state reports it; ``suggested`` are options of the app."""
    kind = element["type"]
    if kind in MULTIPLE_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, each, suggested) for each in value or []]}
    if kind in SINGLE_OPTION:
        return {"type": kind, "selected_option": None if value is None else _option(element, value, suggested)}
    if kind in SINGLE_CHOICES:
        return {"type": kind, f"selected_{SINGLE_CHOICES[kind]}": value}
    if kind in MULTIPLE_CHOICES:
        return {"type": kind, f"selected_{MULTIPLE_CHOICES[kind]}": list(value or [])}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": _rich(value)}
    return {"type": kind, "value": value}


def _rich(value: Any) -> Any:
    """Returns typed text as Slack's editor sends it."""
    if not isinstance(value, str) or not value:
        return value or None
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}
    return {"type": "rich_text", "elements": [section]}


def _initial(element: Json) -> Any:
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    for key, value in element.items():
        if key.startswith("initial_"):
            return value
    return None


def initial_values(blocks: list[Json]) -> Json:
    """Returns the state of a view or message before any input."""
    values: Json = {}
    for block, element in interactive_elements(blocks):
        if element["type"] not in STATELESS and "action_id" in element:
            values.setdefault(block["block_id"], {})[element["action_id"]] = choice_state(element, _initial(element))
    return values


def kept_values(blocks: list[Json], before: Json) -> Json:
    """Returns the state of an updated view: what a person filled in stays where block_id, action_id and type stay."""
    values = initial_values(blocks)
    for block, element in interactive_elements(blocks):
        block_id, action_id = block.get("block_id", ""), element.get("action_id", "")
        state = before.get(block_id, {}).get(action_id)
        if state is None or action_id not in values.get(block_id, {}) or state["type"] != element["type"]:
            continue
        if _is_still_offered(element, state):
            values[block_id][action_id] = state
    return values


def _is_still_offered(element: Json, state: Json) -> bool:
    if element["type"] not in MULTIPLE_OPTIONS | SINGLE_OPTION or "external" in element["type"]:
        return True
    offered = {option["value"] for option in options_of(element)}
    chosen = state.get("selected_options") or ([state["selected_option"]] if state.get("selected_option") else [])
    return {option["value"] for option in chosen} <= offered


def filled_values(blocks: list[Json], values: Json, given: Json, suggested: Sequence[Json] = ()) -> Json:
    """Returns the state after a person filled some fields in; `given` is keyed by action_id or block_id."""
    filled = {block_id: dict(inner) for block_id, inner in values.items()}
    for block, element in interactive_elements(blocks):
        action_id, block_id = element.get("action_id"), block.get("block_id")
        if element["type"] in STATELESS or action_id is None or block_id is None:
            continue
        for key in (action_id, block_id):
            if key in given:
                filled.setdefault(block_id, {})[action_id] = choice_state(element, given[key], suggested)
    return filled
