"""chat.*: saying, changing and deleting."""

from __future__ import annotations

from handlers.fake_slack.blocks_check import check_message_blocks
from handlers.fake_slack.calls import Call, Method
from handlers.fake_slack.context import Office
from handlers.fake_slack.limits import TEXT_MAX_CHARS, check_blocks_weight, check_metadata, fitting_text
from handlers.fake_slack.models import Channel, Json, Message
from handlers.fake_slack.refusals import Refused
from handlers.fake_slack.response_urls import with_block_ids


def _destination(office: Office, call: Call) -> Channel:
    """Where the app may write: it must be in the channel, and the channel must live."""
    wanted = call.args.get("channel")
    if not wanted:
        raise Refused("channel_not_found")
    user = office.state.users.get(str(wanted))
    if user is not None and user.team_id == call.team.id and not user.is_bot:
        return office.state.direct(user.id)
    channel = office.state.channel_for(call.team, wanted)
    if channel.archived:
        raise Refused("is_archived")
    if call.team.bot_user_id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _blocks(office: Office, call: Call) -> list[Json]:
    given = call.args.get("blocks")
    blocks = check_message_blocks([] if given in (None, "") else given, office.refused_block_types)
    check_blocks_weight(blocks)
    return with_block_ids(office, blocks)


def _thread(office: Office, channel: Channel, call: Call) -> str | None:
    parent_ts = call.args.get("thread_ts")
    if not parent_ts:
        return None
    message = channel.by_ts.get(str(parent_ts))
    if message is None or message.only_for is not None:
        raise Refused("thread_not_found")
    return message.thread_ts or message.ts


def _message(office: Office, call: Call, channel: Channel) -> Message:
    text, blocks = str(call.args.get("text") or ""), _blocks(office, call)
    if not text and not blocks and not call.args.get("attachments"):
        raise Refused("no_text")
    return Message(
        ts="",
        channel=channel.id,
        user=call.team.bot_user_id,
        text=fitting_text(text),
        blocks=blocks,
        thread_ts=_thread(office, channel, call),
        metadata=check_metadata(call.args.get("metadata")),
        bot_id=call.team.bot_id,
        app_id=office.state.app_id,
        team_id=call.team.id,
    )


async def post_message(office: Office, call: Call) -> Json:
    """chat.postMessage"""
    office.need_scope("chat:write")
    channel = _destination(office, call)
    message = _message(office, call, channel)
    if message.thread_ts and call.flag("reply_broadcast"):
        message.subtype = "thread_broadcast"
    message.ts = office.state.new_ts()
    office.state.put(message)
    return {"channel": channel.id, "ts": message.ts, "message": message.public(with_metadata=True)}


async def post_ephemeral(office: Office, call: Call) -> Json:
    """chat.postEphemeral"""
    office.need_scope("chat:write")
    channel = _destination(office, call)
    person = call.need("user")
    if person not in channel.members:
        raise Refused("user_not_in_channel")
    if len(str(call.args.get("text") or "")) > TEXT_MAX_CHARS:
        raise Refused("msg_too_long")
    message = _message(office, call, channel)
    message.ts, message.only_for, message.metadata = office.state.new_ts(), person, None
    office.state.put(message)
    return {"message_ts": message.ts}


def _own_message(office: Office, call: Call, refusal: str) -> tuple[Channel, Message]:
    channel = office.state.channel_for(call.team, call.need("channel"))
    message = office.state.find(channel, call.need("ts"))
    if message.user != call.team.bot_user_id:
        raise Refused(refusal)
    if channel.archived:
        raise Refused("is_archived")
    return channel, message


async def update(office: Office, call: Call) -> Json:
    """chat.update: text and blocks; what is not given stays, and so does the metadata."""
    office.need_scope("chat:write")
    channel, message = _own_message(office, call, "cant_update_message")
    text, given = call.args.get("text"), call.args.get("blocks")
    if text is None and given is None:
        raise Refused("no_text")
    if len(str(text or "")) > TEXT_MAX_CHARS:
        raise Refused("msg_too_long")
    blocks = message.blocks if given is None else _blocks(office, call)
    new_text = message.text if text is None else str(text)
    if not new_text and not blocks:
        raise Refused("no_text")
    office.state.edit(message, new_text, blocks)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.public()}


async def delete(office: Office, call: Call) -> Json:
    """chat.delete"""
    office.need_scope("chat:write")
    channel, message = _own_message(office, call, "cant_delete_message")
    office.state.forget(message)
    return {"channel": channel.id, "ts": message.ts}


async def get_permalink(office: Office, call: Call) -> Json:
    """chat.getPermalink"""
    channel = office.state.channel_for(call.team, call.need("channel"))
    message = office.state.find(channel, call.need("message_ts"))
    address = f"{office.origin}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply():
        address += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": address}


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
}
