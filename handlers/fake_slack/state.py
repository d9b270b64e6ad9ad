"""Stores the teams, people, channels, messages and views of the fake Slack, without network and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.models import Channel, Json, Message, Team, User, View

Listener = Callable[[str], None]
APP_ID = "A08PACTBOT1"


class State:
    """The state of a fake Slack. `clock` returns seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.app_id = APP_ID
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self.files: dict[str, Json] = {}
        self.user_groups: dict[str, Json] = {}
        self.revoked_tokens: dict[str, str] = {}
        self._listeners: list[Listener] = []
        self._numbers = 0
        self._last_micros = 0

    # listeners
    def listen(self, listener: Listener) -> None:
        """Calls `listener(change)` after every change from now on."""
        self._listeners.append(listener)

    def changed(self, change: str) -> None:
        """Notifies every listener of a change."""
        for listener in self._listeners:
            listener(change)

    # ids
    def new_id(self, prefix: str) -> str:
        """A fresh id in Slack's form: a letter and ten capitals or digits."""
        self._numbers += 1
        return f"{prefix}08{self._numbers:08d}"

    def new_ts(self) -> str:
        """Returns a message time `seconds.micros`, unique and increasing."""
        self._last_micros = max(int(self.clock() * 1_000_000), self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    # teams, people, channels
    def add_team(self, name: str, domain: str, bot_token: str, enterprise_id: str | None = None) -> Team:
        """Adds a workspace with our app installed."""
        bot = self.new_id("U")
        team = Team(self.new_id("T"), name, domain, bot, self.new_id("B"), bot_token, enterprise_id)
        self.teams[team.id] = team
        self.users[bot] = User(bot, team.id, "pactbot", "pactbot", tz="Asia/Seoul", is_bot=True)
        return team

    def add_user(self, user: User) -> User:
        """Adds a person."""
        self.users[user.id] = user
        self.changed("users")
        return user

    def add_user_group(self, team_id: str, handle: str, name: str, users: list[str]) -> Json:
        """Adds a group of people that a message can mention."""
        group: Json = {"id": self.new_id("S"), "team_id": team_id, "handle": handle, "name": name, "users": users}
        group |= {"is_usergroup": True, "date_delete": 0, "user_count": len(users)}
        self.user_groups[group["id"]] = group
        self.changed("users")
        return group

    def add_channel(self, team_id: str, name: str, private: bool, members: list[str]) -> Channel:
        """Adds a public or private channel."""
        channel = Channel(self.new_id("G" if private else "C"), team_id, name, private, members=members)
        channel.created_at = self.clock()
        channel.creator = members[0] if members else ""
        self.channels[channel.id] = channel
        self.changed("channels")
        return channel

    def direct(self, user_id: str) -> Channel:
        """Returns the direct conversation of a person with the app, opened on first use."""
        for channel in self.channels.values():
            if channel.person == user_id:
                return channel
        user = self.users[user_id]
        bot = self.teams[user.team_id].bot_user_id
        channel = Channel(self.new_id("D"), user.team_id, "directmessage", person=user_id, members=[user_id, bot])
        channel.created_at = self.clock()
        self.channels[channel.id] = channel
        self.changed("channels")
        return channel

    def direct_between(self, user_ids: list[str]) -> Channel:
        """Adds a direct conversation of two people, or of a group, in which the app is not."""
        team_id = self.users[user_ids[0]].team_id
        is_group = len(user_ids) > 2
        names = "--".join(self.users[user_id].name for user_id in user_ids)
        name = f"mpdm-{names}-1" if is_group else "directmessage"
        channel = Channel(self.new_id("C" if is_group else "D"), team_id, name, private=True, members=list(user_ids))
        channel.created_at = self.clock()
        self.channels[channel.id] = channel
        self.changed("channels")
        return channel

    def change_channel_id(self, channel: Channel) -> str:
        """Gives a channel a new id, under which its messages stand; returns the old one, which is unknown from now."""
        old = channel.id
        del self.channels[old]
        channel.id = self.new_id("C")
        for message in channel.messages:
            message.channel = channel.id
        self.channels[channel.id] = channel
        self.changed("channels")
        return old

    def knows(self, team: Team, user: User) -> bool:
        """Returns whether a workspace knows a person: its own, or one met in a shared channel."""
        channels = (channel for channel in self.channels.values() if channel.team_id == team.id)
        return user.team_id == team.id or any(user.id in channel.members for channel in channels)

    def team_of_token(self, token: str) -> Team:
        """Returns the workspace of a bot token; an unknown token belongs to the first workspace."""
        for team in self.teams.values():
            if team.bot_token == token:
                return team
        return next(iter(self.teams.values()))

    def channel_named(self, name: str) -> Channel:
        """Returns the first channel of a name, with or without #; raises KeyError."""
        bare_name = name.removeprefix("#")
        for channel in self.channels.values():
            if channel.name == bare_name and not channel.is_direct:
                return channel
        raise KeyError(f"no channel called {name}")

    def channel_for(self, team: Team, channel_id: object) -> Channel:
        """Returns a channel that the app may know; a private channel without the app does not exist for it."""
        channel = self.channels.get(str(channel_id or ""))
        if channel is None or channel.team_id != team.id:
            raise ApiError("channel_not_found")
        if channel.private and team.bot_user_id not in channel.members:
            raise ApiError("channel_not_found")
        return channel

    # messages
    def add_message(self, message: Message) -> Message:
        """Stores a message."""
        channel = self.channels[message.channel]
        channel.messages.append(message)
        channel.by_ts[message.ts] = message
        if message.is_in_thread():
            channel.threads.setdefault(str(message.thread_ts), []).append(message)
        self.changed(f"message {message.channel}")
        return message

    def message_at(self, channel: Channel, ts: object) -> Message:
        """Returns the message of a time that everybody sees; raises `message_not_found`."""
        message = channel.by_ts.get(str(ts))
        if message is None or message.only_for is not None:
            raise ApiError("message_not_found")
        return message

    def edit_message(
        self, message: Message, text: str, blocks: list[Json], attachments: list[Json] | None = None
    ) -> None:
        """Replaces a message's text, blocks and (where given) attachments; its metadata and time stay."""
        message.text, message.blocks, message.edited_ts = text, blocks, self.new_ts()
        if attachments is not None:
            message.attachments = attachments
        self.changed(f"message {message.channel}")

    def delete_message(self, message: Message) -> None:
        """Deletes a message; its replies stay in their thread, as in Slack."""
        channel = self.channels[message.channel]
        channel.messages.remove(message)
        del channel.by_ts[message.ts]
        if message.is_in_thread():
            channel.threads[str(message.thread_ts)].remove(message)
        self.changed(f"message {message.channel}")

    def top_level(self, channel: Channel, viewer: str | None = None) -> Iterator[Message]:
        """Yields a channel's messages, oldest first; with a viewer, also that person's ephemeral messages."""
        for message in channel.messages:
            if not message.is_reply() and message.only_for in (None, viewer):
                yield message

    def thread(self, channel: Channel, parent_ts: str, viewer: str | None = None) -> list[Message]:
        """Returns the replies under a message, oldest first, without the parent."""
        return [m for m in channel.threads.get(parent_ts, ()) if m.only_for in (None, viewer)]

    def latest_seen(self, channel: Channel, viewer: str) -> str:
        """Returns the time of the newest top-level message that a person sees; "0" when there is none."""
        for message in reversed(channel.messages):
            if not message.is_reply() and message.only_for in (None, viewer):
                return message.ts
        return "0"

    # views
    def show_home(self, team: Team, user_id: str, body: Json) -> View:
        """Publishes a person's home tab."""
        published = self.homes.get(user_id)
        view_id = published.id if published else self.new_id("V")
        view = View(view_id, team.id, user_id, body, self.new_id("h"), view_id)
        self.homes[user_id] = view
        self.changed(f"home {user_id}")
        return view

    def push_modal(self, team: Team, user_id: str, body: Json) -> View:
        """Opens a modal on top of a person's stack of at most three."""
        stack = self.modals.setdefault(user_id, [])
        if len(stack) >= 3:
            raise ApiError("push_limit_reached")
        view_id = self.new_id("V")
        root = stack[0].id if stack else view_id
        view = View(view_id, team.id, user_id, body, self.new_id("h"), root, stack[-1].id if stack else None)
        stack.append(view)
        self.changed(f"modal {user_id}")
        return view

    def update_modal(self, view: View, body: Json) -> View:
        """Replaces the body of an open modal."""
        stack = self.modals.get(view.user, [])
        updated = replace(view, body=body, hash=self.new_id("h"), values={})
        self.modals[view.user] = [updated if open_view.id == view.id else open_view for open_view in stack]
        self.changed(f"modal {view.user}")
        return updated

    def open_views(self) -> Iterator[View]:
        """Yields every open modal."""
        for stack in self.modals.values():
            yield from stack

    def close_modal(self, user_id: str, everything: bool = False) -> None:
        """Closes the top modal of a person, or all of them."""
        stack = self.modals.get(user_id, [])
        self.modals[user_id] = [] if everything else stack[:-1]
        self.changed(f"modal {user_id}")
