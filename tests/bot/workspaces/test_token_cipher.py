"""Tokens at rest: only the operator's keys open them, the newest encrypts, and a row's token is that row's alone."""

from __future__ import annotations

import base64
import sys

import pytest

from bot.errors import CannotStart, TokenUnreadable
from bot.workspaces.token_cipher import TokenCipher

OLD, NEW, OTHER = (base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"a", b"b", b"c"))
TOKEN = "xoxb-1-hunter2"


def test_a_token_is_not_seen_in_what_is_stored_and_is_read_again() -> None:
    encrypted = TokenCipher([NEW]).encrypt(TOKEN, "T1")
    assert "hunter2" not in encrypted
    opened = TokenCipher([NEW]).decrypt(encrypted, "T1")
    assert (opened.text, opened.is_old_key) == (TOKEN, False)
    assert "hunter2" not in repr(opened)


def test_an_older_key_still_opens_and_says_so() -> None:
    encrypted = TokenCipher([OLD]).encrypt(TOKEN, "T1")
    opened = TokenCipher([NEW, OLD]).decrypt(encrypted, "T1")
    assert (opened.text, opened.is_old_key) == (TOKEN, True)
    with pytest.raises(TokenUnreadable):
        TokenCipher([OLD]).decrypt(TokenCipher([NEW, OLD]).encrypt(TOKEN, "T1"), "T1")


@pytest.mark.parametrize(
    ("encrypted", "owner"),
    [(TokenCipher([NEW]).encrypt(TOKEN, "T1"), "T2"), (TokenCipher([OTHER]).encrypt(TOKEN, "T1"), "T1"), ("", "T1")],
)
def test_nothing_else_is_read(encrypted: str, owner: str) -> None:
    with pytest.raises(TokenUnreadable) as caught:
        TokenCipher([NEW, OLD]).decrypt(encrypted, owner)
    assert "hunter2" not in str(caught.value)


def test_without_the_package_the_start_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    with pytest.raises(CannotStart, match=r"pip install 'pactbot\[oauth\]'"):
        TokenCipher([NEW])
