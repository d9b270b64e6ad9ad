"""Types, mentions, invites, archives and uninstalls as people do, and sends the app Slack's events of it."""

from __future__ import annotations

from typing import Literal

from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.event_dispatch import EventDispatch, Outcome
from handlers.fake_slack.models import Channel, Json, Message, Team, User
from handlers.fake_slack.payloads import command_payload, links_of, membership, message_event, with_references
from handlers.fake_slack.response_urls import ResponseUrl, ResponseUrls

LeftEvent = Literal["member_left_channel", "channel_left"]
LEFT: LeftEvent = "member_left_channel"


class People:
    """The things that a person does outside blocks and modals."""

    def __init__(self, context: FakeSlackContext, dispatch: EventDispatch, response_urls: ResponseUrls) -> None:
        self.context = context
        self.dispatch = dispatch
        self.response_urls = response_urls

    def _callback_fields(self, user: User, response_url: ResponseUrl) -> Json:
        return {
            "token": self.context.verification_token,
            "api_app_id": self.context.state.app_id,
            "trigger_id": self.context.triggers.issue(user.id, self.context.clock()),
            "response_url": self.response_urls.url(response_url),
        }

    async def command(self, command: str, text: str, channel_name: str, user_name: str) -> tuple[Outcome, ResponseUrl]:
        """Types a slash command; an answer in the acknowledgement is shown like any other."""
        user, channel = self.context.find_user(user_name), self.context.find_channel(channel_name)
        team = self.context.team_of(user)
        if user.id not in channel.members:
            raise ValueError(f"{user.name} is not in {channel.name}")
        if not team.installed:
            raise ValueError(f"the app is not installed in {team.name}")
        escaped_text = with_references(self.context.state, team.id, text, labels=True)
        response_url = self.response_urls.issue(team, channel.id, user.id)
        payload = command_payload(team, user, channel, command, escaped_text) | self._callback_fields(
            user, response_url
        )
        outcome = await self.dispatch.send("slash_commands", payload)
        if outcome.acked and outcome.payload.get("text"):
            self.response_urls.show(response_url, outcome.payload)
        if not outcome.acked:
            self._show_failure(response_url, f"{command} failed because the app did not respond ({outcome.reason})")
        return outcome, response_url

    def _show_failure(self, response_url: ResponseUrl, text: str) -> None:
        slackbot = Message(
            self.context.state.new_ts(), response_url.channel, "USLACKBOT", text, only_for=response_url.user
        )
        slackbot.team_id = response_url.team.id
        self.context.state.add_message(slackbot)

    async def say(self, text: str, channel_name: str, user_name: str, thread_ts: str | None = None) -> Message:
        """Posts a message in a channel, a thread or the app's direct conversation."""
        user, channel = self.context.find_user(user_name), self.context.find_channel(channel_name)
        team = self.context.team_of(user)
        if channel.archived:
            raise ValueError(f"{channel.name} is archived")
        host = self.context.state.teams[channel.team_id]
        escaped_text = with_references(self.context.state, host.id, text, labels=False)
        message = Message(
            self.context.state.new_ts(), channel.id, user.id, escaped_text, thread_ts=thread_ts, team_id=team.id
        )
        self.context.state.add_message(message)
        event = message_event(channel, message)
        await self._report_links(host, channel, message)
        if host.bot_user_id in channel.members:
            if f"<@{host.bot_user_id}>" in escaped_text and not channel.is_direct:
                mention = {key: value for key, value in event.items() if key != "channel_type"}
                await self.dispatch.send_event(host, mention | {"type": "app_mention"}, team)
            await self.dispatch.send_event(host, event, team)
        return message

    async def _report_links(self, host: Team, channel: Channel, message: Message) -> None:
        """Tells the app about links of its domains, in channels without it, too."""
        links = links_of(message.text, self.context.unfurl_domains)
        if not links:
            return
        unfurl_id = f"C{self.context.state.new_id('Uf')}"
        self.context.unfurl_ids[unfurl_id] = message
        event: Json = {"type": "link_shared", "channel": channel.id, "user": message.user, "message_ts": message.ts}
        event |= {"is_bot_user_member": host.bot_user_id in channel.members, "links": links, "unfurl_id": unfurl_id}
        event |= {"source": "conversations_history", "event_ts": message.ts}
        if message.thread_ts:
            event["thread_ts"] = message.thread_ts
        await self.dispatch.send_event(host, event)

    async def open_home(self, user_name: str, tab: str = "home") -> Outcome | None:
        """Opens the app's home tab, or its messages tab."""
        user = self.context.find_user(user_name)
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
        return await self.dispatch.send_event(team, event)

    async def invite(self, channel_name: str, by: str, guest: str | None = None) -> Outcome | None:
        """Invites the app (or another person) to a channel."""
        channel, host = self.context.find_channel(channel_name), self.context.find_user(by)
        team = self.context.team_of(host)
        newcomer = self.context.find_user(guest).id if guest else team.bot_user_id
        if newcomer in channel.members:
            return None
        channel.members.append(newcomer)
        self.context.state.changed("channels")
        if team.bot_user_id not in channel.members:
            return None
        event = membership("member_joined_channel", channel, newcomer, self.context.state.new_ts())
        return await self.dispatch.send_event(team, event | {"inviter": host.id})

    async def kick(self, channel_name: str, guest: str | None = None, reported_as: LeftEvent = LEFT) -> Outcome | None:
        """Removes the app (or a person) from a channel.

        Slack does not document which event a removed app receives, so `reported_as` chooses it.
        """
        channel = self.context.find_channel(channel_name)
        team = self.context.state.teams[channel.team_id]
        leaver = self.context.find_user(guest).id if guest else team.bot_user_id
        if leaver not in channel.members:
            return None
        bot_is_member = team.bot_user_id in channel.members
        channel.members.remove(leaver)
        self.context.state.changed("channels")
        if not bot_is_member:
            return None
        if leaver == team.bot_user_id and reported_as == "channel_left":
            return await self._send_channel_event(channel, "left")
        event = membership("member_left_channel", channel, leaver, self.context.state.new_ts())
        return await self.dispatch.send_event(team, event)

    async def set_archived(self, channel_name: str, by: str, archived: bool) -> Outcome | None:
        """Archives or unarchives a channel; the app stays a member."""
        channel, user = self.context.find_channel(channel_name), self.context.find_user(by)
        if channel.archived == archived:
            return None
        channel.archived = archived
        self.context.state.changed("channels")
        team = self.context.team_of(user)
        if team.bot_user_id not in channel.members:
            return None
        return await self._send_channel_event(channel, "archive" if archived else "unarchive", user=user.id)

    async def rename(self, channel_name: str, name: str) -> Outcome | None:
        """Renames a channel; its id stays."""
        channel = self.context.find_channel(channel_name)
        channel.name = name
        self.context.state.changed("channels")
        if self.context.state.teams[channel.team_id].bot_user_id not in channel.members:
            return None
        renamed = {"id": channel.id, "name": name, "created": int(channel.created_at)}
        return await self._send_channel_event(channel, "rename", channel=renamed)

    async def share_externally(self, channel_name: str, guest: str) -> Outcome | None:
        """Shares a channel with another workspace, by one person of it; a private channel has a new id from then on."""
        channel, stranger = self.context.find_channel(channel_name), self.context.find_user(guest)
        channel.members.append(stranger.id)
        if not channel.private:
            self.context.state.changed("channels")
            return None
        old = self.context.state.change_channel_id(channel)
        ids = {"old_channel_id": old, "new_channel_id": channel.id, "event_ts": self.context.state.new_ts()}
        host = self.context.state.teams[channel.team_id]
        if host.bot_user_id not in channel.members:
            return None
        return await self.dispatch.send_event(host, {"type": "channel_id_changed", **ids})

    async def delete(self, channel_name: str) -> Outcome | None:
        """Deletes a channel with its messages."""
        channel = self.context.find_channel(channel_name)
        del self.context.state.channels[channel.id]
        self.context.state.changed("channels")
        if self.context.state.teams[channel.team_id].bot_user_id not in channel.members:
            return None
        return await self._send_channel_event(channel, "deleted")

    async def _send_channel_event(self, channel: Channel, change: str, /, **fields: object) -> Outcome | None:
        """Sends an event about a channel, whose type begins with `channel` or `group`."""
        kind = f"{'group' if channel.private else 'channel'}_{change}"
        event = {"type": kind, "channel": channel.id, "event_ts": self.context.state.new_ts()} | fields
        return await self.dispatch.send_event(self.context.state.teams[channel.team_id], event)

    async def uninstall(
        self, events_first: bool = True, team_id: str | None = None, of_organization: bool = False
    ) -> None:
        """Uninstalls the app: its token stops working, and both events are sent, in either order."""
        team = self.context.state.teams[team_id] if team_id else self.context.team()
        for token in (team.bot_token, *self.context.oauth.forget_tokens(team, of_organization)):
            self.context.state.revoked_tokens[token] = "account_inactive"
        uninstalled: Json = {"type": "app_uninstalled", "event_ts": self.context.state.new_ts()}
        tokens: Json = {"oauth": [], "bot": [team.bot_user_id]}
        revoked: Json = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.context.state.new_ts()}
        for event in (uninstalled, revoked) if events_first else (revoked, uninstalled):
            await self.dispatch.send_event(team, event, of_organization=of_organization)
        for each in self.context.state.teams.values():
            is_meant = each.enterprise_id == team.enterprise_id if of_organization else each is team
            each.installed = each.installed and not is_meant

    async def revoke(self, code: str = "token_revoked") -> Outcome | None:
        """Revokes the bot token; calls with it fail from now on."""
        team = self.context.team()
        self.context.state.revoked_tokens[team.bot_token] = code
        tokens: Json = {"oauth": [], "bot": [team.bot_user_id]}
        event: Json = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.context.state.new_ts()}
        return await self.dispatch.send_event(team, event)
