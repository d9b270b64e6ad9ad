"""Encrypts tokens at rest with Fernet, under the newest of the operator's keys; every key opens what it encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import CannotStart, TokenUnreadable

NOT_INSTALLED = "PACT_SECRET_KEY needs the extra oauth: pip install 'pactbot[oauth]'"


@dataclass(frozen=True, slots=True)
class Opened:
    """A token in clear. ``is_old_key``: another than the newest key opened it, so it is to be encrypted again."""

    text: str
    is_old_key: bool

    def __repr__(self) -> str:
        return "Opened(…)"


class TokenCipher:
    """Encrypts and decrypts. Raises CannotStart where the package ``cryptography`` is not installed."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:  # it takes 9 MB, which a bot of one workspace does not need
            from cryptography.fernet import Fernet, InvalidToken
        except ImportError:
            raise CannotStart(NOT_INSTALLED, exit_code=2) from None
        self._keys = [Fernet(key) for key in keys]
        self._wrong_key: type[Exception] = InvalidToken

    def encrypt(self, token: str, owner: str) -> str:
        """Returns the token encrypted. ``owner`` names its row: under another row's name it cannot be read."""
        encrypted: bytes = self._keys[0].encrypt(f"{owner}\n{token}".encode())
        return encrypted.decode()

    def decrypt(self, encrypted: str, owner: str) -> Opened:
        """Returns the token in clear; raises TokenUnreadable where no key opens it or it is another row's."""
        for number, key in enumerate(self._keys):
            try:
                text: str = key.decrypt(encrypted.encode()).decode()
            except self._wrong_key:
                continue
            written_for, _, token = text.partition("\n")
            if written_for != owner:
                break
            return Opened(token, is_old_key=number > 0)
        raise TokenUnreadable(owner)
