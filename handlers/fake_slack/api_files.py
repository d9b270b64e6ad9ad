"""Implements files.*: the two-step upload."""

from __future__ import annotations

from aiohttp import web

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.calls import Call, Method
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.models import Json, Message

FILE_MAX_BYTES = 10 * 1024 * 1024


async def get_upload_url(context: FakeSlackContext, call: Call) -> Json:
    """files.getUploadURLExternal"""
    context.need_scope("files:write")
    name, length = call.need("filename"), call.number("length", 0, FILE_MAX_BYTES)
    file_id = context.state.new_id("F")
    context.state.files[file_id] = {"id": file_id, "name": name, "size": length, "content": None}
    return {"upload_url": f"{context.origin}/upload/{file_id}", "file_id": file_id}


async def receive_upload(context: FakeSlackContext, request: web.Request) -> web.Response:
    """Receives the bytes of a file at its upload URL."""
    file = context.state.files.get(request.match_info["file_id"])
    if file is None:
        return web.Response(status=404, text="file not found")
    content = await request.read()
    file["content"], file["size"] = content, len(content)
    return web.Response(text=f"OK - {len(content)}")


async def complete_upload(context: FakeSlackContext, call: Call) -> Json:
    """files.completeUploadExternal: the file appears as a message of the app."""
    context.need_scope("files:write")
    files = call.args.get("files")
    if not isinstance(files, list) or not files:
        raise ApiError("invalid_arguments", "[ERROR] missing required field: files")
    uploaded = [_finished(context, entry) for entry in files]
    if call.args.get("channel_id"):
        _share(context, call, uploaded)
    return {"files": uploaded}


def _finished(context: FakeSlackContext, entry: object) -> Json:
    file = context.state.files.get(str(entry.get("id"))) if isinstance(entry, dict) else None
    if file is None or file["content"] is None or not isinstance(entry, dict):
        raise ApiError("file_not_found")
    return {"id": file["id"], "name": file["name"], "title": entry.get("title") or file["name"], "size": file["size"]}


def _share(context: FakeSlackContext, call: Call, files: list[Json]) -> None:
    channel = context.state.channel_for(call.team, call.args["channel_id"])
    if channel.archived:
        raise ApiError("is_archived")
    if call.team.bot_user_id not in channel.members:
        raise ApiError("not_in_channel")
    names = ", ".join(str(file["title"]) for file in files)
    context.state.add_message(
        Message(
            ts=context.state.new_ts(),
            channel=channel.id,
            user=call.team.bot_user_id,
            text=str(call.args.get("initial_comment") or f"📎 {names}"),
            thread_ts=call.args.get("thread_ts"),
            bot_id=call.team.bot_id,
            app_id=context.state.app_id,
            team_id=call.team.id,
            subtype="file_share",
        )
    )


METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
}
