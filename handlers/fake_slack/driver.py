"""What a test or the page lets happen: typing, pressing, inviting, revoking, cutting the line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.event_dispatch import EventDispatch, Outcome
from handlers.fake_slack.faults import NEVER
from handlers.fake_slack.interactions import Interactions, Where
from handlers.fake_slack.models import Json, Message
from handlers.fake_slack.people import LEFT, LeftEvent, People
from handlers.fake_slack.response_urls import ResponseUrl
from handlers.fake_slack.sockets import SocketHub
from handlers.fake_slack.state import State

Found = TypeVar("Found")


class News:
    """Wakes whoever waits after every change of the workspace."""

    def __init__(self, state: State) -> None:
        self._next = asyncio.Event()
        state.listen(self._wake)

    def _wake(self, what: str) -> None:
        woken, self._next = self._next, asyncio.Event()
        woken.set()

    async def wait_for(self, predicate: Callable[[], Found], timeout: float = 5.0) -> Found:  # noqa: ASYNC109
        """Wait, without polling, until the predicate is true; its value. TimeoutError otherwise."""
        async with asyncio.timeout(timeout):
            while not (value := predicate()):
                await self._next.wait()
            return value


@dataclass
class CommandResult:
    """What became of a typed command: the acknowledgement at once, the answers when asked for."""

    news: News
    state: State
    outcome: Outcome
    address: ResponseUrl
    since_ts: str

    @property
    def acked(self) -> bool:
        """Did the app acknowledge in time?"""
        return self.outcome.acked

    @property
    def ack_seconds(self) -> float:
        """How long the acknowledgement took."""
        return self.outcome.seconds

    @property
    def payload(self) -> Json:
        """What came with the acknowledgement."""
        return self.outcome.payload

    def messages(self) -> list[Json]:
        """What the person was shown through the answer address or only to them since the command."""
        shown = []
        for message in self.state.channels[self.address.channel].messages:
            mine = message.only_for == self.address.user and message.ts > self.since_ts
            if mine or message.origin == self.address.token:
                shown.append(message.public())
        return shown

    async def answers(self, timeout: float = 5.0, at_least: int = 1) -> list[Json]:  # noqa: ASYNC109
        """Wait until so many answers are there; TimeoutError otherwise."""
        await self.news.wait_for(lambda: len(self.messages()) >= at_least, timeout)
        return self.messages()


class Driver:
    """The part of a Workspace that makes things happen."""

    context: FakeSlackContext
    people: People
    presses: Interactions
    courier: EventDispatch
    hub: SocketHub
    news: News

    async def wait_for(self, predicate: Callable[[], Found], timeout: float = 5.0) -> Found:  # noqa: ASYNC109
        """Wait, without polling, until the predicate is true; its value. TimeoutError otherwise."""
        return await self.news.wait_for(predicate, timeout)

    # doing what people do
    async def command(self, text: str, channel: str, user: str, command: str = "/pact") -> CommandResult:
        """Type a slash command and wait for its acknowledgement."""
        since = self.context.state.new_ts()
        outcome, address = await self.people.command(command, text, channel, user)
        return CommandResult(self.news, self.context.state, outcome, address, since)

    async def click(
        self,
        action_id: str,
        user: str,
        channel: str | None = None,
        ts: str | None = None,
        value: Any = None,
        block_id: str | None = None,
        where: Where = "message",
    ) -> Outcome:
        """Press a button or choose an option in a message, the home tab or the modal in front."""
        if where == "message":
            if channel is None:
                raise ValueError("a press in a message needs its channel")
            return await self.presses.press_in_message(user, channel, ts, action_id, value, block_id)
        return await self.presses.press_in_view(user, where, action_id, value, block_id)

    async def submit(self, user: str, values: Json | None = None) -> Outcome:
        """Fill in and send off the modal in front."""
        return await self.presses.submit(user, values or {})

    async def say(self, text: str, channel: str, user: str, thread_ts: str | None = None) -> Message:
        """Say something; `@pactbot` becomes a mention."""
        return await self.people.say(text, channel, user, thread_ts)

    async def mention(self, text: str, channel: str, user: str, thread_ts: str | None = None) -> Message:
        """Say something to the app in a channel or thread."""
        return await self.people.say(f"@pactbot {text}", channel, user, thread_ts)

    async def open_home(self, user: str) -> Outcome | None:
        """Look at the app's home tab."""
        return await self.people.open_home(user)

    async def invite(self, channel: str, by: str = "seoyeon", guest: str | None = None) -> Outcome | None:
        """Bring the app (or a person) into a channel."""
        return await self.people.invite(channel, by, guest)

    async def kick(self, channel: str, guest: str | None = None, told_as: LeftEvent = LEFT) -> Outcome | None:
        """Remove the app (or a person) from a channel."""
        return await self.people.kick(channel, guest, told_as)

    async def archive(self, channel: str, by: str = "seoyeon") -> Outcome | None:
        """Archive a channel."""
        return await self.people.set_archived(channel, by, True)

    async def unarchive(self, channel: str, by: str = "seoyeon") -> Outcome | None:
        """Bring an archived channel back."""
        return await self.people.set_archived(channel, by, False)

    async def rename(self, channel: str, name: str) -> Outcome | None:
        """Give a channel another name."""
        return await self.people.rename(channel, name)

    async def delete_channel(self, channel: str) -> Outcome | None:
        """Delete a channel."""
        return await self.people.delete(channel)

    async def uninstall(self, events_first: bool = True) -> None:
        """Remove the app from the workspace."""
        await self.people.uninstall(events_first)

    async def revoke(self, code: str = "token_revoked") -> Outcome | None:
        """Take the bot token away."""
        return await self.people.revoke(code)

    # trouble with the line
    async def disconnect_sockets(self, reason: str = "refresh_requested", through: int = NEVER) -> int:
        """Tell the app's sockets (those up to this number) that they will be closed or must be renewed."""
        return await self.hub.disconnect(reason, through)

    def reset_sockets(self) -> None:
        """Cut the app's sockets without a word."""
        self.hub.reset()

    async def redeliver(self) -> Json:
        """Hand over the last socket envelope once more."""
        return await self.courier.redeliver()

    async def replay(self) -> Json:
        """Send the last signed request once more, byte for byte."""
        return await self.courier.replay()

    def restore(self) -> None:
        """Install the app again: its token works as before."""
        team = self.context.team()
        team.installed = True
        self.context.state.revoked_tokens.pop(team.bot_token, None)
