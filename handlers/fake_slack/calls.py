"""Reads a Web API call and its arguments from JSON or a form."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.models import Json, Team

NESTED = {"blocks": "invalid_blocks_format", "attachments": "invalid_attachments"}
NESTED_KEYS = ("blocks", "attachments", "metadata", "view", "files", "unfurls")


@dataclass
class Call:
    """One call with its arguments, its token and its workspace."""

    method: str
    args: Json
    token: str
    team: Team

    def need(self, name: str) -> str:
        """Returns a required argument as text."""
        value = self.args.get(name)
        if value is None or value == "":
            raise ApiError("invalid_arguments", f"[ERROR] missing required field: {name}")
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Returns a boolean argument, in any of the forms that clients send."""
        value = self.args.get(name, default)
        return value is True or str(value).lower() in ("1", "true")

    def number(self, name: str, default: int, maximum: int) -> int:
        """Returns a count, at most `most`; raises ApiError for an argument that is no number."""
        value = self.args.get(name) or default
        if not str(value).isdigit():
            raise ApiError("invalid_arguments", f"[ERROR] must be an integer: {name}")
        return max(1, min(int(value), maximum))


Method = Callable[[FakeSlackContext, Call], Awaitable[Json]]


async def read_args(request: web.Request) -> Json:
    """Returns the arguments of a call from query, form or JSON body, with nested JSON decoded."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body: Any = json.loads(await request.read() or b"{}")
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        args |= body
    elif request.method == "POST":
        args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    for key in NESTED_KEYS:
        if isinstance(args.get(key), str) and args[key]:
            args[key] = _decoded(key, args[key])
    return args


def _decoded(key: str, text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise ApiError(NESTED.get(key, "invalid_arguments"), f"[ERROR] must be valid JSON: {key}") from None


def token_of(request: web.Request, args: Json) -> str:
    """Returns the token of a call, from the Authorization header or the token argument."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    return str(args.pop("token", "") or "")
