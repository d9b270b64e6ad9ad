"""Every verb has a hint in both languages, and the parser understands every example of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from handlers.requests import Asker, Unclear
from handlers.text.words import LANGUAGES
from handlers.verbs.hints import hints
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs

HINTS = hints("/pact")


def test_every_verb_has_a_hint_in_both_languages() -> None:
    assert [hint["en"]["text"] for hint in HINTS] == [f"/pact {verb.name}" for verb in all_verbs()]
    assert [hint["ko"]["text"] for hint in HINTS] == [f"/pact {verb.korean}" for verb in all_verbs()]
    assert all(re.search("[가-힣]", hint["ko"]["about"]) and hint["en"]["about"] for hint in HINTS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hint", HINTS, ids=[hint["en"]["text"] for hint in HINTS])
def test_every_example_is_understood(hint: dict[str, Any], language: str) -> None:
    for example in hint[language]["examples"]:
        ask, _ = parse(example.removeprefix("/pact "), Asker("T1", "U1", "C1", False))
        assert not isinstance(ask, Unclear), example
