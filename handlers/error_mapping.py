"""Maps Slack's answers to our errors, and tells definite rejections from unknown outcomes."""

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
    NotUnderstood,
    OutcomeUnknown,
    PostError,
    RateLimited,
    ThreadLocked,
    TokenRevoked,
)

RETRY_AFTER_SECONDS = 30.0
RETRY_AFTER_MAX_SECONDS = 3_600.0

NOT_CONNECTED = "not_connected"
"""Code of the unknown outcome in which Slack certainly received nothing."""
RATE_LIMITED = frozenset(
    {
        *("ratelimited", "rate_limited", "rate_limit_exceeded", "too_many_requests"),
        # the workspace posts too much, or a channel moves to another workspace: both pass by themselves
        *("message_limit_exceeded", "external_channel_migrating"),
    }
)
OUTCOME_UNKNOWN = frozenset(
    {
        *("fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"),
        *("update_failed", "rollup_error"),
    }
)
DESTINATION_AWAY = frozenset(
    {
        *("channel_not_found", "is_archived", "channel_is_archived", "not_in_channel", "no_permission", "is_inactive"),
        *("posting_to_general_channel_denied", "action_prohibited", "method_not_supported_for_channel_type"),
        *("user_not_found", "user_disabled", "user_not_visible", "user_is_restricted", "user_is_ultra_restricted"),
        *("cannot_dm_bot", "messages_tab_disabled"),
    }
)
RESTRICTED = "restricted_action"
"""Begins a growing family of codes: an administrator does not allow the post in this channel."""
TOKEN_REVOKED = frozenset(
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
        # every message meets these, so deliveries wait for a newer version of the bot instead of dying
        *("method_deprecated", "deprecated_endpoint", "not_implemented", "upgrade_required"),
    }
)
MESSAGE_GONE = frozenset({"message_not_found", "thread_not_found"})
THREAD_LOCKED = frozenset(
    {
        *("thread_locked", "restricted_action_thread_locked", "restricted_action_non_threadable_channel"),
        *("cannot_reply_to_message", "invalid_thread_ts"),
    }
)
EDIT_EXPIRED = frozenset({"cant_update_message", "edit_window_closed", "message_not_owned_by_app"})
MESSAGE_REJECTED = frozenset(
    {
        *(
            "invalid_blocks",
            "invalid_blocks_format",
            "block_mismatch",
            "msg_blocks_too_long",
            "msg_too_long",
            "no_text",
        ),
        *("markdown_text_conflict", "invalid_attachments", "too_many_attachments", "attachment_payload_limit_exceeded"),
        *("invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "metadata_must_be_sent_from_app"),
        *("invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data"),
        *("invalid_json", "json_not_object", "invalid_post_type", "missing_post_type", "missing_charset"),
        *("as_user_not_supported", "too_many_contact_cards", "slack_connect_file_link_sharing_blocked"),
    }
)
"""Verdicts on the form of a message: only these may end a delivery."""
CODE_MAX_CHARS = 80


@contextmanager
def as_post_error(where: str = "") -> Iterator[None]:
    """Turns every error of a call to Slack into a PostError; ``where`` is the channel."""
    try:
        yield
    except SlackApiError as error:
        raise post_error_from(error, where) from None
    except TimeoutError:
        raise OutcomeUnknown("timeout", where) from None
    except aiohttp.ClientConnectorError:
        raise OutcomeUnknown(NOT_CONNECTED, where) from None
    except (aiohttp.ClientError, OSError, SlackClientError, ValueError) as error:
        raise OutcomeUnknown(type(error).__name__, where) from None


def post_error_from(error: SlackApiError, where: str, now: datetime | None = None) -> PostError:
    """Returns the error for an answer of Slack, by status first, because after a 5xx the outcome is unknown."""
    status, code, needed, headers = _answer_facts(error)
    if status == 429 or code in RATE_LIMITED:
        return RateLimited(code or "ratelimited", where, retry_after_seconds(headers, now or datetime.now(UTC)))
    if status >= 500 or not code or code in OUTCOME_UNKNOWN:
        return OutcomeUnknown(code or f"http_{status}", where)
    if code == "missing_scope":
        return MissingScope(code, where, needed)
    return _rejection(code)(code, where)


def _rejection(code: str) -> type[PostError]:
    """Returns the kind of a definite rejection: thread, channel, workspace, message; an unlisted code is no verdict."""
    kinds = (
        (THREAD_LOCKED, ThreadLocked),
        (DESTINATION_AWAY, DestinationAway),
        (TOKEN_REVOKED, TokenRevoked),
        (MESSAGE_GONE, MessageGone),
        (EDIT_EXPIRED, EditExpired),
        (MESSAGE_REJECTED, MessageRejected),
    )
    for codes, error_type in kinds:
        if code in codes:
            return error_type
    return DestinationAway if code.startswith(RESTRICTED) else NotUnderstood


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float:
    """Returns the wait of Retry-After, a number or a date, in seconds; 30 when it is missing or unreadable."""
    value = next((text for name, text in headers.items() if name.lower() == "retry-after"), "").strip()
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


def _answer_facts(error: SlackApiError) -> tuple[int, str, str, Mapping[str, str]]:
    """Returns status, error code, needed scope and headers of an answer, which may be no JSON."""
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    headers = getattr(response, "headers", None) or {}
    if not isinstance(data, dict):
        return int(status), "", "", headers
    code, needed = (str(data.get(name) or "")[:CODE_MAX_CHARS] for name in ("error", "needed"))
    return int(status), code, needed, headers
