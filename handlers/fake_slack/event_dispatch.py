"""Sends payloads to the app over a socket or signed HTTP, and retries events as Slack does."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field

from handlers.fake_slack.context import LOG_ENTRIES, FakeSlackContext
from handlers.fake_slack.models import Json, Team
from handlers.fake_slack.signed_http import DeliveryFailed, SignedHttp, SignedRequest
from handlers.fake_slack.sockets import SocketHub

WITH_ANSWER = frozenset({"view_submission", "block_suggestion"})
"""The interactions whose acknowledgement may carry an answer."""


@dataclass
class RetrySchedule:
    """Slack's wait for an acknowledgement, and its pauses before the retries of an event."""

    ack_seconds: float = 3.0
    retry_after_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)


@dataclass(frozen=True)
class Outcome:
    """The result of one attempt to send a payload to the app."""

    acked: bool
    seconds: float
    payload: Json = field(default_factory=dict)
    reason: str = ""


@dataclass
class EventDispatch:
    """Sends commands, interactions and events to the app."""

    context: FakeSlackContext
    hub: SocketHub
    signed_http: SignedHttp
    retry_schedule: RetrySchedule = field(default_factory=RetrySchedule)
    last: tuple[str, Json] | None = None
    outcomes: deque[tuple[str, Outcome]] = field(default_factory=lambda: deque(maxlen=LOG_ENTRIES))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def send(self, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> Outcome:
        """Sends a payload once and returns the result."""
        started = time.perf_counter()
        try:
            answer = await self._send_once(kind, payload, retry)
            outcome = Outcome(True, time.perf_counter() - started, answer)
        except (TimeoutError, ConnectionError) as failure:
            reason = "timeout" if isinstance(failure, TimeoutError) else "no_connection"
            outcome = Outcome(False, time.perf_counter() - started, reason=reason)
        except DeliveryFailed as failure:
            reason = "no_retry" if failure.no_retry else failure.reason
            outcome = Outcome(False, time.perf_counter() - started, reason=reason)
        self.outcomes.append((kind, outcome))
        self.context.state.changed("delivery")
        return outcome

    async def _send_once(self, kind: str, payload: Json, retry: tuple[int, str] | None) -> Json:
        if self.signed_http.url is not None:
            return await self.signed_http.offer(kind, payload, self.retry_schedule.ack_seconds, retry)
        envelope = self._envelope(kind, payload, retry)
        self.last = (kind, envelope)
        return await self.hub.offer(envelope, self.retry_schedule.ack_seconds)

    def _envelope(self, kind: str, payload: Json, retry: tuple[int, str] | None) -> Json:
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind == "slash_commands" or payload.get("type") in WITH_ANSWER,
        }
        if kind == "events_api":
            number, reason = retry or (0, "")
            envelope |= {"retry_attempt": number, "retry_reason": reason}
        return envelope

    def schedule_event(self, team: Team, event: Json) -> None:
        """Sends an event, to which the app is subscribed, without waiting for the result."""
        if self._subscription(event) in self.context.events:
            self._start(self._send_event_only(team, event))

    async def _send_event_only(self, team: Team, event: Json) -> None:
        await self.send_event(team, event)

    async def send_event(
        self, team: Team, event: Json, source: Team | None = None, *, of_organization: bool = False
    ) -> Outcome | None:
        """Sends an event, with three retries; returns None when the app did not subscribe to it.

        In a shared channel ``source`` is the workspace where it happened, which `team_id` then names. An event
        ``of_organization`` names no workspace.
        """
        if self._subscription(event) not in self.context.events:
            return None
        payload = self._event_callback(team, event, source or team)
        if of_organization:
            payload["team_id"] = payload["context_team_id"] = payload["authorizations"][0]["team_id"] = None
            payload["authorizations"][0]["is_enterprise_install"] = True
        outcome = await self.send("events_api", payload)
        if not outcome.acked and outcome.reason != "no_retry":
            self._start(self._retry(payload, outcome.reason))
        return outcome

    def _subscription(self, event: Json) -> str:
        kinds = {"D": "im", "G": "groups", "C": "channels"}
        if event["type"] == "message":
            return f"message.{kinds[event['channel'][0]]}"
        return str(event["type"])

    def _event_callback(self, team: Team, event: Json, source: Team) -> Json:
        authorization = {
            "enterprise_id": team.enterprise_id,
            "team_id": team.id,
            "user_id": team.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": self.context.verification_token,
            "team_id": source.id,
            "context_team_id": team.id,
            "enterprise_id": source.enterprise_id,
            "api_app_id": self.context.state.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self.context.state.new_id("Ev"),
            "event_time": int(self.context.clock()),
            "authorizations": [authorization],
            "is_ext_shared_channel": source.id != team.id,
            "event_context": f"4-{uuid.uuid4().hex}",
        }

    def _start(self, sending: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(sending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retry(self, payload: Json, reason: str) -> None:
        for number, pause_seconds in enumerate(self.retry_schedule.retry_after_seconds, start=1):
            await asyncio.sleep(pause_seconds)
            outcome = await self.send("events_api", payload, (number, reason))
            if outcome.acked or outcome.reason == "no_retry":
                return
            reason = outcome.reason

    async def redeliver(self) -> Json:
        """Sends the last socket envelope once more, with the same envelope_id."""
        if self.last is None:
            raise LookupError("nothing was delivered yet")
        return await self.hub.offer(self.last[1], self.retry_schedule.ack_seconds)

    async def replay(self, request: SignedRequest | None = None) -> Json:
        """Sends a signed request (by default the last one) once more, byte for byte."""
        return await self.signed_http.post(request or self.signed_http.sent[-1], self.retry_schedule.ack_seconds)

    async def verify_url(self) -> bool:
        """Does the url_verification handshake of HTTP mode."""
        challenge = uuid.uuid4().hex
        payload = {"token": self.context.verification_token, "challenge": challenge, "type": "url_verification"}
        answer = await self.signed_http.offer("events_api", payload, self.retry_schedule.ack_seconds, None)
        return challenge in (answer.get("challenge"), answer.get("text"))

    async def close(self) -> None:
        """Cancels the retries that are still due."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.signed_http.close()
