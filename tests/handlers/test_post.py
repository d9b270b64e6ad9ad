"""Posting to the fake Slack: once, with its key; every failure has its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.client import make_client, proxy_for
from handlers.error_mapping import post_error_from, retry_after_seconds
from handlers.errors import (
    DestinationAway,
    EditExpired,
    MessageGone,
    MessageRejected,
    MissingScope,
    NotUnderstood,
    OutcomeUnknown,
    PostError,
    RateLimited,
    ThreadLocked,
    TokenRevoked,
)
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace
from handlers.history import page_from
from handlers.post import Poster

SHOWN = Shown(NoticeCard((Note("hello <!channel>"),)), "en")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVER: Any = {"since_at": LONG_AGO, "until_at": datetime(2120, 1, 1, tzinfo=UTC)}


@pytest.fixture
async def workspace() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(pace=Pace(enforced=False)) as running:
        yield running


@pytest.fixture
async def poster(workspace: FakeSlack) -> AsyncIterator[Poster]:
    poster = Poster(make_client(workspace.api_url, workspace.bot_token), deadline_seconds=6.0)
    yield poster
    await poster.close()


async def keys_of(poster: Poster, channel: str, **window: Any) -> Counter[str]:
    """Counts the keys on all pages."""
    counts: Counter[str] = Counter()
    cursor = ""
    while True:
        page = await poster.read_page(channel, cursor=cursor, **window)
        counts.update(key for key, _ in page.posted)
        cursor = page.next_cursor
        if not cursor:
            return counts


async def find(poster: Poster, channel: str, key: str, **window: Any) -> str | None:
    """Looks for a key on the first page and, through the cursor, on the second."""
    page = await poster.read_page(channel, **window)
    if page.ts_of(key) is None and page.next_cursor:
        page = await poster.read_page(channel, cursor=page.next_cursor, **window)
    return page.ts_of(key)


async def test_a_distributed_app_asks_for_fifteen_messages_once_it_got_no_more() -> None:
    pace = Pace.of_distributed_app()
    pace.per_minute.clear()
    async with FakeSlack(pace=pace) as workspace:
        poster = Poster(make_client(workspace.api_url, workspace.bot_token))
        channel = workspace.channel("policy")
        for number in range(16):
            await workspace.say(f"message {number}", channel, "seoyeon")
        assert await find(poster, channel, "absent", **EVER) is None
        limits = [call.args["limit"] for call in workspace.calls if call.method == "conversations.history"]
        assert limits == ["200", "15"]
        await poster.close()


@pytest.mark.parametrize("answer", [{}, {"messages": None}, {"messages": "none"}, {"messages": {}}])
def test_an_answer_without_messages_is_no_empty_page(answer: dict[str, Any]) -> None:
    with pytest.raises(OutcomeUnknown, match="no_messages"):
        page_from(answer, "C1")


@pytest.mark.parametrize("cursor", [7, ["x"], "x" * 501])
def test_a_cursor_that_is_none_ends_no_reading(cursor: object) -> None:
    with pytest.raises(OutcomeUnknown, match="no_cursor"):
        page_from({"messages": [], "response_metadata": {"next_cursor": cursor}}, "C1")


def test_what_is_no_message_of_ours_is_passed_over() -> None:
    ours = {"ts": "1.5", "metadata": {"event_type": "pact_delivery", "event_payload": {"key": "k"}}}
    others = [None, "x", {}, {**ours, "ts": 7}, {**ours, "ts": "soon"}, {"ts": "1.6", "metadata": "x"}]
    page = page_from({"messages": [*others, ours], "response_metadata": None}, "C1")
    assert (page.posted, page.messages, page.next_cursor) == ((("k", "1.5"),), 7, "")


async def test_a_post_carries_its_key_and_mentions_nobody(workspace: FakeSlack, poster: Poster) -> None:
    channel = workspace.channel("policy")
    posted = await poster.post(channel, SHOWN, key="k1")
    message = workspace.messages(channel)[-1]
    assert message["ts"] == posted.ts
    assert message["metadata"] == {"event_type": "pact_delivery", "event_payload": {"key": "k1"}}
    assert "<!channel>" not in message["text"]
    assert "&lt;!channel&gt;" in message["text"]
    assert workspace.calls[-1].method == "chat.postMessage"


async def test_a_post_is_found_by_its_key_on_any_page_and_in_its_thread(workspace: FakeSlack, poster: Poster) -> None:
    channel = workspace.channel("policy")
    parent = await poster.post(channel, SHOWN, key="parent")
    reply = await poster.post(channel, SHOWN, key="reply", thread_ts=parent.ts)
    for number in range(205):
        await poster.post(channel, SHOWN, key=f"other-{number}")
    assert await find(poster, channel, "parent", **EVER) == parent.ts
    assert await find(poster, channel, "absent", **EVER) is None
    assert await find(poster, channel, "reply", **EVER, thread_ts=parent.ts) == reply.ts
    assert await find(poster, channel, "parent", **EVER | {"since_at": datetime.now(UTC) + timedelta(hours=1)}) is None
    await poster.post(channel, SHOWN, key="other-7")
    counts = await keys_of(poster, channel, **EVER)
    assert (counts["parent"], counts["other-7"], counts["reply"], counts.total()) == (1, 2, 0, 207)
    assert (await keys_of(poster, channel, **EVER, thread_ts=parent.ts))["reply"] == 1


async def test_a_reply_is_shown_in_the_channel_only_where_that_is_wanted_and_is_found_once(
    workspace: FakeSlack, poster: Poster
) -> None:
    channel = workspace.channel("policy")
    parent = await poster.post(channel, replace(SHOWN, broadcast=True), key="parent")
    for key, broadcast in (("quiet", False), ("loud", True)):
        await poster.post(channel, replace(SHOWN, broadcast=broadcast), key=key, thread_ts=parent.ts)
    assert (await keys_of(poster, channel, **EVER)) == {"parent": 1, "loud": 1}
    assert (await keys_of(poster, channel, **EVER, thread_ts=parent.ts)) == {"parent": 1, "quiet": 1, "loud": 1}


async def test_an_edit_changes_the_message_in_place(workspace: FakeSlack, poster: Poster) -> None:
    channel = workspace.channel("policy")
    posted = await poster.post(channel, SHOWN, key="k")
    await poster.edit(channel, posted.ts, Shown(NoticeCard((Note("changed"),)), "en"))
    assert [each["text"] for each in workspace.messages(channel) if each["ts"] == posted.ts] == ["changed"]
    with pytest.raises(MessageGone):
        await poster.edit(channel, "1.000001", SHOWN)


async def test_plain_text_is_sent_after_blocks_were_rejected(workspace: FakeSlack, poster: Poster) -> None:
    channel = workspace.channel("policy")
    workspace.faults.refuse("chat.postMessage", "invalid_blocks")
    with pytest.raises(MessageRejected):
        await poster.post(channel, SHOWN, key="k")
    await poster.post(channel, SHOWN, key="k", plain=True)
    assert not workspace.messages(channel)[-1].get("blocks")


async def test_an_edit_to_plain_text_names_empty_blocks_so_that_no_old_card_stays(
    workspace: FakeSlack, poster: Poster
) -> None:
    channel = workspace.channel("policy")
    posted = await poster.post(channel, SHOWN, key="k")
    await poster.edit(channel, posted.ts, Shown(NoticeCard((Note("changed"),)), "en"), plain=True)
    message = workspace.messages(channel)[-1]
    assert (message["text"], message.get("blocks") or []) == ("changed", [])
    assert workspace.calls[-1].args["blocks"] == []


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("channel_not_found", DestinationAway),
        ("not_in_channel", DestinationAway),
        ("is_archived", DestinationAway),
        ("token_revoked", TokenRevoked),
        ("account_inactive", TokenRevoked),
        ("msg_blocks_too_long", MessageRejected),
        ("never_heard_of_it", NotUnderstood),
        ("fatal_error", OutcomeUnknown),
        ("internal_error", OutcomeUnknown),
        ("missing_scope", MissingScope),
        ("ratelimited", RateLimited),
    ],
)
async def test_a_rejection_raises_the_error_of_its_code(
    workspace: FakeSlack, poster: Poster, code: str, error: type[PostError]
) -> None:
    workspace.faults.refuse("chat.postMessage", code)
    with pytest.raises(error) as caught:
        await poster.post(workspace.channel("policy"), SHOWN, key="k")
    assert type(caught.value) is error
    assert caught.value.code == code
    assert workspace.bot_token not in str(caught.value)


KINDS: dict[type[PostError], str] = {
    RateLimited: "ratelimited rate_limited message_limit_exceeded external_channel_migrating",
    OutcomeUnknown: "fatal_error internal_error request_timeout service_unavailable team_added_to_org update_failed",
    DestinationAway: "posting_to_general_channel_denied restricted_action restricted_action_read_only_channel "
    "restricted_action_thread_only_channel restricted_action_of_next_year no_permission is_inactive user_disabled "
    "cannot_dm_bot messages_tab_disabled",
    TokenRevoked: "ekm_access_denied team_access_not_granted org_login_required access_denied not_allowed_token_type "
    "method_deprecated deprecated_endpoint accesslimited two_factor_setup_required enterprise_is_restricted "
    "token_expired",
    ThreadLocked: "restricted_action_thread_locked thread_locked restricted_action_non_threadable_channel "
    "cannot_reply_to_message invalid_thread_ts",
    MessageGone: "message_not_found thread_not_found",
    EditExpired: "edit_window_closed cant_update_message",
    MessageRejected: "invalid_blocks msg_too_long metadata_too_large no_text invalid_arguments",
    NotUnderstood: "never_heard_of_it unknown_method",
}


@pytest.mark.parametrize(("code", "error"), [(code, kind) for kind, codes in KINDS.items() for code in codes.split()])
def test_every_code_has_its_error(code: str, error: type[PostError]) -> None:
    answer = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="chat.postMessage", req_args={},
        data={"ok": False, "error": code}, headers={}, status_code=200,
    )  # fmt: skip
    error_answer = SlackApiError("refused", answer)  # type: ignore[no-untyped-call]
    assert type(post_error_from(error_answer, "C1")) is error


async def test_a_dropped_answer_is_an_unknown_outcome_after_one_call(workspace: FakeSlack, poster: Poster) -> None:
    channel = workspace.channel("policy")
    before = len(workspace.messages(channel))
    workspace.faults.drop_after_accept("chat.postMessage")
    with pytest.raises(OutcomeUnknown):
        await poster.post(channel, SHOWN, key="k")
    assert len(workspace.messages(channel)) == before + 1
    assert await find(poster, channel, "k", **EVER) is not None


async def test_a_5xx_and_a_late_answer_are_unknown_outcomes(workspace: FakeSlack) -> None:
    channel = workspace.channel("policy")
    impatient_poster = Poster(make_client(workspace.api_url, workspace.bot_token), deadline_seconds=0.2)
    workspace.faults.fail_after_accept("chat.postMessage", status=503)
    with pytest.raises(OutcomeUnknown):
        await impatient_poster.post(channel, SHOWN, key="k")
    workspace.faults.delay("chat.postMessage", 5.0)
    with pytest.raises(OutcomeUnknown) as caught:
        await impatient_poster.post(channel, SHOWN, key="k2")
    assert caught.value.code == "timeout"
    await impatient_poster.close()


async def test_a_rate_limit_has_its_wait(workspace: FakeSlack, poster: Poster) -> None:
    workspace.faults.limit("chat.postMessage", 7)
    with pytest.raises(RateLimited) as caught:
        await poster.post(workspace.channel("policy"), SHOWN, key="k")
    assert caught.value.retry_after_seconds == 7


async def test_the_token_is_confirmed(workspace: FakeSlack, poster: Poster) -> None:
    identity = await poster.identity()
    assert (identity.team, identity.bot_user) == (workspace.team_id, workspace.bot_user_id)
    assert await poster.confirm()
    await workspace.revoke()
    assert not await poster.confirm()


async def test_facts_of_people_and_channels_are_read(workspace: FakeSlack, poster: Poster) -> None:
    user = workspace.add_user("minji", "Minji", locale="ko-KR", tz="Asia/Seoul")
    facts = await poster.user_facts(user)
    assert facts is not None
    assert (facts.locale, facts.timezone) == ("ko-KR", "Asia/Seoul")
    channel = await poster.channel_facts(workspace.channel("policy"))
    assert channel is not None
    assert (channel.name, channel.member, channel.archived) == ("policy", True, False)
    workspace.faults.refuse("users.info", "missing_scope")
    assert await poster.user_facts(user) is None
    direct = await poster.open_direct(user)
    await poster.post(direct, SHOWN, key="d")
    assert workspace.messages(workspace.direct(user))[-1]["metadata"]["event_payload"] == {"key": "d"}


async def test_a_refused_connection_is_an_unknown_outcome() -> None:
    poster = Poster(make_client("http://127.0.0.1:1/api/", "xoxb-none"))
    with pytest.raises(OutcomeUnknown):
        await poster.post("C1", SHOWN, key="k")
    await poster.close()


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (200, {"Content-Type": "text/html"}, "<html>maintenance</html>", OutcomeUnknown),
        (200, {"Content-Type": "application/json"}, "{not json", OutcomeUnknown),
        (502, {"Content-Type": "text/html"}, "bad gateway", OutcomeUnknown),
        (429, {"Content-Type": "text/plain"}, "slow down", RateLimited),
        (429, {"Retry-After": "Wed, 29 Oct 2098 08:30:00 GMT", "Content-Type": "text/plain"}, "", RateLimited),
    ],
)
async def test_unreadable_answers_raise_their_error(
    status: int, headers: dict[str, str], body: str, error: type[PostError]
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body.encode(), headers=headers)

    async with serving(answer) as base:
        poster = Poster(make_client(base, "xoxb-none"))
        with pytest.raises(error):
            await poster.post("C1", SHOWN, key="k")
        await poster.close()


class serving:  # noqa: N801 - reads as a verb at its only use
    """Serves the same answer to every call."""

    def __init__(self, answer: Callable[[web.Request], Awaitable[web.Response]]) -> None:
        application = web.Application()
        application.router.add_route("*", "/{any:.*}", answer)
        self._runner = web.AppRunner(application, access_log=None)

    async def __aenter__(self) -> str:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


def test_retry_after_is_read_in_every_form() -> None:
    now = datetime(2025, 10, 29, 8, 0, tzinfo=UTC)
    assert retry_after_seconds({"Retry-After": "12"}, now) == 12
    assert retry_after_seconds({"retry-after": "Wed, 29 Oct 2025 08:01:00 GMT"}, now) == 60
    assert retry_after_seconds({"Retry-After": "Wed, 29 Oct 2025 07:00:00 GMT"}, now) == 1
    assert retry_after_seconds({}, now) == 30
    assert retry_after_seconds({"Retry-After": "soon"}, now) == 30
    assert retry_after_seconds({"Retry-After": "nan"}, now) == 30
    assert retry_after_seconds({"Retry-After": "1e99"}, now) == 3_600


def test_loopback_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "slack.corp.example")
    monkeypatch.setenv("no_proxy", "slack.corp.example")
    assert proxy_for("http://127.0.0.1:8730/api/", "http://proxy:3128") is None
    assert proxy_for("http://localhost:8730/api/", "http://proxy:3128") is None
    assert proxy_for("https://slack.corp.example/api/", "http://proxy:3128") is None
    assert proxy_for("https://slack.com/api/", "http://proxy:3128") == "http://proxy:3128"
