"""Serves Socket Mode: tickets, connections, envelopes and acknowledgements."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.calls import Call
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.faults import NEVER
from handlers.fake_slack.models import Json

CONNECTIONS_MAX = 10
LEAVE_SECONDS = 5.0


@dataclass(eq=False)
class Connection:
    """One web socket of the app."""

    socket: web.WebSocketResponse
    number: int
    transport: asyncio.Transport | None = None
    leaving: bool = False
    pings: int = 0


@dataclass
class SocketHub:
    """All connections of the app; a payload goes to one of them at random."""

    context: FakeSlackContext
    tickets: set[str] = field(default_factory=set)
    connections: list[Connection] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    _opened: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    on_ack: Callable[[str], None] = lambda envelope_id: None

    async def issue_ticket(self, context: FakeSlackContext, call: Call) -> Json:
        """apps.connections.open: issues a web socket URL that works once."""
        ticket = secrets.token_urlsafe(16)
        self.tickets.add(ticket)
        host = context.origin.removeprefix("http://")
        return {"url": f"ws://{host}/link/?ticket={ticket}&app_id={context.state.app_id}"}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serves one socket: hello first, then envelopes and acknowledgements until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket in self.tickets and self.context.faults.spoiled_tickets:
            self.context.faults.spoiled_tickets -= 1
            self.tickets.discard(ticket)
        if ticket not in self.tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=401)
        socket = web.WebSocketResponse(autoping=False, autoclose=False)
        if not socket.can_prepare(request):
            return web.json_response({"ok": False, "error": "not_a_websocket"}, status=400)
        self.tickets.discard(ticket)
        await socket.prepare(request)
        self._opened += 1
        connection = Connection(socket, self._opened, request.transport)
        if len(self.connections) >= CONNECTIONS_MAX:
            await self._send(connection, self._disconnect_message("too_many_websockets"))
            await socket.close()
            return socket
        self.connections.append(connection)
        try:
            await self._send(connection, self._hello())
            self.context.state.changed("sockets")
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
            self.context.state.changed("sockets")
        return socket

    def is_deaf(self, connection: Connection) -> bool:
        """Returns whether a test has made this connection deaf."""
        return connection.number <= self.context.faults.deaf_through

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if self.is_deaf(connection):
                continue
            if message.type == WSMsgType.PING:
                connection.pings += 1
                await connection.socket.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._acknowledge(message.data)
        if not connection.socket.closed and not self.is_deaf(connection):
            await connection.socket.close()

    def _acknowledge(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        if not isinstance(answer, dict):
            return
        envelope_id = str(answer.get("envelope_id", ""))
        self.on_ack(envelope_id)
        waiting = self._waiting.pop(envelope_id, None)
        if waiting is not None and not waiting.done():
            payload = answer.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) else {})

    async def offer(self, envelope: Json, timeout_seconds: float) -> Json:
        """Sends one envelope to any connection and returns its response payload; raises TimeoutError without an ack."""
        usable = [each for each in self.connections if not each.leaving and not each.socket.closed]
        if not usable:
            raise ConnectionError("no socket is connected")
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        connection = self.context.faults.random.choice(usable)
        try:
            if not self.is_deaf(connection):
                await self._send(connection, envelope)
            return await asyncio.wait_for(waiting, timeout_seconds)
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    async def disconnect(self, reason: str = "refresh_requested", through: int = NEVER) -> int:
        """Announces to connections (up to this number) that they will be closed or must reconnect; returns how many.

        The reason `warning` only announces; any other also closes the connections after five seconds.
        """
        announced = [each for each in self.connections if each.number <= through]
        for connection in announced:
            await self._send(connection, self._disconnect_message(reason))
            if reason != "warning":
                connection.leaving = True
                task = asyncio.create_task(self._leave(connection))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return len(announced)

    async def _leave(self, connection: Connection) -> None:
        await asyncio.sleep(LEAVE_SECONDS)
        await connection.socket.close()

    def reset(self) -> None:
        """Resets every connection, as a failing network does."""
        for connection in list(self.connections):
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """Closes every connection."""
        for task in self._tasks:
            task.cancel()
        for connection in list(self.connections):
            await connection.socket.close()

    async def _send(self, connection: Connection, payload: Json) -> None:
        await connection.socket.send_str(json.dumps(payload, ensure_ascii=False))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": self._debug_info(),
            "connection_info": {"app_id": self.context.state.app_id},
        }

    def _disconnect_message(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": self._debug_info()}

    def _debug_info(self) -> Json:
        return {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18_060}


def check_app_token(context: FakeSlackContext, token: str) -> None:
    """Raises ApiError unless the token is an app-level token."""
    if not token:
        raise ApiError("not_authed")
    if token in context.state.revoked_tokens:
        raise ApiError(context.state.revoked_tokens[token])
    if not token.startswith("xapp-"):
        raise ApiError("not_allowed_token_type" if token.startswith("xox") else "invalid_auth")
