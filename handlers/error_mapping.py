"""What Slack answered to a call, as one of our errors: definite refusals apart from what nobody can know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.errors import (
    DestinationAway,
    EditExpired,
    MessageGone,
    MessageRejected,
    MissingScope,
    OutcomeUnknown,
    PostError,
    RateLimited,
    ThreadLocked,
    TokenRevoked,
)

RETRY_AFTER_SECONDS = 30.0
RETRY_AFTER_MAX_SECONDS = 3_600.0

NOT_CONNECTED = "not_connected"
"""Of what is unknown the one that nobody can have received."""
THROTTLED = frozenset(
    {
        *("ratelimited", "rate_limited", "rate_limit_exceeded", "too_many_requests"),
        # the workspace says too much; a channel moves to another workspace: both pass
        *("message_limit_exceeded", "external_channel_migrating"),
    }
)
UNKNOWN = frozenset(
    {
        *("fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"),
        *("update_failed", "rollup_error"),
    }
)
AWAY = frozenset(
    {
        *("channel_not_found", "is_archived", "channel_is_archived", "not_in_channel", "no_permission", "is_inactive"),
        *("posting_to_general_channel_denied", "action_prohibited", "method_not_supported_for_channel_type"),
        *("user_not_found", "user_disabled", "user_not_visible", "user_is_restricted", "user_is_ultra_restricted"),
        *("cannot_dm_bot", "messages_tab_disabled"),
    }
)
RESTRICTED = "restricted_action"
"""Slack has a family of these, and adds to it: what an administrator does not allow in a channel."""
REVOKED = frozenset(
    {
        *("account_inactive", "token_revoked", "invalid_auth", "not_authed", "token_expired", "invalid_token"),
        *(
            "org_login_required",
            "two_factor_setup_required",
            "accesslimited",
            "access_denied",
            "not_allowed_token_type",
        ),
        *("ekm_access_denied", "team_access_not_granted", "enterprise_is_restricted"),
        *("team_disabled", "no_team"),
        # every message would meet these: what is owed waits for a newer version of the bot instead of dying
        *("method_deprecated", "deprecated_endpoint", "not_implemented", "upgrade_required"),
    }
)
GONE = frozenset({"message_not_found", "thread_not_found"})
THREAD_SHUT = frozenset(
    {
        *("thread_locked", "restricted_action_thread_locked", "restricted_action_non_threadable_channel"),
        *("cannot_reply_to_message", "invalid_thread_ts"),
    }
)
FIXED = frozenset({"cant_update_message", "edit_window_closed", "message_not_owned_by_app"})


@contextmanager
def as_post_error(where: str = "") -> Iterator[None]:
    """Turns whatever a call to Slack raises into a PostError; ``where`` is the channel."""
    try:
        yield
    except SlackApiError as failure:
        raise post_error_from(failure, where) from None
    except TimeoutError:
        raise OutcomeUnknown("timeout", where) from None
    except aiohttp.ClientConnectorError:
        raise OutcomeUnknown(NOT_CONNECTED, where) from None
    except (aiohttp.ClientError, OSError, SlackClientError, ValueError) as failure:
        raise OutcomeUnknown(type(failure).__name__, where) from None


def post_error_from(failure: SlackApiError, where: str, now: datetime | None = None) -> PostError:
    """The error for an answer of Slack's: by status first, because a 5xx says nothing of what was done."""
    status, code, needed, headers = _facts(failure)
    if status == 429 or code in THROTTLED:
        return RateLimited(code or "ratelimited", where, retry_after_seconds(headers, now or datetime.now(UTC)))
    if status >= 500 or not code or code in UNKNOWN:
        return OutcomeUnknown(code or f"http_{status}", where)
    if code == "missing_scope":
        return MissingScope(code, where, needed)
    return _refusal(code)(code, where)


def _refusal(code: str) -> type[PostError]:
    """What a definite refusal is about: a thread before its channel, a channel before the workspace; else the form."""
    kinds = (
        (THREAD_SHUT, ThreadLocked),
        (AWAY, DestinationAway),
        (REVOKED, TokenRevoked),
        (GONE, MessageGone),
        (FIXED, EditExpired),
    )
    for codes, error in kinds:
        if code in codes:
            return error
    return DestinationAway if code.startswith(RESTRICTED) else MessageRejected


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float:
    """How long to wait: Retry-After as a number or as a date; half a minute when it is missing or nonsense."""
    value = next((each for key, each in headers.items() if key.lower() == "retry-after"), "").strip()
    seconds = RETRY_AFTER_SECONDS
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
            seconds = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
        except (ValueError, TypeError, IndexError, OverflowError):
            seconds = RETRY_AFTER_SECONDS
    if seconds != seconds or seconds > RETRY_AFTER_MAX_SECONDS:
        return RETRY_AFTER_MAX_SECONDS if seconds == seconds else RETRY_AFTER_SECONDS
    return max(1.0, seconds)


def _facts(failure: SlackApiError) -> tuple[int, str, str, Mapping[str, str]]:
    """Status, error code, needed scope and headers, of a parsed answer or of one that was no JSON."""
    response = failure.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    headers = getattr(response, "headers", None) or {}
    if not isinstance(data, dict):
        return int(status), "", "", headers
    return int(status), str(data.get("error") or ""), str(data.get("needed") or ""), headers
