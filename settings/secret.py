"""A text that is never shown: logs, errors and ``repr`` print stars in its place."""

from __future__ import annotations

STARS = "**********"


class SecretStr:
    """A secret; ``get_secret_value`` is the only way to read it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """Returns the secret itself."""
        return self._value

    def __repr__(self) -> str:
        return f"SecretStr('{STARS if self._value else ''}')"

    def __str__(self) -> str:
        return STARS if self._value else ""

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretStr) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)
