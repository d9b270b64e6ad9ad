"""Lists every verb with its help in both languages, for a field that completes what is typed."""

from __future__ import annotations

from typing import Any

from handlers.text.words import LANGUAGES, localized
from handlers.verbs.registry import all_verbs
from handlers.verbs.verb import Verb


def hints(command: str) -> list[dict[str, Any]]:
    """Returns a hint for each verb in the order of help: its word, usage, explanation and examples by language."""
    return [{language: _hint(verb, language, command) for language in LANGUAGES} for verb in all_verbs()]


def _hint(verb: Verb, language: str, command: str) -> dict[str, Any]:
    word = verb.korean if language == "ko" else verb.name
    examples = localized(language, f"verb.{verb.name}.examples").split("\n")
    return {
        "text": f"{command} {word}",
        "usage": localized(language, f"verb.{verb.name}.usage"),
        "about": localized(language, f"verb.{verb.name}.about"),
        "examples": [f"{command} {example}" for example in examples],
    }
