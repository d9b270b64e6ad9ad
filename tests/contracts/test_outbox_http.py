"""Every kind of answer that Slack or a proxy gives to a post, over the real client: none is lost, none doubled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pytest

from handlers.client import make_client
from handlers.post import Poster
from tests.support.outbox_harness import OutboxHarness
from tests.support.wicked_slack import WickedAnswer, WickedSlack, refusal

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
PAGE = "<html><title>502 Bad Gateway</title></html>"
CALL_SECONDS = 0.5
"""Deadline of one call: these tests run at real speed."""


@dataclass(frozen=True)
class Case:
    """A first answer, and what becomes of the delivery."""

    name: str
    answer: WickedAnswer
    state: Literal["sent", "waiting", "dead"] = "sent"
    after_seconds: float = 1.0
    """The second post comes no earlier."""
    within_seconds: float = 100.0
    plain: bool = False
    alert: str | None = None
    again: WickedAnswer | None = None
    """The second answer."""


def ok(**fields: object) -> str:
    """An answer that says ok."""
    pairs = ", ".join(f'"{name}": {value}' for name, value in fields.items())
    return '{"ok": true' + (f", {pairs}" if pairs else "") + "}"


def limited(retry_after: str | None) -> WickedAnswer:
    """HTTP 429 with this Retry-After."""
    headers = JSON | ({} if retry_after is None else {"Retry-After": retry_after})
    return WickedAnswer('{"ok": false, "error": "ratelimited"}', 429, headers)


UNKNOWN = [
    Case("200 with an empty body", WickedAnswer("")),
    Case("200 with spaces", WickedAnswer("   ")),
    Case("200 with a page", WickedAnswer(PAGE, headers=HTML)),
    Case("200 with a page called JSON", WickedAnswer(PAGE, headers=JSON)),
    Case("200 with half of the JSON", WickedAnswer('{"ok": true, "ts": "17', headers=JSON)),
    Case("200 with a body that ends too early", WickedAnswer('{"ok": true, "ts"', declared_bytes=400)),
    Case("200 with null", WickedAnswer("null", headers=JSON)),
    Case("200 with a list", WickedAnswer("[]", headers=JSON)),
    Case("200 with a number", WickedAnswer("7", headers=JSON)),
    Case("200 with an empty object", WickedAnswer("{}", headers=JSON)),
    Case("200 with bytes that are no text", WickedAnswer("\x00\x01\ufffd", headers=JSON)),
    Case("ok without ts", WickedAnswer(ok(channel='"C1"'), headers=JSON)),
    Case("ok with ts null", WickedAnswer(ok(ts="null"), headers=JSON)),
    Case("ok with a number as ts", WickedAnswer(ok(ts="1772442000.5"), headers=JSON)),
    Case("ok with an empty ts", WickedAnswer(ok(ts='""'), headers=JSON)),
    Case("ok with words as ts", WickedAnswer(ok(ts='"now"'), headers=JSON)),
    Case("ok with a list as ts", WickedAnswer(ok(ts="[]"), headers=JSON)),
    Case("not ok without a code", WickedAnswer('{"ok": false}', headers=JSON)),
    Case("not ok with an empty code", refusal("")),
    Case("fatal_error", refusal("fatal_error")),
    Case("internal_error", refusal("internal_error")),
    Case("request_timeout", refusal("request_timeout")),
    Case("service_unavailable", refusal("service_unavailable")),
    Case("400 with a page", WickedAnswer(PAGE, 400, HTML)),
    Case("403 with a page", WickedAnswer(PAGE, 403, HTML)),
    Case("404 with a page", WickedAnswer(PAGE, 404, HTML)),
    Case("413 with a page", WickedAnswer(PAGE, 413, HTML)),
    Case("500 with a page", WickedAnswer(PAGE, 500, HTML)),
    Case("500 with a code", WickedAnswer('{"ok": false, "error": "invalid_blocks"}', 500, JSON)),
    Case("502 with a page", WickedAnswer(PAGE, 502, HTML)),
    Case("503 without a body", WickedAnswer("", 503)),
    Case("504 with a page", WickedAnswer(PAGE, 504, HTML)),
    Case("a redirect", WickedAnswer("", 302, {"Location": "/elsewhere"})),
    Case("a redirect that repeats the post", WickedAnswer("", 307, {"Location": "/elsewhere"})),
    Case("a redirect to nowhere", WickedAnswer("", 302, {"Location": "http://127.0.0.1:1/"})),
    Case("a redirect without an address", WickedAnswer("", 302)),
    Case("no answer", WickedAnswer(slow=True)),
    Case("a cut connection", WickedAnswer(cut=True)),
]
"""Slack may have taken the message: its history decides."""

REFUSED = [
    Case("429 without Retry-After", limited(None), after_seconds=30),
    Case("429 of seven seconds", limited("7"), after_seconds=7),
    Case("429 of a negative time", limited("-5")),
    Case("429 of zero", limited("0")),
    Case("429 of a fraction", limited("2.5"), after_seconds=2.5),
    Case("429 of words", limited("soon"), after_seconds=30),
    Case("429 of no number", limited("nan"), after_seconds=30),
    Case("429 of infinity", limited("inf"), after_seconds=3_600, within_seconds=4_100),
    Case("429 of a huge time", limited("9" * 40), after_seconds=3_600, within_seconds=4_100),
    Case("429 of a date long ago", limited("Wed, 21 Oct 2015 07:28:00 GMT")),
    Case("429 of an impossible date", limited("Wed, 99 Oct 2015 99:28:00 GMT"), after_seconds=30),
    Case("429 with a page", WickedAnswer(PAGE, 429, HTML), after_seconds=30),
    Case("ratelimited with 200", refusal("ratelimited"), after_seconds=30),
    Case("rate_limited with 200", refusal("rate_limited"), after_seconds=30),
    Case("message_limit_exceeded", refusal("message_limit_exceeded"), after_seconds=30),
    Case("an unknown code", refusal("code_of_2031"), after_seconds=2, alert="fault"),
    Case("an unknown code with 400", replace(refusal("code_of_2031"), status=400), after_seconds=2, alert="fault"),
    Case("unknown_method", refusal("unknown_method"), after_seconds=2, alert="fault"),
    Case("a code that is a number", refusal(7), after_seconds=2, alert="fault"),
    Case("a code that is an object", refusal({"a": 1}), after_seconds=2, alert="fault"),
    Case("a code of a million letters", refusal("x" * 1_000_000), after_seconds=2, alert="fault"),
    Case("message_not_found", refusal("message_not_found"), after_seconds=2, alert="fault"),
    Case("thread_not_found", refusal("thread_not_found"), after_seconds=2, alert="fault"),
    Case("invalid_thread_ts", refusal("invalid_thread_ts"), after_seconds=2, alert="fault"),
    Case("edit_window_closed", refusal("edit_window_closed"), after_seconds=2, alert="fault"),
    Case("invalid_auth while the token works", refusal("invalid_auth"), after_seconds=32),
    Case("method_deprecated", refusal("method_deprecated"), after_seconds=32),
    Case("missing_scope", refusal("missing_scope", needed="chat:write"), "sent", 600, 700, alert="scope"),
    Case("not_in_channel", refusal("not_in_channel"), "waiting", alert="away"),
    Case("channel_not_found", refusal("channel_not_found"), "waiting", alert="away"),
    Case("is_archived", refusal("is_archived"), "waiting", alert="away"),
    Case("a new restricted action", refusal("restricted_action_of_2031"), "waiting", alert="away"),
    Case("no_permission", refusal("no_permission"), "waiting", alert="away"),
    Case("invalid_blocks", refusal("invalid_blocks"), plain=True, alert="degraded"),
    Case("msg_too_long", refusal("msg_too_long"), plain=True, alert="degraded"),
    Case("no_text, twice", refusal("no_text"), "dead", again=refusal("no_text"), alert="dead"),
    Case("invalid_blocks, then an unknown code", refusal("invalid_blocks"), again=refusal("code_of_2031"), plain=True,
         alert="fault"),
]  # fmt: skip
"""Slack did not take the message."""


@dataclass(frozen=True)
class Outcome:
    """What became of the delivery."""

    state: str
    posts: int
    second_post_at: float | None


async def _run(harness: OutboxHarness, slack: WickedSlack, case: Case) -> Outcome:
    """Enqueue one delivery, and let the outbox run until it settles or the case's time is over."""
    harness.poster = poster = Poster(make_client(slack.api_url, "xoxb-1"), deadline_seconds=CALL_SECONDS)
    await harness.enqueue(await harness.channel("C1"), "a")
    outbox, passed, second_post_at = harness.outbox(), 0.0, None
    while passed < case.within_seconds and (await harness.get("a")).state not in ("sent", "waiting", "dead"):
        before = slack.posts
        await outbox.run_once()
        if before == 1 and slack.posts == 2:
            second_post_at = passed
        harness.clock.advance(1.0 if passed < 90 else 20.0)
        passed += 1.0 if passed < 90 else 20.0
    await poster.close()
    return Outcome((await harness.get("a")).state, slack.posts, second_post_at)


@pytest.mark.parametrize("accepts", [False, True])
@pytest.mark.parametrize("case", UNKNOWN, ids=lambda case: case.name)
async def test_an_answer_that_says_nothing_leaves_the_word_to_the_history(
    harness: OutboxHarness, case: Case, accepts: bool
) -> None:
    async with WickedSlack(replace(case.answer, accepts=accepts)) as slack:
        outcome = await _run(harness, slack, case)
        assert (outcome.state, slack.keys) == ("sent", harness.metadata_keys("a"))
        assert outcome.posts == (1 if accepts else 2)
        assert accepts or (outcome.second_post_at or 0) >= 65
        assert harness.alerts == []


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
async def test_a_refusal_has_its_consequence(harness: OutboxHarness, case: Case) -> None:
    async with WickedSlack(case.answer, *([case.again] if case.again else [])) as slack:
        outcome = await _run(harness, slack, case)
        assert outcome.state == case.state
        assert slack.keys == (harness.metadata_keys("a") if case.state == "sent" else [])
        assert slack.plain == ([case.plain] if case.state == "sent" else [])
        if outcome.second_post_at is not None:
            assert case.after_seconds <= outcome.second_post_at <= 1.1 * case.after_seconds + 3
        assert [alert.kind for alert in harness.alerts][-1:] == ([case.alert] if case.alert else [])
        assert all(len(alert.code) <= 80 for alert in harness.alerts)
