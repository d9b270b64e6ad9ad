"""Receives the app's answers at response_urls, with the faults that are armed for the method `response_url`."""

from __future__ import annotations

from aiohttp import web

from handlers.fake_slack.api import cut
from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.response_urls import ResponseUrls

RESPONSE_URL = "response_url"
"""The name of this endpoint among the methods of faults."""
GONE = ("used_url", "expired_url")


async def receive_answer(
    context: FakeSlackContext, response_urls: ResponseUrls, request: web.Request
) -> web.StreamResponse:
    """Handles one answer of the app."""
    faults = context.faults.pick(RESPONSE_URL, None)
    if "drop_before" in faults:
        return cut(request)
    if "error_before" in faults:
        return web.Response(status=faults["error_before"].status, text="upstream trouble")
    try:
        if "refuse" in faults:
            raise ApiError(faults["refuse"].code)
        answer = await _received(response_urls, request)
    except ApiError as refusal:
        answer = web.json_response(refusal.body(), status=404 if refusal.code in GONE else 400)
    if "delay" in faults:
        await context.delay_answer(faults["delay"].delay_seconds)
    if "drop_after" in faults:
        return cut(request)
    if "error_after" in faults:
        return web.Response(status=faults["error_after"].status, text="upstream trouble")
    return answer


async def _received(response_urls: ResponseUrls, request: web.Request) -> web.Response:
    try:
        body = await request.json()
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    if not isinstance(body, dict):
        raise ApiError("invalid_payload")
    response_urls.receive(request.match_info["token"], body)
    return web.Response(text="ok")
