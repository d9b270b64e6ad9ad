"""Reads tables of TOML strictly: a value of the right kind, or one line with file, key and cure.

A reader declares the keys of a table as TomlKeys. ``with_keys`` refuses a key that nobody reads, naming the nearest
that somebody does, and a required key that is missing; each method then reads one key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from settings.errors import SettingsError

MAX_SHOWN_CHARS = 60


@dataclass(frozen=True, slots=True)
class TomlKey:
    """A key that a table may have; ``example`` is a value as it is written in TOML."""

    name: str
    example: str
    meaning: str = ""
    required: bool = False
    default: str | bool | float | int | None = None


Keys = Mapping[str, TomlKey]
"""The keys of a table by name."""


def keys_of(*keys: TomlKey) -> Keys:
    """Returns the keys by name."""
    return {key.name: key for key in keys}


def parse_toml(file: str, data: bytes, error_class: type[SettingsError]) -> dict[str, Any]:
    """Returns the tables of a TOML file. Raises ``error_class`` for what is not UTF-8 or not TOML."""
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise error_class(file, "", "is not UTF-8", "save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as problem:
        raise error_class(file, "", f"is not TOML: {problem}", "mend that line") from None
    except (RecursionError, ValueError):  # a number of thousands of digits is a plain ValueError
        raise error_class(file, "", "is nested too deeply or holds too long a number", "write a flatter file") from None


class TomlTable:
    """One table of a file. Every method raises ``error_class``, which names the file, the key and the cure."""

    def __init__(
        self,
        file: str,
        values: Mapping[str, Any],
        error_class: type[SettingsError],
        path: str = "",
        keys: Keys | None = None,
    ) -> None:
        self.file = file
        self.values = values
        self.path = path
        """The table's place in the file, as ``source 1``; empty for the file itself."""
        self._error_class = error_class
        self._keys = keys or {}

    def error(self, key: str, problem: str, cure: str) -> SettingsError:
        """Returns the error for one key of this table; an empty key is the table itself."""
        return self._error_class(self.file, self._place_of(key), problem, cure)

    def with_keys(self, keys: Keys) -> TomlTable:
        """Returns this table with its keys declared. Raises for a key that is unknown, or required and missing."""
        table = TomlTable(self.file, self.values, self._error_class, self.path, keys)
        for name in self.values:
            if name not in keys:
                raise table.error(name, "no such key", _did_you_mean(name, keys, "known here: "))
        for key in keys.values():
            if key.required and key.name not in self.values:
                raise table._missing(key.name)
        return table

    def text(self, key: str) -> str:
        """Returns a text without blanks around it; raises for an empty or missing one."""
        value = self._value(key)
        if value is None:
            raise self._missing(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"must be text, not {shown(value)}", self._write(key))
        return value.strip()

    def optional_text(self, key: str) -> str | None:
        """Returns a text, or None where the key is absent."""
        return self.text(key) if key in self.values else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Returns a list of texts as they are written; an absent key is an empty list."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
            raise self.error(key, f"must be a list of texts, not {shown(value)}", self._write(key, '["…", "…"]'))
        return tuple(value)

    def one_or_more_texts(self, key: str) -> tuple[str, ...]:
        """Returns a text or a list of texts as a list, without blanks around them; an absent key is an empty list."""
        value = self.values.get(key, [])
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise self.error(key, f"must be text or a list of texts, not {shown(value)}", self._write(key, '["…"]'))
        return tuple(text.strip() for text in texts)

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """Returns one of a few words."""
        value = self.text(key)
        if value not in allowed:
            raise self.error(key, f"{shown(value)} is not known", _did_you_mean(value, allowed, "use one of "))
        return value

    def flag(self, key: str) -> bool:
        """Returns true or false; an absent key is its default, or false."""
        value = self._value(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {shown(value)}", self._write(key, "true or false"))
        return value

    def whole_number(self, key: str, least: int, most: int) -> int:
        """Returns a whole number of this range."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            problem = f"must be a whole number of {least} to {most}, not {shown(value)}"
            raise self.error(key, problem, self._write(key))
        return value

    def number(self, key: str, least: float, most: float) -> float:
        """Returns a number of this range."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.error(key, f"must be a number of {least:g} to {most:g}, not {shown(value)}", self._write(key))
        return float(value)

    def day(self, key: str) -> date:
        """Returns a date without a time."""
        value = self.values.get(key)
        if value is None:
            raise self._missing(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            cure = f"{self._write(key, '2026-08-14')}, without quotes"
            raise self.error(key, f"must be a date, not {shown(value)}", cure)
        return value

    def optional_day(self, key: str) -> date | None:
        """Returns a date without a time, or None where the key is absent."""
        return self.day(key) if key in self.values else None

    def table(self, key: str) -> TomlTable:
        """Returns a table inside this one."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise self.error(key, "is missing" if value is None else "is no table", f"add a [{key}] table")
        return TomlTable(self.file, value, self._error_class, self._place_of(key))

    def tables(self, key: str, name_key: str = "") -> list[TomlTable]:
        """Returns the tables of a list ``[[key]]``; each is called by its name or, without ``name_key``, its number."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.error(key, "is no list of tables", f"write [[{key}]], with two brackets on each side")
        place = self._place_of(key)
        return [
            TomlTable(self.file, entry, self._error_class, f"{place} {entry.get(name_key, number)}")
            for number, entry in enumerate(value, 1)
        ]

    def _place_of(self, key: str) -> str:
        return ".".join(filter(None, (self.path, key)))

    def _value(self, key: str) -> Any:
        declared = self._keys.get(key)
        return self.values.get(key, declared.default if declared else None)

    def _missing(self, key: str) -> SettingsError:
        return self.error(key, "is missing", self._write(key))

    def _write(self, key: str, example: str = '"…"') -> str:
        declared = self._keys.get(key)
        return f"write {key} = {declared.example if declared else example}"


def shown(value: object) -> str:
    """Returns a value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= MAX_SHOWN_CHARS else text[: MAX_SHOWN_CHARS - 3] + "…"


def _did_you_mean(word: str, known: Collection[str], otherwise: str) -> str:
    matches = get_close_matches(word, known, n=1)
    return f"did you mean {matches[0]}?" if matches else f"{otherwise}{', '.join(known)}"
