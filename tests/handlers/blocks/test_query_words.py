"""A digest's heading says its query in words that a reader knows, without changing what is quoted."""

from __future__ import annotations

import pytest

from bot.matching.query.names import shown_names
from bot.matching.query.parse_query import parse
from handlers.blocks.localizer import Localizer
from handlers.blocks.query_words import query_words
from handlers.text.typed_query import typed_query
from handlers.text.words import NO_NAMES
from settings.lexicon import load

LEXICON = load(None)


@pytest.mark.parametrize(
    ("query", "korean", "english"),
    [
        ("topic:pact OR topic:officials", "한미 협약 또는 인물", "pact or officials"),
        ("pact -영국", "한미 협약 영국 제외", "pact without 영국"),
        ('ai -"AI 방역" OR 6G', '인공지능 "AI 방역" 제외 또는 6G', 'AI without "AI 방역" or 6G'),
        ("@kratsios AND chips lang:ko", "@kratsios 그리고 chips lang:ko", "@kratsios and chips lang:ko"),
        ("-sector:research-security OR 6G", "연구안보 제외 또는 6G", "without research security or 6G"),
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
        ('(pact OR "pact OR") lang:ko', '(협약 또는 "pact OR") 언어:한국어'),
        ("topic:pact OR topic:officials", "주제:협약 또는 주제:인물"),
        ("sector:space -topic:uk", "분야:우주 -주제:영국"),
        ('sector:data who:"Michael Kratsios"', '분야:"데이터 정책" 인물:"마이클 크라치오스"'),
        ("quantum lang:ko kind:official severity:1 outlet:asiae", "quantum 언어:한국어 종류:공식 중요도:1 매체:asiae"),
        ("impact AND pacts", "impact 그리고 pacts"),
    ],
)
def test_a_korean_reader_sees_a_query_that_parses_to_the_same(query: str, korean: str) -> None:
    assert typed_query(query, "ko", shown_names(LEXICON)) == korean
    assert typed_query(query, "en", shown_names(LEXICON)) == query
    assert parse(korean, LEXICON) == parse(query, LEXICON)
