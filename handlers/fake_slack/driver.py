"""Drives the fake Slack: types, presses, invites, revokes tokens, cuts connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.event_dispatch import EventDispatch, Outcome
from handlers.fake_slack.faults import NEVER
from handlers.fake_slack.interactions import Interactions, Surface
from handlers.fake_slack.models import Json, Message
from handlers.fake_slack.people import LEFT, LeftEvent, People
from handlers.fake_slack.response_urls import ResponseUrl
from handlers.fake_slack.sockets import SocketHub
from handlers.fake_slack.state import State

Value = TypeVar("Value")


class ChangeNotifier:
    """Wakes every waiter after each change of the state."""

    def __init__(self, state: State) -> None:
        self._next = asyncio.Event()
        state.listen(self._wake)

    def _wake(self, what: str) -> None:
        current, self._next = self._next, asyncio.Event()
        current.set()

    async def wait_for(self, predicate: Callable[[], Value], timeout: float = 5.0) -> Value:  # noqa: ASYNC109
        """Waits without polling until the predicate is true and returns its value; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not (value := predicate()):
                await self._next.wait()
            return value


@dataclass
class CommandResult:
    """The acknowledgement of a typed command, and its answers on request."""

    changes: ChangeNotifier
    state: State
    outcome: Outcome
    response_url: ResponseUrl
    since_ts: str

    @property
    def acked(self) -> bool:
        """True when the app acknowledged in time."""
        return self.outcome.acked

    @property
    def ack_seconds(self) -> float:
        """Seconds until the acknowledgement."""
        return self.outcome.seconds

    @property
    def payload(self) -> Json:
        """The body of the acknowledgement."""
        return self.outcome.payload

    def messages(self) -> list[Json]:
        """Returns the answers through the response_url, and the person's ephemeral messages since the command."""
        answers = []
        for message in self.state.channels[self.response_url.channel].messages:
            is_ephemeral_answer = message.only_for == self.response_url.user and message.ts > self.since_ts
            if is_ephemeral_answer or message.origin == self.response_url.token:
                answers.append(message.public())
        return answers

    async def answers(self, timeout: float = 5.0, minimum: int = 1) -> list[Json]:  # noqa: ASYNC109
        """Waits for the answers and returns them; raises TimeoutError."""
        await self.changes.wait_for(lambda: len(self.messages()) >= minimum, timeout)
        return self.messages()


class Driver:
    """The part of FakeSlack that makes things happen."""

    context: FakeSlackContext
    people: People
    interactions: Interactions
    dispatch: EventDispatch
    hub: SocketHub
    changes: ChangeNotifier

    async def wait_for(self, predicate: Callable[[], Value], timeout: float = 5.0) -> Value:  # noqa: ASYNC109
        """Waits without polling until the predicate is true and returns its value; raises TimeoutError."""
        return await self.changes.wait_for(predicate, timeout)

    # people
    async def command(self, text: str, channel: str, user: str, command: str = "/pact") -> CommandResult:
        """Types a slash command and waits for its acknowledgement."""
        since = self.context.state.new_ts()
        outcome, response_url = await self.people.command(command, text, channel, user)
        return CommandResult(self.changes, self.context.state, outcome, response_url, since)

    async def click(
        self,
        action_id: str,
        user: str,
        channel: str | None = None,
        ts: str | None = None,
        value: Any = None,
        block_id: str | None = None,
        where: Surface = "message",
        values: Json | None = None,
    ) -> Outcome:
        """Presses a button or chooses an option in a message, the home tab or the top modal.

        In a view ``values`` is what its other fields hold, as in ``submit``.
        """
        if where == "message":
            if channel is None:
                raise ValueError("a press in a message needs its channel")
            return await self.interactions.press_in_message(user, channel, ts, action_id, value, block_id)
        return await self.interactions.press_in_view(user, where, action_id, value, block_id, values)

    async def press_forged(self, action_id: str, value: str, user: str, channel: str) -> Outcome:
        """Sends the press of a button that no message has."""
        return await self.interactions.press_forged(user, channel, action_id, value)

    async def submit(self, user: str, values: Json | None = None) -> Outcome:
        """Fills in and submits the top modal."""
        return await self.interactions.submit(user, values or {})

    async def suggestions(self, user: str, action_id: str, typed: str, where: Surface = "modal") -> list[Json]:
        """Types into an external select of a view; returns the options that the app offers."""
        return await self.interactions.suggestions(user, where, action_id, typed)

    async def shortcut(self, callback_id: str, user: str, channel: str = "", ts: str = "") -> Outcome:
        """Uses a shortcut: on a message, or a global one without channel and ts."""
        if not ts:
            return await self.interactions.global_shortcut(user, callback_id)
        return await self.interactions.shortcut(user, channel, ts, callback_id)

    async def say(self, text: str, channel: str, user: str, thread_ts: str | None = None) -> Message:
        """Posts a message; `@pactbot` becomes a mention."""
        return await self.people.say(text, channel, user, thread_ts)

    async def mention(self, text: str, channel: str, user: str, thread_ts: str | None = None) -> Message:
        """Posts a message that mentions the app."""
        return await self.people.say(f"@pactbot {text}", channel, user, thread_ts)

    async def open_home(self, user: str) -> Outcome | None:
        """Opens the app's home tab."""
        return await self.people.open_home(user)

    async def invite(self, channel: str, by: str = "seoyeon", guest: str | None = None) -> Outcome | None:
        """Invites the app (or a person) to a channel."""
        return await self.people.invite(channel, by, guest)

    async def kick(self, channel: str, guest: str | None = None, reported_as: LeftEvent = LEFT) -> Outcome | None:
        """Removes the app (or a person) from a channel."""
        return await self.people.kick(channel, guest, reported_as)

    async def archive(self, channel: str, by: str = "seoyeon") -> Outcome | None:
        """Archives a channel."""
        return await self.people.set_archived(channel, by, True)

    async def unarchive(self, channel: str, by: str = "seoyeon") -> Outcome | None:
        """Unarchives a channel."""
        return await self.people.set_archived(channel, by, False)

    async def rename(self, channel: str, name: str) -> Outcome | None:
        """Renames a channel."""
        return await self.people.rename(channel, name)

    async def share_externally(self, channel: str, guest: str) -> Outcome | None:
        """Shares a channel with a person of another workspace."""
        return await self.people.share_externally(channel, guest)

    async def delete_channel(self, channel: str) -> Outcome | None:
        """Deletes a channel."""
        return await self.people.delete(channel)

    async def uninstall(
        self, events_first: bool = True, team_id: str | None = None, of_organization: bool = False
    ) -> None:
        """Uninstalls the app from a workspace (by default the first one), or from all of its organization."""
        await self.people.uninstall(events_first, team_id, of_organization)

    async def revoke(self, code: str = "token_revoked") -> Outcome | None:
        """Revokes the bot token."""
        return await self.people.revoke(code)

    # connections
    async def disconnect_sockets(self, reason: str = "refresh_requested", through: int = NEVER) -> int:
        """Announces to the app's sockets (those up to this number) that they will be closed or must reconnect."""
        return await self.hub.disconnect(reason, through)

    def reset_sockets(self) -> None:
        """Resets the app's sockets."""
        self.hub.reset()

    async def redeliver(self) -> Json:
        """Sends the last socket envelope once more."""
        return await self.dispatch.redeliver()

    async def replay(self) -> Json:
        """Sends the last signed request once more, byte for byte."""
        return await self.dispatch.replay()

    def restore(self) -> None:
        """Installs the app again; its token works as before."""
        team = self.context.team()
        team.installed = True
        self.context.state.revoked_tokens.pop(team.bot_token, None)
