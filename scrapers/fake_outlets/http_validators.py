"""Answers a conditional GET: ETag and Last-Modified, 304 while the reader's copy is current, gzip on request."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from aiohttp import web


def respond(
    request_headers: Mapping[str, str], body: bytes, content_type: str, charset: str, changed_at: datetime | None
) -> web.Response:
    """The whole body with its validators, or 304 when a validator of the request still matches."""
    validators = {"ETag": f'W/"{sha256(body).hexdigest()[:24]}"', "Vary": "Accept-Encoding"}
    if changed_at is not None:
        validators["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    if _is_current(request_headers, validators["ETag"], changed_at):
        return web.Response(status=304, headers=validators)
    headers = {**validators, "Content-Type": f"{content_type}; charset={charset}"}
    if "gzip" in request_headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, mtime=0)
    return web.Response(body=body, headers=headers)


def _is_current(request_headers: Mapping[str, str], etag: str, changed_at: datetime | None) -> bool:
    """Whether the reader's copy is current; If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2)."""
    if known := request_headers.get("If-None-Match"):
        return etag in (part.strip() for part in known.split(","))
    since = request_headers.get("If-Modified-Since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
