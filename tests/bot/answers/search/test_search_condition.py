"""A query becomes a condition that is never narrower than the query, and uses the index of topics where it can."""

from __future__ import annotations

import pytest

from bot.answers.search.search_condition import condition_of
from bot.matching.query.parse_query import parse
from bot.store.history import (
    ALWAYS,
    AboutPact,
    AllOf,
    AnyOf,
    AtLeastSevere,
    Condition,
    FromOutlets,
    HasLetters,
    InLanguage,
    Names,
    OfKind,
    is_indexed,
    pieces_of,
)
from settings.lexicon import Lexicon
from tests.support.bot_harness import outlet_named

OUTLETS = {
    "herald": outlet_named("herald", hosts=("www.herald.example",)),
    "times": outlet_named("times", name="The Times"),
}
QUANTUM, KRATSIOS = Names("sector", ("quantum",)), Names("official", ("Michael Kratsios",))
ZEPPELIN = HasLetters(("zeppelin",))


@pytest.mark.parametrize(
    ("query", "condition", "indexed"),
    [
        ("quantum", QUANTUM, True),
        ("@kratsios", KRATSIOS, True),
        ("pact", AboutPact(), True),
        ("topic:uk", Names("sister", ("uk",)), True),
        ("양자컴퓨터", Names("sector", ("quantum",), spelling="양자컴퓨터"), True),
        ("zeppelin", ZEPPELIN, False),
        ('"큰 비행선"', HasLetters(("큰", "비", "행", "선")), False),
        ("quantum zeppelin", AllOf((QUANTUM, ZEPPELIN)), True),
        ("quantum OR zeppelin", AnyOf((QUANTUM, ZEPPELIN)), False),
        ("quantum OR @kratsios", AnyOf((QUANTUM, KRATSIOS)), True),
        ("quantum -zeppelin", QUANTUM, True),
        ("-quantum", ALWAYS, False),
        ("quantum OR -zeppelin", ALWAYS, False),
        ("outlet:herald.example", FromOutlets(("herald", "herald.example")), False),
        ('outlet:"the times"', FromOutlets(("times", "the times")), False),
        ("lang:ko kind:official", AllOf((InLanguage("ko"), OfKind("official"))), False),
        ("severity:1 pact", AllOf((AtLeastSevere(1), AboutPact())), True),
    ],
)
def test_a_condition(lexicon: Lexicon, query: str, condition: Condition, indexed: bool) -> None:
    made = condition_of(parse(query, lexicon), OUTLETS, lexicon)
    assert (made, is_indexed(made)) == (condition, indexed)


def test_any_official_is_one_of_all(lexicon: Lexicon) -> None:
    made = condition_of(parse("topic:officials", lexicon), OUTLETS, lexicon)
    assert isinstance(made, Names)
    assert (made.kind, made.passing_too, len(made.topics)) == ("official", True, len(lexicon.officials))


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("zeppelin", ("zeppelin",)),
        ("e-commerce", ("e", "commerce")),
        ("연구개발", ("연", "구", "개", "발")),
        ("6G 표준", ("6G", "표", "준")),
        ("100%_a", ("100", "a")),
        ("日本", ("日本",)),
        ("·-", ()),
    ],
)
def test_words_are_cut_where_a_text_may_write_them_otherwise(words: str, pieces: tuple[str, ...]) -> None:
    assert pieces_of(words) == pieces
