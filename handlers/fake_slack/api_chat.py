"""Implements chat.*: posting, editing and deleting."""

from __future__ import annotations

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.attachments_check import check_attachments
from handlers.fake_slack.blocks_check import check_message_blocks
from handlers.fake_slack.calls import Call, Method
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.limits import TEXT_MAX_CHARS, check_blocks_length, check_metadata, truncated_text
from handlers.fake_slack.models import Channel, Json, Message
from handlers.fake_slack.payloads import message_change, message_event, unescaped
from handlers.fake_slack.response_urls import with_block_ids, with_ids_in_attachment


def _destination(context: FakeSlackContext, call: Call) -> Channel:
    """Returns the channel to post in; the app must be a member, and the channel must not be archived."""
    channel_id = call.args.get("channel")
    if not channel_id:
        raise ApiError("channel_not_found")
    user = context.state.users.get(str(channel_id))
    if user is not None and user.team_id == call.team.id and not user.is_bot:
        return context.state.direct(user.id)
    channel = context.state.channel_for(call.team, channel_id)
    if channel.archived:
        raise ApiError("is_archived")
    if call.team.bot_user_id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _blocks(context: FakeSlackContext, call: Call) -> list[Json]:
    given = call.args.get("blocks")
    blocks = check_message_blocks([] if given in (None, "") else given, context.refused_block_types)
    return with_block_ids(context, blocks)


def _attachments(context: FakeSlackContext, call: Call) -> list[Json]:
    attachments = check_attachments(call.args.get("attachments"), context.refused_block_types)
    return [with_ids_in_attachment(context, each) for each in attachments]


def _thread(context: FakeSlackContext, channel: Channel, call: Call) -> str | None:
    parent_ts = call.args.get("thread_ts")
    if not parent_ts:
        return None
    message = channel.by_ts.get(str(parent_ts))
    if message is None or message.only_for is not None:
        raise ApiError("thread_not_found")
    return message.thread_ts or message.ts


def _message(context: FakeSlackContext, call: Call, channel: Channel) -> Message:
    text, blocks = str(call.args.get("text") or ""), _blocks(context, call)
    attachments = _attachments(context, call)
    if not text and not blocks and not attachments:
        raise ApiError("no_text")
    message = Message(
        ts="",
        channel=channel.id,
        user=call.team.bot_user_id,
        text=truncated_text(text),
        blocks=blocks,
        thread_ts=_thread(context, channel, call),
        metadata=check_metadata(call.args.get("metadata")),
        bot_id=call.team.bot_id,
        app_id=context.state.app_id,
        team_id=call.team.id,
        attachments=attachments,
    )
    check_blocks_length(message.all_blocks())
    return message


async def post_message(context: FakeSlackContext, call: Call) -> Json:
    """chat.postMessage"""
    context.need_scope("chat:write")
    channel = _destination(context, call)
    message = _message(context, call, channel)
    if message.thread_ts and call.flag("reply_broadcast"):
        message.subtype = "thread_broadcast"
    message.ts = context.state.new_ts()
    context.state.add_message(message)
    context.schedule_event(call.team, message_event(channel, message))
    return {"channel": channel.id, "ts": message.ts, "message": message.public(with_metadata=True)}


async def post_ephemeral(context: FakeSlackContext, call: Call) -> Json:
    """chat.postEphemeral"""
    context.need_scope("chat:write")
    channel = _destination(context, call)
    person = call.need("user")
    if person not in channel.members:
        raise ApiError("user_not_in_channel")
    if len(str(call.args.get("text") or "")) > TEXT_MAX_CHARS:
        raise ApiError("msg_too_long")
    message = _message(context, call, channel)
    message.ts, message.only_for, message.metadata = context.state.new_ts(), person, None
    context.state.add_message(message)
    return {"message_ts": message.ts}


def _own_message(context: FakeSlackContext, call: Call, refusal: str) -> tuple[Channel, Message]:
    channel = context.state.channel_for(call.team, call.need("channel"))
    message = context.state.message_at(channel, call.need("ts"))
    if message.user != call.team.bot_user_id:
        raise ApiError(refusal)
    if channel.archived:
        raise ApiError("is_archived")
    return channel, message


async def update(context: FakeSlackContext, call: Call) -> Json:
    """chat.update: a text without blocks removes the blocks; what else is not given stays, and so does the metadata."""
    context.need_scope("chat:write")
    channel, message = _own_message(context, call, "cant_update_message")
    text, given, attached = (call.args.get(key) for key in ("text", "blocks", "attachments"))
    if text is None and given is None and attached is None:
        raise ApiError("no_text")
    if len(str(text or "")) > TEXT_MAX_CHARS:
        raise ApiError("msg_too_long")
    blocks = message.blocks if given is None and text is None else _blocks(context, call)
    attachments = message.attachments if attached is None else _attachments(context, call)
    new_text = message.text if text is None else str(text)
    if not new_text and not blocks and not attachments:
        raise ApiError("no_text")
    check_blocks_length([*blocks, *(block for each in attachments for block in each.get("blocks", []))])
    before = message.public()
    context.state.edit_message(message, new_text, blocks, attachments)
    context.schedule_event(call.team, message_change(channel, message, before, str(message.edited_ts)))
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.public()}


async def delete(context: FakeSlackContext, call: Call) -> Json:
    """chat.delete"""
    context.need_scope("chat:write")
    channel, message = _own_message(context, call, "cant_delete_message")
    context.state.delete_message(message)
    return {"channel": channel.id, "ts": message.ts}


def _linked_message(context: FakeSlackContext, call: Call) -> Message:
    """Returns the message that holds the link; raises `cannot_find_message`."""
    channel = context.state.channels.get(str(call.args.get("channel") or ""))
    message = channel.by_ts.get(str(call.args.get("ts") or "")) if channel is not None else None
    message = message or context.unfurl_ids.get(str(call.args.get("unfurl_id") or ""))
    if message is None:
        raise ApiError("cannot_find_message")
    return message


async def unfurl(context: FakeSlackContext, call: Call) -> Json:
    """chat.unfurl: shows content below a person's message that holds a link of the app's domains."""
    context.need_scope("links:write")
    unfurls = call.args.get("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise ApiError("missing_unfurls")
    message = _linked_message(context, call)
    if any(url not in unescaped(message.text) for url in unfurls):
        raise ApiError("cannot_unfurl_url")
    shown = check_attachments(list(unfurls.values()), context.refused_block_types)
    fields = [{"from_url": url, "is_app_unfurl": True} for url in unfurls]
    pairs = zip(shown, fields, strict=True)
    message.attachments = [with_ids_in_attachment(context, attachment | more) for attachment, more in pairs]
    context.state.changed(f"message {message.channel}")
    return {}


async def get_permalink(context: FakeSlackContext, call: Call) -> Json:
    """chat.getPermalink"""
    channel = context.state.channel_for(call.team, call.need("channel"))
    message = context.state.message_at(channel, call.need("message_ts"))
    address = f"{context.origin}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply():
        address += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": address}


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.unfurl": unfurl,
}
