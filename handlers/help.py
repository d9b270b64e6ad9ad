"""The command table in both languages: one source for the help answer and for the README."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.text.words import localized
from handlers.verbs import VERBS, Verb

__all__ = ["VERBS", "CommandRow", "VerbPage", "command_table", "page_of"]


@dataclass(frozen=True, slots=True)
class VerbPage:
    """One verb as a language explains it."""

    usage: str
    about: str
    examples: tuple[str, ...]
    other_word: str
    """The verb's name in the other language."""
    help_line: str
    """What to type for this page."""


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One row of the README's command table."""

    verb: str
    korean: str
    group: str
    usage: str
    about: str
    example: str


def page_of(verb: Verb, language: str) -> VerbPage:
    """A verb's page in a language."""
    key = f"verb.{verb.name}"
    korean = language == "ko"
    return VerbPage(
        usage=localized(language, f"{key}.usage"),
        about=localized(language, f"{key}.about"),
        examples=tuple(localized(language, f"{key}.examples").splitlines()),
        other_word=verb.name if korean else verb.korean,
        help_line=f"도움말 {verb.korean}" if korean else f"help {verb.name}",
    )


def command_table(language: str = "en") -> list[CommandRow]:
    """Every verb in the order of help, for documents that list them."""
    pages = [(verb, page_of(verb, language)) for verb in VERBS]
    return [
        CommandRow(
            verb.name, verb.korean, localized(language, f"help.group_{verb.group}"), p.usage, p.about, p.examples[0]
        )
        for verb, p in pages
    ]
