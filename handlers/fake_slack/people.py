"""What people do in the workspace: type, mention, invite, archive; each told to the app as Slack tells it."""

from __future__ import annotations

from typing import Literal

from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.event_dispatch import EventDispatch, Outcome
from handlers.fake_slack.models import Channel, Json, Message, User
from handlers.fake_slack.payloads import command_payload, membership, with_references
from handlers.fake_slack.response_urls import ResponseUrl, ResponseUrls

LeftEvent = Literal["member_left_channel", "channel_left"]
LEFT: LeftEvent = "member_left_channel"


class People:
    """Everything a person does outside blocks and modals."""

    def __init__(self, context: FakeSlackContext, courier: EventDispatch, answers: ResponseUrls) -> None:
        self.context = context
        self.courier = courier
        self.answers = answers

    def _passes(self, user: User, address: ResponseUrl) -> Json:
        return {
            "token": self.context.verification_token,
            "api_app_id": self.context.state.app_id,
            "trigger_id": self.context.triggers.issue(user.id, self.context.clock()),
            "response_url": self.answers.url(address),
        }

    async def command(self, command: str, text: str, where: str, who: str) -> tuple[Outcome, ResponseUrl]:
        """Type a slash command; the answer of the acknowledgement is shown like any other."""
        user, channel = self.context.person(who), self.context.place(where)
        team = self.context.team_of(user)
        if user.id not in channel.members:
            raise ValueError(f"{user.name} is not in {channel.name}")
        if not team.installed:
            raise ValueError(f"the app is not installed in {team.name}")
        words = with_references(self.context.state, team.id, text, labels=True)
        address = self.answers.issue(team, channel.id, user.id)
        payload = command_payload(team, user, channel, command, words) | self._passes(user, address)
        outcome = await self.courier.send("slash_commands", payload)
        if outcome.acked and outcome.payload.get("text"):
            self.answers.show(address, outcome.payload)
        if not outcome.acked:
            self._tell_failure(address, f"{command} failed because the app did not respond ({outcome.reason})")
        return outcome, address

    def _tell_failure(self, address: ResponseUrl, text: str) -> None:
        slackbot = Message(self.context.state.new_ts(), address.channel, "USLACKBOT", text, only_for=address.user)
        slackbot.team_id = address.team.id
        self.context.state.put(slackbot)

    async def say(self, text: str, where: str, who: str, thread_ts: str | None = None) -> Message:
        """Say something in a channel, a thread or the app's direct conversation."""
        user, channel = self.context.person(who), self.context.place(where)
        team = self.context.team_of(user)
        if channel.archived:
            raise ValueError(f"{channel.name} is archived")
        words = with_references(self.context.state, team.id, text, labels=False)
        message = Message(self.context.state.new_ts(), channel.id, user.id, words, thread_ts=thread_ts, team_id=team.id)
        self.context.state.put(message)
        event = self._message_event(channel, message)
        if team.bot_user_id in channel.members:
            if f"<@{team.bot_user_id}>" in words and not channel.is_direct:
                await self.courier.event(team, event | {"type": "app_mention"})
            await self.courier.event(team, event)
        return message

    def _message_event(self, channel: Channel, message: Message) -> Json:
        kind = "im" if channel.is_direct else "group" if channel.private else "channel"
        return message.public() | {"channel": channel.id, "channel_type": kind, "event_ts": message.ts}

    async def open_home(self, who: str, tab: str = "home") -> Outcome | None:
        """Look at the app's home tab (or its messages)."""
        user = self.context.person(who)
        direct = self.context.state.direct(user.id)
        team = self.context.team_of(user)
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": direct.id,
            "tab": tab,
            "event_ts": self.context.state.new_ts(),
        }
        view = self.context.state.homes.get(user.id)
        if view is not None and tab == "home":
            event["view"] = view.public(self.context.state.app_id, team.bot_id)
        return await self.courier.event(team, event)

    async def invite(self, where: str, by: str, guest: str | None = None) -> Outcome | None:
        """Bring the app (or another person) into a channel."""
        channel, host = self.context.place(where), self.context.person(by)
        team = self.context.team_of(host)
        newcomer = self.context.person(guest).id if guest else team.bot_user_id
        if newcomer in channel.members:
            return None
        channel.members.append(newcomer)
        self.context.state.changed("channels")
        if team.bot_user_id not in channel.members:
            return None
        event = membership("member_joined_channel", channel, newcomer, self.context.state.new_ts())
        return await self.courier.event(team, event | {"inviter": host.id})

    async def kick(self, where: str, guest: str | None = None, told_as: LeftEvent = LEFT) -> Outcome | None:
        """Remove the app (or a person) from a channel.

        Which event a removed app is sent is not documented beyond doubt: `told_as` chooses.
        """
        channel = self.context.place(where)
        team = self.context.state.teams[channel.team_id]
        leaver = self.context.person(guest).id if guest else team.bot_user_id
        if leaver not in channel.members:
            return None
        told = team.bot_user_id in channel.members
        channel.members.remove(leaver)
        self.context.state.changed("channels")
        if not told:
            return None
        if leaver == team.bot_user_id and told_as == "channel_left":
            return await self._tell_place(channel, "left")
        event = membership("member_left_channel", channel, leaver, self.context.state.new_ts())
        return await self.courier.event(team, event)

    async def set_archived(self, where: str, by: str, archived: bool) -> Outcome | None:
        """Archive a channel, or bring it back (the app stays a member)."""
        channel, user = self.context.place(where), self.context.person(by)
        if channel.archived == archived:
            return None
        channel.archived = archived
        self.context.state.changed("channels")
        team = self.context.team_of(user)
        if team.bot_user_id not in channel.members:
            return None
        return await self._tell_place(channel, "archive" if archived else "unarchive", user=user.id)

    async def rename(self, where: str, name: str) -> Outcome | None:
        """Give a channel another name; its id stays."""
        channel = self.context.place(where)
        channel.name = name
        self.context.state.changed("channels")
        if self.context.state.teams[channel.team_id].bot_user_id not in channel.members:
            return None
        renamed = {"id": channel.id, "name": name, "created": int(channel.created_at)}
        return await self._tell_place(channel, "rename", channel=renamed)

    async def delete(self, where: str) -> Outcome | None:
        """Delete a channel with all that was said in it."""
        channel = self.context.place(where)
        del self.context.state.channels[channel.id]
        self.context.state.changed("channels")
        if self.context.state.teams[channel.team_id].bot_user_id not in channel.members:
            return None
        return await self._tell_place(channel, "deleted")

    async def _tell_place(self, place: Channel, what: str, **more: object) -> Outcome | None:
        """An event about a channel itself, as public and private ones word it."""
        kind = f"{'group' if place.private else 'channel'}_{what}"
        event = {"type": kind, "channel": place.id, "event_ts": self.context.state.new_ts(), **more}
        return await self.courier.event(self.context.state.teams[place.team_id], event)

    async def uninstall(self, events_first: bool = True) -> None:
        """Remove the app from its workspace: its token dies and both events go out, in either order."""
        team = self.context.team()
        self.context.state.revoked_tokens[team.bot_token] = "account_inactive"
        gone: Json = {"type": "app_uninstalled", "event_ts": self.context.state.new_ts()}
        tokens: Json = {"oauth": [], "bot": [team.bot_user_id]}
        revoked: Json = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.context.state.new_ts()}
        for event in (gone, revoked) if events_first else (revoked, gone):
            await self.courier.event(team, event)
        team.installed = False

    async def revoke(self, code: str = "token_revoked") -> Outcome | None:
        """Take the bot token away; calls with it are refused from now on."""
        team = self.context.team()
        self.context.state.revoked_tokens[team.bot_token] = code
        tokens: Json = {"oauth": [], "bot": [team.bot_user_id]}
        event: Json = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.context.state.new_ts()}
        return await self.courier.event(team, event)
