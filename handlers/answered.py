"""What Slack answered to a call, as one of our errors: definite refusals apart from what nobody can know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.errors import Away, MessageGone, PostError, Refused, Revoked, ScopeMissing, Throttled, Unknown

RETRY_AFTER_SECONDS = 30.0
RETRY_AFTER_MAX_SECONDS = 3_600.0

THROTTLED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
UNKNOWN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"})
AWAY = frozenset(
    {
        *("channel_not_found", "is_archived", "not_in_channel", "no_permission", "restricted_action", "is_inactive"),
        *("restricted_action_read_only_channel", "restricted_action_thread_only_channel", "user_not_found"),
        *("restricted_action_non_threadable_channel", "restricted_action_thread_locked", "cannot_dm_bot"),
        *("user_disabled", "user_not_visible", "cannot_reply_to_message", "messages_tab_disabled"),
        *("as_user_not_supported", "ekm_access_denied", "team_access_not_granted", "external_channel_migrating"),
    }
)
REVOKED = frozenset(
    {
        *("account_inactive", "token_revoked", "invalid_auth", "not_authed", "token_expired", "org_login_required"),
        *("access_denied", "not_allowed_token_type", "two_factor_setup_required", "accesslimited"),
    }
)
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"})


@contextmanager
def ours(where: str = "") -> Iterator[None]:
    """Turns whatever a call to Slack raises into a PostError; ``where`` is the channel."""
    try:
        yield
    except SlackApiError as failure:
        raise from_answer(failure, where) from None
    except TimeoutError:
        raise Unknown("timeout", where) from None
    except aiohttp.ClientConnectorError:
        raise Unknown("not_connected", where) from None
    except (aiohttp.ClientError, OSError, SlackClientError, ValueError) as failure:
        raise Unknown(type(failure).__name__, where) from None


def from_answer(failure: SlackApiError, where: str, now: datetime | None = None) -> PostError:
    """The error for an answer of Slack's: by status first, because a 5xx says nothing of what was done."""
    status, code, needed, headers = _facts(failure)
    if status == 429 or code in THROTTLED:
        return Throttled(code or "ratelimited", where, retry_after_seconds(headers, now or datetime.now(UTC)))
    if status >= 500 or not code or code in UNKNOWN:
        return Unknown(code or f"http_{status}", where)
    if code == "missing_scope":
        return ScopeMissing(code, where, needed)
    for codes, error in ((AWAY, Away), (REVOKED, Revoked), (GONE, MessageGone)):
        if code in codes:
            return error(code, where)
    return Refused(code, where)


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
