"""A digest's heading says its query in words that a reader knows, without changing what is quoted."""

from __future__ import annotations

import pytest

from bot.matching.query.parse_query import parse
from handlers.blocks.localizer import Localizer
from handlers.blocks.query_words import query_words, typed_words
from handlers.text.words import NO_NAMES
from settings.lexicon import load

LEXICON = load(None)


@pytest.mark.parametrize(
    ("query", "korean", "english"),
    [
        ("topic:pact OR topic:officials", "한미 협약 또는 인사", "pact or officials"),
        ("pact -영국", "한미 협약 영국 제외", "pact without 영국"),
        ('ai -"AI 방역" OR 6G', '인공지능 "AI 방역" 제외 또는 6G', 'AI without "AI 방역" or 6G'),
        ("@kratsios AND chips lang:ko", "@kratsios 그리고 chips lang:ko", "@kratsios and chips lang:ko"),
        ("-sector:research-security OR 6G", "연구보안 제외 또는 6G", "without research security or 6G"),
        ('(topic:uk OR "topic:pact OR") lang:ko', '(미영 협정 또는 "topic:pact OR") lang:ko',
         '(UK pact or "topic:pact OR") lang:ko'),
        ("impact pacts ORDER", "impact pacts ORDER", "impact pacts ORDER"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_query_is_said_in_words(query: str, korean: str, english: str) -> None:
    assert query_words(query, Localizer("ko", NO_NAMES, "/pact")) == korean
    assert query_words(query, Localizer("en", NO_NAMES, "/pact")) == english


@pytest.mark.parametrize(
    ("query", "korean"),
    [
        ("pact", "협약"),
        ("quantum -pact", "quantum -협약"),
        ('(pact OR "pact OR") lang:ko', '(협약 또는 "pact OR") lang:ko'),
        ("topic:pact OR sector:space", "topic:pact 또는 sector:space"),
        ("impact AND pacts", "impact AND pacts"),
    ],
)
def test_a_korean_reader_sees_a_query_that_parses_to_the_same(query: str, korean: str) -> None:
    assert typed_words(query, Localizer("ko", NO_NAMES, "/pact")) == korean
    assert typed_words(query, Localizer("en", NO_NAMES, "/pact")) == query
    assert parse(korean, LEXICON) == parse(query, LEXICON)
