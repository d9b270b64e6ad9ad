"""Every sentence shown, in Korean and English, from the files in locale/: looked up by key, filled with arguments.

A placeholder is ``{name}``; ``{name:을/를}`` adds the particle that the value's last sound wants, ``{n:story|stories}``
is the first form for one and the second for any other number. Numbers are grouped in threes.
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
"""How topics are called, by language: ``{"Michael Kratsios": {"ko": "마이클 크라치오스"}}``."""
NO_NAMES: Names = {}


class MissingKey(KeyError):
    """there are no words of this key"""


def language_of(tag: str | None) -> str:
    """The interface language for a tag such as ``ko-KR``; English where we have none."""
    short = (tag or "").replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else FALLBACK


def localized(language: str, key: str, **args: object) -> str:
    """The sentence of a key, filled in. An argument that is missing shows as an ellipsis, a missing key is an error."""
    words = sentences(language_of(language))
    if key not in words:
        raise MissingKey(key)
    return fill_placeholders(words[key], args)


def has_key(key: str) -> bool:
    """Whether a key can be said."""
    return key in sentences(FALLBACK)


def note_text(language: str, code: str, args: Mapping[str, object], shown: Mapping[str, object] | None = None) -> str:
    """The sentence of a note's or reason's code, sought under ``note.`` and ``reason.``.

    A code without words is shown as it is, with the arguments in ``shown`` (all of them by default): an answer that
    reads oddly is better than none.
    """
    for key in (code, f"note.{code}", f"reason.{code}"):
        if has_key(key):
            return fill_placeholders(sentences(language_of(language))[key], args)
    return " ".join([code, *(str(each) for each in (args if shown is None else shown).values())])


def topic_name(language: str, topic: str, names: Names = NO_NAMES) -> str:
    """How a topic (pact, uk, a sector's id, an official) is called in a language."""
    key = f"topic.{topic}"
    if has_key(key):
        return localized(language, key)
    return names.get(topic, {}).get(language_of(language)) or topic


def fill_placeholders(pattern: str, args: Mapping[str, object]) -> str:
    """A sentence with its placeholders filled in."""
    return PLACEHOLDER.sub(lambda found: _filled(found, args), pattern)


@cache
def sentences(language: str) -> Mapping[str, str]:
    """All sentences of a language by dotted key, from every file of its folder."""
    words: dict[str, str] = {}
    for path in sorted((LOCALE / language).glob("*.toml")):
        words.update(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    return words


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = str(value)
    return flat


def _filled(found: re.Match[str], args: Mapping[str, object]) -> str:
    name, form = found[1], found[2]
    value = args.get(name, "…")
    if form and "|" in form:
        one, _, many = form.partition("|")
        return one if str(value) == "1" else many
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return with_particle(text, form) if form else text
