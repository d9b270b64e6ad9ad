"""Conditional GET: sends a source's validators back byte for byte, so that an unchanged source answers 304."""

from __future__ import annotations

MAX_VALIDATOR_CHARS = 1_000


def conditional_headers(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """If-None-Match and If-Modified-Since for the validators that can be sent (RFC 9110, 13.1)."""
    headers = {"if-none-match": etag, "if-modified-since": last_modified}
    return {name: value for name, value in headers.items() if value and _can_be_sent(value)}


def _can_be_sent(validator: str) -> bool:
    """Whether a validator would arrive unchanged; another one would never match."""
    return validator.isascii() and validator.isprintable() and len(validator) <= MAX_VALIDATOR_CHARS
