"""Tests of the signature of a push."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from bot.websub.signatures import is_signed

BODY = "<rss>새 소식</rss>".encode()


def signature(method: str, secret: str = "s3cret", body: bytes = BODY) -> str:
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_method_of_the_recommendation_is_verified(method: str) -> None:
    assert is_signed("s3cret", signature(method), BODY)
    assert is_signed("s3cret", f" {method}={signature(method).partition('=')[2].upper()} ", BODY)
    assert not is_signed("s3cret", signature(method, secret="another"), BODY)
    assert not is_signed("s3cret", signature(method), BODY + b" ")
    assert not is_signed("s3cret", signature(method)[:-1], BODY)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256",
        "sha256=",
        "=",
        "md5=" + hashlib.md5(BODY).hexdigest(),
        signature("sha256").partition("=")[2],
        "sha256=가",
        "sha256=\udcff",
    ],
)
def test_what_is_no_signature_proves_nothing(header: str) -> None:
    assert not is_signed("s3cret", header, BODY)


def test_the_name_of_one_method_does_not_prove_the_digest_of_another() -> None:
    assert not is_signed("s3cret", signature("sha1").replace("sha1", "sha256"), BODY)
