"""Implements files.*: the two-step upload, and the files themselves for people to download."""

from __future__ import annotations

import mimetypes
from urllib.parse import quote

from aiohttp import web

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.calls import Call, Method
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.models import Channel, Json, Message

FILE_MAX_BYTES = 10 * 1024 * 1024
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""The types that the page shows; anything else is only downloaded."""


async def get_upload_url(context: FakeSlackContext, call: Call) -> Json:
    """files.getUploadURLExternal"""
    context.need_scope("files:write")
    name, length = call.need("filename"), call.number("length", 0, FILE_MAX_BYTES)
    file_id = context.state.new_id("F")
    alt_text = str(call.args.get("alt_txt") or "")
    file: Json = {"id": file_id, "name": name, "size": length, "content": None, "team": call.team.id}
    context.state.files[file_id] = file | {"alt_txt": alt_text, "created": int(context.clock())}
    return {"upload_url": f"{context.origin}/upload/{file_id}", "file_id": file_id}


async def receive_upload(context: FakeSlackContext, request: web.Request) -> web.Response:
    """Receives the bytes of a file at its upload URL, as a body or as a form's file."""
    file = context.state.files.get(request.match_info["file_id"])
    if file is None:
        return web.Response(status=404, text="file not found")
    if request.content_type == "multipart/form-data":
        part = next((each for each in (await request.post()).values() if isinstance(each, web.FileField)), None)
        content = part.file.read() if part is not None else b""
    else:
        content = await request.read()
    file["content"], file["size"] = content, len(content)
    return web.Response(text=f"OK - {len(content)}")


async def send_file(context: FakeSlackContext, request: web.Request) -> web.Response:
    """Sends a file to the page: a picture to be shown, everything else to be saved."""
    file = context.state.files.get(request.match_info["file_id"])
    if file is None or file["content"] is None:
        return web.Response(status=404, text="file not found")
    kind = _mime_type(file)
    shown = "inline" if kind in PICTURES and "download" not in request.query else "attachment"
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(str(file['name']))}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return web.Response(body=file["content"], content_type=kind, headers=headers)


async def complete_upload(context: FakeSlackContext, call: Call) -> Json:
    """files.completeUploadExternal: the files appear in a message of the app."""
    context.need_scope("files:write")
    files = call.args.get("files")
    if not isinstance(files, list) or not files:
        raise ApiError("invalid_arguments", "[ERROR] missing required field: files")
    uploaded = [_finished(context, entry) for entry in files]
    if call.args.get("channel_id"):
        _share(context, call, uploaded)
    return {"files": [{key: file[key] for key in ("id", "title")} for file in uploaded]}


async def file_info(context: FakeSlackContext, call: Call) -> Json:
    """files.info"""
    context.need_scope("files:read")
    file = context.state.files.get(call.need("file"))
    if file is None or file["team"] != call.team.id:
        raise ApiError("file_not_found")
    return {"file": public_file(context, file), "comments": []}


def public_file(context: FakeSlackContext, file: Json) -> Json:
    """Returns the file object of messages and of files.info."""
    address = f"{context.origin}/files/{file['id']}/{quote(str(file['name']))}"
    title = file.get("title") or file["name"]
    return {
        **{key: file[key] for key in ("id", "name", "size", "created", "alt_txt")},
        "title": title,
        "mimetype": _mime_type(file),
        "filetype": str(file["name"]).rpartition(".")[2].lower(),
        "mode": "hosted",
        "url_private": address,
        "url_private_download": f"{address}?download=1",
        "permalink": address,
    }


def _mime_type(file: Json) -> str:
    return mimetypes.guess_type(str(file["name"]))[0] or "application/octet-stream"


def _finished(context: FakeSlackContext, entry: object) -> Json:
    file = context.state.files.get(str(entry.get("id"))) if isinstance(entry, dict) else None
    if file is None or file["content"] is None or not isinstance(entry, dict):
        raise ApiError("file_not_found")
    file["title"] = entry.get("title") or file["name"]
    return file


def _channel(context: FakeSlackContext, call: Call) -> Channel:
    channel = context.state.channel_for(call.team, call.args["channel_id"])
    if channel.archived:
        raise ApiError("is_archived")
    if call.team.bot_user_id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _share(context: FakeSlackContext, call: Call, files: list[Json]) -> None:
    message = Message(
        ts=context.state.new_ts(),
        channel=_channel(context, call).id,
        user=call.team.bot_user_id,
        text=str(call.args.get("initial_comment") or ""),
        thread_ts=call.args.get("thread_ts"),
        bot_id=call.team.bot_id,
        app_id=context.state.app_id,
        team_id=call.team.id,
        subtype="file_share",
    )
    message.files = [public_file(context, file) for file in files]
    context.state.add_message(message)


METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": file_info,
}
