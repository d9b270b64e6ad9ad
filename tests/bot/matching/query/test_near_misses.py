"""An article that misses a query by one thing is near, and the thing is named."""

from __future__ import annotations

import pytest

from bot.matching.query.evaluate import ArticleFacts
from bot.matching.query.near_misses import near_miss, topics_of
from bot.matching.query.nodes import literals
from bot.matching.query.parse_query import parse
from bot.matching.query.show import show
from bot.matching.scan import Scanner
from bot.model import Page
from settings.lexicon import load

LEXICON = load(None)
QUANTUM_6G = "The ministry said quantum computing and 6G research will grow. A quantum processor was shown with 6G."
PASSING = "The minister, who led the Quantum Industry Association, visited Busan."


@pytest.mark.parametrize(
    ("query", "headline", "text", "language", "kind", "part"),
    [
        ("quantum zeppelin", "Quantum computing grows", QUANTUM_6G, "en", "lacks", "zeppelin"),
        ("quantum -6G", "Quantum computing grows", QUANTUM_6G, "en", "excluded", "-6G"),
        ("quantum lang:ko", "Quantum computing grows", QUANTUM_6G, "en", "narrowed", "lang:ko"),
        ("양자", "한·베트남 외교장관 양자 회담", "양국 장관이 양자 회담을 열었다.", "ko", "rejected", "양자"),
        (
            "sector:quantum OR balloon",
            "양국 양자 회담",
            "양국 장관이 양자 회담을 열었다.",
            "ko",
            "rejected",
            "sector:quantum",
        ),
        ("quantum", "Minister visits Busan", PASSING, "en", "passing", "quantum"),
        ("quantum zeppelin balloon", "Quantum computing grows", QUANTUM_6G, "en", None, None),
        ("zeppelin", "Quantum computing grows", QUANTUM_6G, "en", None, None),
        ("zeppelin lang:ko", "Quantum computing grows", QUANTUM_6G, "en", None, None),
        ("quantum", "Quantum computing grows", QUANTUM_6G, "en", None, None),
        ("kind:official lang:en", "Quantum computing grows", QUANTUM_6G, "en", None, None),
    ],
)
def test_what_an_article_misses_is_one_thing(
    query: str, headline: str, text: str, language: str, kind: str | None, part: str | None
) -> None:
    parsed = parse(query, LEXICON)
    reading = Scanner(LEXICON, literals(parsed)).read(Page(headline, text, language))
    facts = ArticleFacts("herald", ("herald.example",), language, "media")
    miss = near_miss(parsed, reading, facts, reading.rejected)
    assert (miss.kind if miss else None, show(miss.part) if miss else None) == (kind, part)


def test_an_exclusion_names_what_it_hit_and_another_sense_its_reason() -> None:
    parsed = parse('양자 -"양자 면담"', LEXICON)
    reading = Scanner(LEXICON, literals(parsed)).read(
        Page("양자컴퓨터 협력 논의", "양국이 양자컴퓨터 협력을 논의하며 양자 면담을 열었다.", "ko")
    )
    excluded = near_miss(parsed, reading, ArticleFacts(), reading.rejected)
    assert excluded is not None
    assert excluded.mention is not None
    assert excluded.mention.quote == "양자 면담"


def test_a_query_asks_for_the_topics_of_its_words() -> None:
    asked = topics_of(parse("quantum @kratsios pact topic:uk 반도체 zeppelin lang:ko", LEXICON))
    assert asked == {
        ("sector", "quantum"),
        ("official", "Michael Kratsios"),
        ("pact", "pact"),
        ("sister", "uk"),
        ("sector", "semiconductors"),
    }
