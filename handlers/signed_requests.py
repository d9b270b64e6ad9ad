"""Verifies and reads Slack's signed HTTP requests: nothing of a body is parsed before its signature is checked.

```
headers, body ─ is_signed ─ 401 │ read_body ─ BadRequest: 400, 415 │ ─ a payload for Bolt
```
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

MAX_AGE_SECONDS = 300.0
FORM_FIELDS_MAX = 100
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
KINDS = (*("url_verification", "event_callback", "block_actions", "message_action", "shortcut", "view_submission"),)
"""The kinds of JSON payload that this app has listeners for; Bolt would look into the fields of others at length."""
SSL_CHECK_MAX_BYTES = 1_000

_INSTANT = re.compile(r"[0-9]{1,12}")
_OBJECT, _TEXT, _LIST, _EITHER = (dict,), (str,), (list,), (dict, str)
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("callback_id", "trigger_id", "response_url", "challenge"), _TEXT),
    **dict.fromkeys(("team", "enterprise", "user", "channel", "container", "message", "view", "state"), _OBJECT),
    **dict.fromkeys(("view.callback_id", "view.private_metadata", "view.type", "view.id", "view.hash"), _TEXT),
    **dict.fromkeys(("view.state", "view.state.values"), _OBJECT),
    "view.blocks": _LIST,
    **dict.fromkeys(("event.type", "event.subtype", "event.text", "event.thread_ts"), _TEXT),
    **dict.fromkeys(("event.tokens", "event.message", "event.previous_message", "event.assistant_thread"), _OBJECT),
    **dict.fromkeys(("event.user", "event.channel", "event.message.user", "event.previous_message.user"), _EITHER),
}
"""The types of the fields that Bolt or our readers look into; a field may be absent or null."""
_NEVER_NULL = ("event", "event.function")


class BadRequest(Exception):
    """the request cannot be read"""

    def __init__(self, why: str, status: int = 400) -> None:
        self.status = status
        super().__init__(why)


def is_signed(secret: str, timestamp: str, signature: str, body: bytes, now_seconds: float) -> bool:
    """Returns whether Slack signed the body at most five minutes ago; any text may stand in the two headers."""
    if not secret or not _INSTANT.fullmatch(timestamp) or abs(now_seconds - int(timestamp)) > MAX_AGE_SECONDS:
        return False
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={digest}".encode(), signature.encode("utf-8", "replace"))


def is_ssl_check(content_type: str, body: bytes) -> bool:
    """Returns whether it is Slack's check of our certificate, which it does not sign; a 200 answers it."""
    return content_type == FORM and len(body) <= SSL_CHECK_MAX_BYTES and b"ssl_check=1" in body.split(b"&")


def read_body(content_type: str, body: bytes) -> dict[str, Any]:
    """Reads an event (JSON), a command (a form) or an interaction (a form with ``payload``); raises BadRequest."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("the body is not UTF-8") from None
    if content_type == JSON:
        return _object(text)
    if content_type != FORM:
        raise BadRequest(f"the content type is neither {JSON} nor {FORM}", 415)
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX))
    except ValueError:
        raise BadRequest("the form has too many fields") from None
    if "payload" in fields:
        return _object(fields["payload"])
    if "command" not in fields:
        raise BadRequest("the form has neither a command nor a payload")
    return dict(fields)


def _object(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON") from None
    if not isinstance(payload, dict):
        raise BadRequest("the body is not a JSON object")
    if payload.get("type") not in KINDS:
        raise BadRequest("the payload is of no kind that this app serves", 404)
    fault = malformed_field(payload)
    if fault is not None:
        raise BadRequest(f"a field has the wrong type: {fault}")
    return payload


def malformed_field(payload: Mapping[str, Any]) -> str | None:
    """Returns the name of a field of the wrong type; None when Bolt and our readers can look into every field."""
    for path in _NEVER_NULL:
        if not isinstance(_field(payload, path, {}), dict):
            return path
    for path, types in _TYPES.items():
        value = _field(payload, path)
        if value is not None and not isinstance(value, types):
            return path
    if payload.get("type") == "view_submission" and not isinstance(_field(payload, "view.callback_id"), str):
        return "view"
    if not _are_objects(payload.get("authorizations") or []):
        return "authorizations"
    if not _are_objects(payload.get("response_urls", [])):
        return "response_urls"
    actions = payload.get("actions")
    if payload.get("type") == "block_actions" and not (
        isinstance(actions, list) and actions and all(map(_is_action, actions))
    ):
        return "actions"
    return None


def _field(payload: Mapping[str, Any], path: str, default: Any = None) -> Any:
    """Returns the field at a dotted path, whose parents are objects or absent."""
    *parents, name = path.split(".")
    holder: Mapping[str, Any] = payload
    for parent in parents:
        holder = holder.get(parent) or {}
    return holder.get(name, default)


def _are_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _is_action(action: object) -> bool:
    return (
        isinstance(action, dict)
        and isinstance(action.get("action_id"), str)
        and isinstance(action.get("selected_option") or {}, dict)
    )
