"""Finds what Slack's client refuses to submit: inputs that are empty, too short, too long, or of another form."""

from __future__ import annotations

import re
from typing import Any

from handlers.fake_slack.models import Json

EMAIL, URL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), re.compile(r"https?://\S+")


def refused_inputs(blocks: list[Json], values: Json) -> dict[str, str]:
    """Returns the reason for each block_id whose input cannot be submitted."""
    refused: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = values.get(block["block_id"], {}).get(element.get("action_id", ""), {})
        reason = _refusal(block, element, _content(state))
        if reason:
            refused[block["block_id"]] = reason
    return refused


def _content(state: Json) -> Any:
    return next((value for key, value in state.items() if key != "type"), None)


def _refusal(block: Json, element: Json, content: Any) -> str:
    if content in (None, "", []):
        return "" if block.get("optional") else "required"
    if not isinstance(content, str):
        return ""
    if element["type"] == "number_input":
        return _number_refusal(element, content)
    if not element.get("min_length", 0) <= len(content) <= element.get("max_length", 3000):
        return "length"
    form = {"email_text_input": EMAIL, "url_text_input": URL}.get(element["type"])
    return "" if form is None or form.fullmatch(content) else "form"


def _number_refusal(element: Json, content: str) -> str:
    if not re.fullmatch(r"-?\d+(\.\d+)?", content) or ("." in content and not element.get("is_decimal_allowed")):
        return "form"
    least, most = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    return "" if least <= float(content) <= most else "length"
