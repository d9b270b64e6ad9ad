"""What can be pressed or filled in inside blocks, and the state that Slack reports about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handlers.fake_slack.models import Json

ONE_OF_MANY = {
    "users_select": "user",
    "conversations_select": "conversation",
    "channels_select": "channel",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "date_time",
}
SEVERAL = {"multi_users_select": "users", "multi_conversations_select": "conversations"}
SEVERAL_OPTIONS = frozenset({"checkboxes", "multi_static_select", "multi_external_select"})
STATELESS = frozenset({"button", "overflow", "image", "workflow_button"})


def live_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element with an action, with the block it stands in."""
    for block in blocks:
        for element in [block.get("accessory"), block.get("element"), *block.get("elements", [])]:
            if isinstance(element, dict) and "type" in element and block["type"] != "rich_text":
                yield block, element
        for element in block.get("actions", []) if isinstance(block.get("actions"), list) else []:
            yield block, element
        yield from live_elements([each for each in block.get("child_blocks", []) if isinstance(each, dict)])


def find_element(blocks: list[Json], action_id: str, block_id: str | None, value: object) -> tuple[Json, Json]:
    """The element someone means: by action_id, and by block_id or value where several share it."""
    found = [pair for pair in live_elements(blocks) if pair[1].get("action_id") == action_id]
    if block_id is not None:
        found = [pair for pair in found if pair[0].get("block_id") == block_id]
    exact = [pair for pair in found if value is not None and pair[1].get("value") == value]
    if not found:
        raise LookupError(f"nothing to press with action_id {action_id!r}")
    return (exact or found)[0]


def _options(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _option(element: Json, value: object) -> Json:
    for option in _options(element):
        if value in (option["value"], option["text"]["text"]):
            return dict(option)
    raise LookupError(f"no option {value!r} in {element.get('action_id')!r}")


def chosen(element: Json, value: Any) -> Json:
    """The part of an action or of a view's state that tells what a person chose."""
    kind = element["type"]
    if kind in SEVERAL_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, each) for each in value or []]}
    if kind in ("static_select", "overflow", "radio_buttons", "external_select"):
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in ONE_OF_MANY:
        return {"type": kind, f"selected_{ONE_OF_MANY[kind]}": value}
    if kind in SEVERAL:
        return {"type": kind, f"selected_{SEVERAL[kind]}": list(value or [])}
    return {"type": kind, "value": value}


def _initial(element: Json) -> Any:
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    for key, value in element.items():
        if key.startswith("initial_"):
            return value
    return None


def starting_values(blocks: list[Json]) -> Json:
    """The state of a view (or message) before anyone touched it."""
    values: Json = {}
    for block, element in live_elements(blocks):
        if element["type"] not in STATELESS and "action_id" in element:
            values.setdefault(block["block_id"], {})[element["action_id"]] = chosen(element, _initial(element))
    return values


def filled_values(blocks: list[Json], values: Json, given: Json) -> Json:
    """The state after a person filled some fields in; `given` is keyed by action_id or block_id."""
    filled = {block_id: dict(inner) for block_id, inner in values.items()}
    for block, element in live_elements(blocks):
        action_id, block_id = element.get("action_id"), block.get("block_id")
        if element["type"] in STATELESS or action_id is None or block_id is None:
            continue
        for key in (action_id, block_id):
            if key in given:
                filled.setdefault(block_id, {})[action_id] = chosen(element, given[key])
    return filled
