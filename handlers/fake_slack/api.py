"""Serves the Web API: checks token and rate limit, applies armed faults, then calls the method."""

from __future__ import annotations

import json

from aiohttp import web

from handlers.fake_slack import api_chat, api_conversations, api_files, api_people, api_views, oauth
from handlers.fake_slack.api_error import ApiError, TooManyRequests
from handlers.fake_slack.calls import Call, Method, read_args, token_of
from handlers.fake_slack.context import CallRecord, FakeSlackContext
from handlers.fake_slack.faults import ArmedFault, Kind
from handlers.fake_slack.models import Json
from handlers.fake_slack.sockets import SocketHub, check_app_token

OPEN_SOCKET = "apps.connections.open"
READ_ONLY = frozenset(
    {
        *("auth.test", "bots.info", "team.info", "users.info", "users.list", "users.conversations"),
        *("conversations.history", "conversations.replies", "conversations.info", "conversations.list"),
        *("conversations.members", "chat.getPermalink", "files.info", "usergroups.list"),
    }
)
"""The methods that only read. A GET calls no other, because any web page can make a browser send a GET."""


class ConnectionCut(Exception):
    """an armed fault cuts the connection"""


class WebApi:
    """Answers `/api/METHOD`."""

    def __init__(self, context: FakeSlackContext, hub: SocketHub) -> None:
        self.context = context
        self.methods: dict[str, Method] = {
            **api_chat.METHODS,
            **api_conversations.METHODS,
            **api_files.METHODS,
            **api_people.METHODS,
            **api_views.METHODS,
            OPEN_SOCKET: hub.issue_ticket,
        }

    async def handle_get(self, request: web.Request) -> web.StreamResponse:
        """Handles a call by GET, which is refused with 405 for a method that changes something."""
        if request.match_info["method"] not in READ_ONLY:
            return web.Response(status=405, text="call this method by POST\n", headers={"Allow": "POST"})
        return await self.handle(request)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handles one call."""
        method = request.match_info["method"]
        args: Json = {}
        faults: dict[Kind, ArmedFault] = {}
        status, headers = 200, {}
        try:
            args = await read_args(request)
            token = token_of(request, args)
            faults = self.context.faults.pick(method, _channel_of(args))
            self._before(faults)
            authorization = request.headers.get("Authorization", "")
            answer: Json = {"ok": True, **await self._carry_out(method, token, args, authorization)}
        except TooManyRequests as refusal:
            answer, status = refusal.body(), 429
            headers["Retry-After"] = str(refusal.retry_after)
        except ApiError as refusal:
            answer = refusal.body()
        except ConnectionCut:
            return cut(request)
        except ServerFault as trouble:
            self._log(method, args, {"ok": False, "error": "internal_error"})
            return web.Response(status=trouble.status, text="upstream trouble")
        headers["x-oauth-scopes"] = ",".join(sorted(self.context.granted()))
        self._log(method, args, answer)
        return await self._after(request, faults, answer, status, headers)

    async def _carry_out(self, method: str, token: str, args: Json, authorization: str) -> Json:
        if method == oauth.METHOD and self.context.oauth.is_on:
            return self.context.oauth.access(authorization, args)
        if method not in self.methods:
            raise ApiError("unknown_method", req_method=method)
        if method == OPEN_SOCKET:
            check_app_token(self.context, token)
            team = self.context.team()
        else:
            team = self.context.team_with(token, args)
        self.context.rate_limiter.admit(method, token, _channel_of(args), self.context.clock())
        return await self.methods[method](self.context, Call(method, args, token, team))

    def _before(self, faults: dict[Kind, ArmedFault]) -> None:
        if "drop_before" in faults:
            raise ConnectionCut
        if "error_before" in faults:
            raise ServerFault(faults["error_before"].status)
        if "limit" in faults:
            raise TooManyRequests(faults["limit"].retry_after)
        if "refuse" in faults:
            raise ApiError(faults["refuse"].code)

    async def _after(
        self, request: web.Request, faults: dict[Kind, ArmedFault], answer: Json, status: int, headers: dict[str, str]
    ) -> web.StreamResponse:
        if "delay" in faults:
            await self.context.delay_answer(faults["delay"].delay_seconds)
        if "drop_after" in faults:
            return cut(request)
        if "error_after" in faults:
            return web.Response(status=faults["error_after"].status, text="upstream trouble")
        text = json.dumps(answer, ensure_ascii=False)
        if "truncate" in faults:
            text = text[: len(text) // 2]
        return web.Response(text=text, status=status, headers=headers, content_type="application/json")

    def _log(self, method: str, args: Json, answer: Json) -> None:
        error = None if answer.get("ok") else str(answer.get("error"))
        self.context.calls.append(CallRecord(method, args, self.context.clock(), error, answer))
        self.context.state.changed("call")


def cut(request: web.Request) -> web.StreamResponse:
    """Cuts the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


class ServerFault(Exception):
    """an armed fault answers with a 5xx"""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


def _channel_of(args: Json) -> str | None:
    channel = args.get("channel") or args.get("channel_id")
    return str(channel) if channel else None
