"""The door of the answer addresses: what arrives there, with the faults armed for the method `response_url`."""

from __future__ import annotations

from aiohttp import web

from handlers.fake_slack.api import cut
from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.context import FakeSlackContext
from handlers.fake_slack.response_urls import ResponseUrls

RESPONSE_URL = "response_url"
"""As a method of faults."""
GONE = ("used_url", "expired_url")


async def receive_answer(context: FakeSlackContext, answers: ResponseUrls, request: web.Request) -> web.StreamResponse:
    """One answer, from the wire to the wire."""
    struck = context.faults.pick(RESPONSE_URL, None)
    if "drop_before" in struck:
        return cut(request)
    if "error_before" in struck:
        return web.Response(status=struck["error_before"].status, text="upstream trouble")
    try:
        if "refuse" in struck:
            raise ApiError(struck["refuse"].code)
        answer = await _received(answers, request)
    except ApiError as refusal:
        answer = web.json_response(refusal.body(), status=404 if refusal.code in GONE else 400)
    if "delay" in struck:
        await context.dawdle(struck["delay"].delay_seconds)
    if "drop_after" in struck:
        return cut(request)
    if "error_after" in struck:
        return web.Response(status=struck["error_after"].status, text="upstream trouble")
    return answer


async def _received(answers: ResponseUrls, request: web.Request) -> web.Response:
    try:
        body = await request.json()
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    if not isinstance(body, dict):
        raise ApiError("invalid_payload")
    answers.receive(request.match_info["token"], body)
    return web.Response(text="ok")
