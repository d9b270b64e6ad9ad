"""Puts a verb's help page together from the sentences of ``text/locale/*/help.toml``."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.text.words import has_key, localized
from handlers.verbs.verb import Verb


@dataclass(frozen=True, slots=True)
class VerbPage:
    """The help on one verb in one language."""

    usage: str
    about: str
    examples: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    """Words that may follow, each with its meaning."""
    other_word: str
    """The verb's name in the other language."""
    help_line: str
    """The line that shows this page."""


def page_of(verb: Verb, language: str) -> VerbPage:
    """Returns a verb's page in a language."""
    key = f"verb.{verb.name}"
    korean = language == "ko"
    return VerbPage(
        usage=localized(language, f"{key}.usage"),
        about=localized(language, f"{key}.about"),
        examples=tuple(localized(language, f"{key}.examples").splitlines()),
        options=_options(localized(language, f"{key}.options")) if has_key(f"{key}.options") else (),
        other_word=verb.name if korean else verb.korean,
        help_line=f"도움말 {verb.korean}" if korean else f"help {verb.name}",
    )


def _options(lines: str) -> tuple[tuple[str, str], ...]:
    """Splits lines such as ``for 3d: ends after that time``."""
    return tuple(
        (words, meaning) for words, _, meaning in (line.partition(": ") for line in lines.splitlines() if line)
    )
