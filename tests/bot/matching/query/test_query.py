"""Queries are parsed, printed, questioned and evaluated."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.matching.query.ambiguity import questions, with_sense
from bot.matching.query.evaluate import ArticleFacts, hits, kind_by_headline
from bot.matching.query.names import shown_names
from bot.matching.query.needed_mentions import mention_keys, needed_mentions
from bot.matching.query.nodes import And, FieldFilter, Not, Or, Phrase, Query, QueryError, Term, Word, literals
from bot.matching.query.options import SubscriptionOptions, parse_line
from bot.matching.query.parse_query import parse
from bot.matching.query.show import show
from bot.matching.scan import Scanner
from bot.model import Page
from handlers.text.typed_query import typed_query
from settings import lexicon
from settings.lexicon import Lexicon

BUILT_IN = lexicon.load(None)
LEAVES = st.sampled_from(
    [
        "quantum",
        "pact",
        "@kratsios",
        "양자컴퓨터",
        "반도체",
        "data flows",
        "망고",
        "영국",
        "6G",
        '"양자 면담"',
        '"in OR out"',
        "topic:uk",
        "sector:space",
        'who:"Bae Kyung-hoon"',
        "outlet:asiae",
        'outlet:"Korea Herald (AMP)"',
        "outlet:한빛경제",
        "lang:ko",
        "kind:opinion",
        "severity:1",
        "수출",
        "통제",
    ]
)


def _wrap(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    many = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        many.map(lambda parts: "(" + " OR ".join(parts) + ")"),
        many.map(lambda parts: "(" + " AND ".join(parts) + ")"),
        many.map(lambda parts: "(" + " ".join(parts) + ")"),
        children.map(lambda part: f"-({part})"),
        children.map(lambda part: f"제외 {part}"),
    )


def in_korean(query: Query) -> str:
    """The query as a Korean reader sees it."""
    return typed_query(show(query), "ko", shown_names(BUILT_IN))


def _parsed(text: str, words: Lexicon) -> Query | QueryError:
    try:
        return parse_line(text, words)[0]
    except QueryError as error:
        return error


@given(st.recursive(LEAVES, _wrap, max_leaves=12))
@example("-((-(수출) AND 통제))")
@settings(max_examples=400, deadline=None)
def test_a_printed_query_parses_to_the_same_query(text: str) -> None:
    words = lexicon.load(None)
    query = _parsed(text, words)
    if isinstance(query, QueryError):
        assert query.code == "query.dangling"  # 제외 -… is no atom
    else:
        assert parse(show(query), words) == query
        assert parse(in_korean(query), words) == query, "what a Korean reader sees is the same query"


@pytest.mark.parametrize("name", [name.id for name in (*BUILT_IN.sectors, *BUILT_IN.sisters)])
def test_a_topic_is_shown_in_korean_by_a_word_that_a_query_takes(name: str) -> None:
    field = "topic" if name in ("uk", "japan") else "sector"
    shown = in_korean(FieldFilter(field, name))
    assert any("가" <= letter <= "힣" for letter in shown.partition(":")[2]), shown
    assert parse(shown, BUILT_IN) == FieldFilter(field, name)


@pytest.mark.parametrize("name", [official.name for official in BUILT_IN.officials])
def test_an_official_is_shown_in_korean_by_a_name_that_a_query_takes(name: str) -> None:
    assert in_korean(FieldFilter("who", name)).startswith("인물:")
    assert parse(in_korean(FieldFilter("who", name)), BUILT_IN) == FieldFilter("who", name)


PAGES = (
    Page("양자컴퓨터 수출 통제, 영국과 한국", "크라치오스 실장은 6G와 우주를 말했다. 망고도 있다.", "ko"),
    Page("Quantum and space: Kratsios signs the Technology Prosperity Deal", "Data flows, semiconductors. 6G.", "en"),
    Page("Rain", "Nothing else.", "en"),
)


@given(st.recursive(LEAVES, _wrap, max_leaves=6), st.sampled_from(PAGES))
@example("topic:officials", PAGES[1])
@example("pact", PAGES[1])
@example("-망고", PAGES[2])
@settings(max_examples=400, deadline=None)
def test_an_article_that_hits_a_query_has_a_mention_that_it_needs(text: str, page: Page) -> None:
    query = _parsed(text, BUILT_IN)
    if isinstance(query, QueryError):
        return
    reading = Scanner(BUILT_IN, literals(query)).read(page)
    needed = needed_mentions(query)
    if hits(query, reading, ArticleFacts(outlet="asiae", language=page.language or "")) is not None:
        assert needed is None or needed & mention_keys(reading)


@given(st.text(max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_query_or_an_error_with_a_place(text: str) -> None:
    words = lexicon.load(None)
    query = _parsed(text, words)
    if isinstance(query, QueryError):
        assert 0 <= query.position <= len(text)
        assert 0 <= query.length <= len(text) - query.position
    else:
        assert parse(show(query), words) == query
        assert parse(in_korean(query), words) == query, "what a Korean reader sees is the same query"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("quantum", FieldFilter("sector", "quantum", "quantum")),
        ("@Kratsios", FieldFilter("who", "Michael Kratsios", "@kratsios")),
        ("크라치오스", FieldFilter("who", "Michael Kratsios", "@kratsios")),
        ("협정", FieldFilter("topic", "pact", "pact")),
        ("양자컴퓨터", Term("sector", "quantum", "양자컴퓨터")),
        ("양자 컴퓨터", Term("sector", "quantum", "양자컴퓨터")),
        ("망고", Word("망고")),
        ("“양자 면담”", Phrase("양자 면담")),
        ("a b | c", Or((And((Word("a"), Word("b"))), Word("c")))),
        ("a -b", And((Word("a"), Not(Word("b"))))),
        ("a 또는 (b 제외 c)", Or((Word("a"), And((Word("b"), Not(Word("c"))))))),
        ("sector:통신", FieldFilter("sector", "telecom")),
        ("인물:배경훈", FieldFilter("who", "Bae Kyung-hoon")),
    ],
)
def test_a_text_parses_to_its_tree(words: Lexicon, text: str, query: Query) -> None:
    assert parse(text, words) == query


@pytest.mark.parametrize(
    ("text", "position", "length", "code", "suggestion"),
    [
        ("", 0, 0, "query.empty", None),
        ("pact (AI", 5, 1, "query.unclosed_paren", None),
        ("pact)", 4, 1, "query.stray_paren", None),
        ("pact OR", 5, 2, "query.dangling", None),
        ("pact sectr:ai", 5, 5, "query.unknown_field", "sector"),
        ("sector:quantm", 7, 6, "query.unknown_value", "quantum"),
        ("topic:foo", 6, 3, "query.topic_values", None),
        ("kind:oficial", 5, 7, "query.kind_values", "official"),
        ("severity:2", 9, 1, "query.severity_values", None),
        ("@kratzius", 0, 9, "query.unknown_person", "@kratsios"),
        ('pact "AI', 5, 3, "query.unclosed_quote", None),
        ("pact as dayly", 8, 5, "option.bad_cadence", "daily"),
        ("pact as daily foo", 14, 3, "option.unknown", "for"),
        ("pact as daily as weekly", 14, 2, "option.twice", None),
        ("pact tz Asia/Seul", 8, 9, "option.bad_zone", "Asia/Seoul"),
        ("pact at 24:10", 8, 5, "option.bad_time", "08:30"),
    ],
)
def test_errors_have_a_place_and_the_nearest_match(
    words: Lexicon, text: str, position: int, length: int, code: str, suggestion: str | None
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_line(text, words)
    error = caught.value
    assert (error.position, error.length, error.code, error.suggestion) == (position, length, code, suggestion)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("as daily at 8:30 tz Asia/Seoul", SubscriptionOptions(cadence="daily", at="08:30", timezone="Asia/Seoul")),
        ("as 매주 on 월요일", SubscriptionOptions(cadence="weekly", weekday="monday")),
        (
            "min 2 outlets for 3d in #policy",
            SubscriptionOptions(min_outlets=2, duration_seconds=259_200, channel="#policy"),
        ),
        ("in <#C0123ABC|policy>", SubscriptionOptions(channel="C0123ABC")),
        ("for me", SubscriptionOptions(personal=True)),
    ],
)
def test_the_options_of_a_line(words: Lexicon, text: str, options: SubscriptionOptions) -> None:
    query, found = parse_line(f"quantum {text}", words)
    assert (show(query), found) == ("quantum", options)


def _hit(query: str, text: str, about: ArticleFacts | None = None) -> list[str] | None:
    words = lexicon.load(None)
    parsed = parse(query, words)
    reading = Scanner(words, literals(parsed)).read(Page("", text))
    found = hits(parsed, reading, about or ArticleFacts())
    return None if found is None else [m.quote for m in found]


@pytest.mark.parametrize(
    ("query", "text", "quotes"),
    [
        ("quantum", "양자 회담이 열렸다.", None),
        ("quantum", "양자 기술을 논의했다.", ["양자 기술"]),
        ("양자", "양자컴퓨터를 샀다.", ["양자컴퓨터"]),
        ("반도체", "파운드리 주문이 늘었다.", None),
        ("망고", "망고는 달다. 망고스틴도 달다.", ["망고"]),
        ('"양자 면담"', "양자 면담을 했다.", ["양자 면담"]),
        ('"양자"', "입양자가 왔다.", ["양자"]),
        ("AI -영국", "영국이 AI를 논했다.", None),
        ("AI -영국", "독일이 AI를 논했다.", ["AI"]),
        ("6G | 망고", "망고는 노랗다.", ["망고"]),
        ("lang:ko", "비가 온다.", []),
        ("kind:opinion", "비가 온다.", None),
        ("pact", "한미 기술번영 협정이다.", ["기술번영 협정"]),
        ("topic:uk", "미·영 기술번영합의다.", ["기술번영합의"]),
        ("topic:officials", "배경훈 장관이다.", ["배경훈"]),
    ],
)
def test_a_query_hits_by_its_mentions(query: str, text: str, quotes: list[str] | None) -> None:
    assert _hit(query, text) == quotes


def test_fields_about_the_article_hit_without_mentions() -> None:
    about = ArticleFacts("asiae", ("www.asiae.co.kr",), "ko", "opinion")
    for query in ("outlet:asiae", "outlet:asiae.co.kr", "kind:opinion", "lang:ko"):
        assert _hit(query, "비가 온다.", about) == []
    for query in ("outlet:yna", "kind:official", "lang:en", "severity:1"):
        assert _hit(query, "비가 온다.", about) is None


@pytest.mark.parametrize("query", ['outlet:"Asia  economy"', "매체:asiaeconomy", "outlet:www.asiae.co.kr"])
def test_an_outlet_is_known_by_its_name(query: str) -> None:
    named = ArticleFacts("asiae", ("www.asiae.co.kr",), "ko", outlet_name="Asia Economy")
    assert _hit(query, "비가 온다.", named) == []
    assert _hit(query, "비가 온다.", ArticleFacts("yna", outlet_name="Yonhap")) is None


@pytest.mark.parametrize("query", ['outlet:""', "outlet:asiae,yna", 'outlet:"!"', "outlet:a/b"])
def test_what_can_be_no_outlets_name_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        parse(query, BUILT_IN)


@pytest.mark.parametrize(
    ("headline", "outlet", "kind"),
    [
        ("[사설] 기술동맹", "media", "opinion"),
        ("Editorial: a deal", "media", "opinion"),
        ("[기고] 양자", "media", "opinion"),
        ("한미 협정", "media", "media"),
        ("Opinion poll rises", "official", "official"),
    ],
)
def test_the_kind_of_an_article(headline: str, outlet: str, kind: str) -> None:
    assert kind_by_headline(headline, outlet) == kind


def test_ambiguous_terms_raise_a_question_and_every_choice_answers_it(words: Lexicon) -> None:
    asked = questions(parse("양자 OR AI OR 우주 OR 조선 OR a", words), words)
    assert [(q.term, q.code) for q in asked] == [
        ("양자", "query.ambiguous"),
        ("ai", "query.ambiguous"),
        ("우주", "query.ambiguous"),
        ("조선", "query.ambiguous"),
        ("a", "query.too_short"),
    ]
    for question in asked[:4]:
        assert len(question.choices) >= 2
        for choice in question.choices:
            assert questions(parse(choice.query, words), words) == ()


_OPERANDS = ("반도체", "quantum", "lang:ko", '"연구 보안"', "양자", "AI", "space")


@st.composite
def _lines(draw: st.DrawFn, depth: int = 2) -> str:
    """Draws a query as a person may type it, with ambiguous words anywhere."""
    if depth == 0:
        return ("-" if draw(st.booleans()) else "") + draw(st.sampled_from(_OPERANDS))
    parts = [draw(_lines(depth - 1)) for _ in range(draw(st.integers(1, 3)))]
    joined = draw(st.sampled_from((" ", " OR "))).join(parts)
    return f"({joined})" if draw(st.booleans()) else joined


@given(_lines())
def test_a_query_with_a_sense_chosen_is_shown_so_that_it_is_parsed_to_the_same(line: str) -> None:
    query = parse(line, BUILT_IN)
    for question in questions(query, BUILT_IN):
        for choice in question.choices:
            meant = with_sense(query, question.term, parse(choice.query, BUILT_IN))
            assert question.term not in [asked.term for asked in questions(meant, BUILT_IN)]
            assert _flat(parse(show(meant), BUILT_IN)) == _flat(meant)


def _flat(query: Query) -> Query:
    """Joins a query of all (or any) of some terms with the one around it, as the parser does."""
    match query:
        case Not(child):
            return Not(_flat(child))
        case And(children) | Or(children):
            kind, flat = type(query), [_flat(child) for child in children]
            joined = [inner for child in flat for inner in (child.children if isinstance(child, kind) else (child,))]
            return kind(tuple(joined))
        case _:
            return query


@pytest.mark.parametrize(
    ("line", "shown"), [('9:30pm,"x" OR y', '9:30pm "x" OR y'), ("a1:b,(y)", "a1:b AND y"), ("mango,| y", "mango OR y")]
)
def test_no_word_ends_in_a_sign_of_a_list(words: Lexicon, line: str, shown: str) -> None:
    assert show(parse(line, words)) == shown
    assert parse(shown, words) == parse(line, words)
