"""Every subscription that help shows can be made as it stands: no example is wrong or too short."""

from __future__ import annotations

import pytest

from bot.matching.query.ambiguity import questions
from bot.matching.query.options import parse_line
from handlers.requests import Asker
from handlers.text.words import LANGUAGES, localized
from handlers.verbs.parse import parse
from handlers.verbs.subscribe import Subscribe
from settings.lexicon import load

LEXICON = load(None)
EXAMPLES = [line for language in LANGUAGES for line in localized(language, "verb.subscribe.examples").split("\n")]


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_can_be_subscribed_to(line: str) -> None:
    ask, _ = parse(line, Asker("T1", "U1", "C1", False))
    assert isinstance(ask, Subscribe)
    query, _ = parse_line(ask.rest.text, LEXICON)
    assert "query.too_short" not in {question.code for question in questions(query, LEXICON)}
