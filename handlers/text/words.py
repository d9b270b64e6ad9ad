"""Looks up sentences by locale key and fills in their placeholders, in Korean and English.

``{name}`` is a value. ``{name:을/를}`` adds the particle that fits the value's final sound. ``{n:story|stories}`` is
the first form for 1 and the second for any other number. Whole numbers have thousands separators.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from handlers.text.particles import with_particle

LANGUAGES = ("ko", "en")
FALLBACK = "en"
LOCALE = Path(__file__).parent / "locale"
PLACEHOLDER = re.compile(r"\{(\w+)(?::([^{}]*))?\}")

Names = Mapping[str, Mapping[str, str]]
"""Names of topics by language: ``{"Michael Kratsios": {"ko": "마이클 크라치오스"}}``."""
NO_NAMES: Names = {}


class MissingKey(KeyError):
    """the locale files lack this key"""


def known_language(tag: str | None) -> str | None:
    """Returns the interface language for a tag such as ``ko-KR``; None for any other language."""
    language = (tag or "").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else None


def language_of(tag: str | None) -> str:
    """Returns the interface language for a tag such as ``ko-KR``; English for any other language."""
    return known_language(tag) or FALLBACK


def localized(language: str, key: str, /, **args: object) -> str:
    """Returns the sentence of a key with its arguments; a missing argument becomes an ellipsis.

    :raises MissingKey: when the locale files lack the key.
    """
    by_key = sentences(language_of(language))
    if key not in by_key:
        raise MissingKey(key)
    return fill_placeholders(by_key[key], args)


def has_key(key: str) -> bool:
    """Returns whether the locale files have a key."""
    return key in sentences(FALLBACK)


def note_text(language: str, code: str, args: Mapping[str, object], shown: Mapping[str, object] | None = None) -> str:
    """Returns the sentence of a note's or reason's code, looked up as it is, under ``note.`` and under ``reason.``.

    An unknown code is returned as it is with the arguments in ``shown`` (by default all of them), because an odd answer
    is better than none.
    """
    for key in (code, f"note.{code}", f"reason.{code}"):
        if has_key(key):
            return fill_placeholders(sentences(language_of(language))[key], args)
    values = (args if shown is None else shown).values()
    return " ".join([code, *map(str, values)])


def topic_name(language: str, topic: str, names: Names = NO_NAMES) -> str:
    """Returns the name of a topic (pact, uk, a sector's id, an official) in a language."""
    key = f"topic.{topic}"
    if has_key(key):
        return localized(language, key)
    return names.get(topic, {}).get(language_of(language)) or topic


def fill_placeholders(pattern: str, args: Mapping[str, object]) -> str:
    """Fills in the placeholders of a sentence."""
    return PLACEHOLDER.sub(lambda match: _value_text(match, args), pattern)


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Returns all sentences of a language by dotted key, from every file of its folder."""
    by_key: dict[str, str] = {}
    for path in sorted((LOCALE / language).glob("*.toml")):
        by_key.update(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    return by_key


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = str(value)
    return flat


def _value_text(placeholder: re.Match[str], args: Mapping[str, object]) -> str:
    name, form = placeholder[1], placeholder[2]
    value = args.get(name, "…")
    if form and "|" in form:
        singular, _, plural = form.partition("|")
        return singular if str(value) == "1" else plural
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return with_particle(text.rstrip(), form) if form else text
