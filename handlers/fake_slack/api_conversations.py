"""Implements conversations.*: history, replies, channels and members."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.calls import Call, Method
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.models import Channel, Json, Message
from handlers.fake_slack.payloads import membership

Item = TypeVar("Item")
KIND_SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


def _scope_for(channel: Channel, right: str) -> str:
    if channel.is_direct:
        return f"im:{right}"
    return f"groups:{right}" if channel.private else f"channels:{right}"


def page_of(items: Sequence[Item], call: Call, default: int = 100, maximum: int = 999) -> tuple[list[Item], str]:
    """One page of a list, and the cursor of the next (empty at the end)."""
    limit = call.number("limit", min(default, maximum), maximum)
    start = _position_in(str(call.args.get("cursor") or ""))
    cursor = base64.b64encode(f"place:{start + limit}".encode()).decode() if start + limit < len(items) else ""
    return list(items[start : start + limit]), cursor


def _position_in(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        label, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ApiError("invalid_cursor") from None
    if label != "place" or not position.isdigit():
        raise ApiError("invalid_cursor")
    return int(position)


def _in_window(ts: str, call: Call) -> bool:
    oldest, latest = str(call.args.get("oldest") or "0"), str(call.args.get("latest") or "")
    inclusive = call.flag("inclusive")
    try:
        seconds_after_oldest = float(ts) - float(oldest)
        seconds_before_latest = float(latest) - float(ts) if latest else 1.0
    except ValueError:
        raise ApiError("invalid_ts_oldest") from None
    return (seconds_after_oldest > 0 or (inclusive and seconds_after_oldest == 0)) and (
        seconds_before_latest > 0 or (inclusive and seconds_before_latest == 0)
    )


def _readable(context: FakeSlackContext, call: Call) -> Channel:
    channel = context.state.channel_for(call.team, call.need("channel"))
    context.need_scope(_scope_for(channel, "history"))
    if call.team.bot_user_id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _public_message(context: FakeSlackContext, channel: Channel, message: Message, with_metadata: bool) -> Json:
    return message.public(with_metadata, context.state.thread(channel, message.ts))


async def history(context: FakeSlackContext, call: Call) -> Json:
    """conversations.history: newest first, no thread replies, metadata only when asked for."""
    channel = _readable(context, call)
    messages = [message for message in context.state.top_level(channel) if _in_window(message.ts, call)]
    page, cursor = page_of(messages[::-1], call, maximum=context.rate_limiter.pace.history_page_max)
    with_metadata = call.flag("include_all_metadata")
    return {
        "messages": [_public_message(context, channel, message, with_metadata) for message in page],
        "has_more": bool(cursor),
        "pin_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


async def replies(context: FakeSlackContext, call: Call) -> Json:
    """conversations.replies: the parent, then its replies, oldest first."""
    channel = _readable(context, call)
    parent_ts = call.need("ts")
    try:
        parent = context.state.message_at(channel, parent_ts)
    except ApiError:
        raise ApiError("thread_not_found") from None
    replies = [message for message in context.state.thread(channel, parent.ts) if _in_window(message.ts, call)]
    page, cursor = page_of(replies, call, 1000, context.rate_limiter.pace.history_page_max)
    with_metadata = call.flag("include_all_metadata")
    messages = [
        _public_message(context, channel, parent, with_metadata),
        *(message.public(with_metadata) for message in page),
    ]
    return {"messages": messages, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


async def info(context: FakeSlackContext, call: Call) -> Json:
    """conversations.info"""
    channel = context.state.channel_for(call.team, call.need("channel"))
    context.need_scope(_scope_for(channel, "read"))
    return {"channel": channel.public(call.team.bot_user_id)}


def _kind(channel: Channel) -> str:
    return "im" if channel.is_direct else "private_channel" if channel.private else "public_channel"


def _listed(context: FakeSlackContext, call: Call, member: str | None) -> list[Channel]:
    kinds = {each.strip() for each in str(call.args.get("types") or "public_channel").split(",")}
    if not kinds <= set(KIND_SCOPES):
        raise ApiError("invalid_types")
    for kind in sorted(kinds):
        context.need_scope(KIND_SCOPES[kind])
    channels = []
    for channel in context.state.channels.values():
        hidden = channel.private and call.team.bot_user_id not in channel.members
        if channel.team_id != call.team.id or hidden or _kind(channel) not in kinds:
            continue
        if channel.archived and call.flag("exclude_archived"):
            continue
        if member is None or member in channel.members:
            channels.append(channel)
    return channels


async def list_all(context: FakeSlackContext, call: Call) -> Json:
    """conversations.list"""
    page, cursor = page_of(_listed(context, call, None), call)
    channels = [channel.public(call.team.bot_user_id) for channel in page]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


async def list_of_user(context: FakeSlackContext, call: Call) -> Json:
    """users.conversations: the channels of a person (by default the app)."""
    member = str(call.args.get("user") or call.team.bot_user_id)
    page, cursor = page_of(_listed(context, call, member), call)
    channels = [channel.public(call.team.bot_user_id) for channel in page]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


async def members(context: FakeSlackContext, call: Call) -> Json:
    """conversations.members"""
    channel = context.state.channel_for(call.team, call.need("channel"))
    context.need_scope(_scope_for(channel, "read"))
    page, cursor = page_of(channel.members, call)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


async def join(context: FakeSlackContext, call: Call) -> Json:
    """conversations.join: the app joins a public channel."""
    context.need_scope("channels:join")
    channel = context.state.channel_for(call.team, call.need("channel"))
    if channel.is_direct or channel.private:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.archived:
        raise ApiError("is_archived")
    if call.team.bot_user_id not in channel.members:
        channel.members.append(call.team.bot_user_id)
        context.state.changed("channels")
        context.schedule_event(
            call.team, membership("member_joined_channel", channel, call.team.bot_user_id, context.state.new_ts())
        )
    return {"channel": channel.public(call.team.bot_user_id)}


async def open_direct(context: FakeSlackContext, call: Call) -> Json:
    """conversations.open: the direct conversation with one person."""
    context.need_scope("im:write")
    people = call.need("users").split(",")
    user = context.state.users.get(people[0])
    if len(people) != 1 or user is None or user.team_id != call.team.id:
        raise ApiError("user_not_found")
    return {"channel": {"id": context.state.direct(user.id).id}, "no_op": False}


METHODS: dict[str, Method] = {
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.info": info,
    "conversations.list": list_all,
    "conversations.members": members,
    "conversations.join": join,
    "conversations.open": open_direct,
    "users.conversations": list_of_user,
}
