"""Verifies the signature of a push: an HMAC over the raw body (W3C WebSub, section 7.1)."""

from __future__ import annotations

import hashlib
import hmac

METHODS = ("sha1", "sha256", "sha384", "sha512")


def is_signed(secret: str, header: str, body: bytes) -> bool:
    """Whether ``X-Hub-Signature`` (``sha256=…``) proves that the sender of a body knows the secret."""
    method, _, signature = header.strip().partition("=")
    if method not in METHODS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.lower().encode(errors="replace"))
