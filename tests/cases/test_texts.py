"""Texts name topics in every form, and words that only look like a topic name none; queries find what they ask for."""

from __future__ import annotations

import pytest

from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.nodes import QueryError, literals
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from bot.model import Page
from settings.lexicon import load

LEXICON = load(None)
SCANNER = Scanner(LEXICON)
FALSE_FRIENDS = [
    ("en", "Each bar contains 6g of protein."),
    ("en", "The pub serves fish and chips."),
    ("en", "The budget is a quantum leap for schools."),
    ("en", "The Tampa Police Department (TPD) thanked its Korean partners."),
    ("en", "There is no parking space near the museum."),
    ("en", "Air India flight AI 171 was delayed."),
    ("en", "Her bio says she studied law; they said it would rain again."),
    ("ko", "그는 큰아버지의 양자로 입양돼 종가를 이었다."),
    ("ko", "여야는 위성정당 방지법을 두고 다퉜다."),
    ("ko", "합참은 북한이 미상 발사체를 쐈다고 밝혔다."),
    ("ko", "조선 왕조의 궁중 음식이 전시된다."),
    ("ko", "그는 불교 원전을 우리말로 옮긴 번역가다."),
    ("ko", "전북 농장에서 고병원성 AI가 확진됐다."),
]
FORMS = [
    ("ko", "과기정통부가 양자컴퓨터와 6G를 논의했다. 크라치오스 실장도 왔다.", False, {"quantum", "telecom"}, True),
    ("ko", "정부가 ＡＩ와 ６Ｇ 협력을 넓힌다.", False, {"ai", "telecom"}, False),
    ("ko", "크라\u200b치오스 실장이 양자\u200b컴퓨터를 언급했다.", False, {"quantum"}, True),
    (
        "en",
        "The U.S. and Korea signed the Tech\u00adnology Pros\u00adperity Deal on quan\u00adtum computing.",
        True,
        {"quantum"},
        False,
    ),
    ("en", "Seoul and Washington signed the U.S.-Korea Technology\nProsperity Deal.", True, set(), False),
    (
        "ko",
        "양자컴퓨터(quantum computer)를, 6G(6세대)가, AI(인공지능)와의 협력.",
        False,
        {"quantum", "telecom", "ai"},
        False,
    ),
]
ENGLISH = (
    "The ministry said quantum computing and 6G research will grow. A quantum processor and a 6G testbed were shown."
)
KOREAN = "과기정통부는 양자컴퓨터를 개발하고 6G 시험망을 넓힌다고 밝혔다."
QUERIES = [
    ("quantum, 6G", True, True),
    ("quantum,6G", True, True),
    ("양자컴퓨터, 6G", None, True),
    ("“quantum computing”", True, False),
    ("ｑｕａｎｔｕｍ", True, True),
    ("（quantum　또는　6G）", True, True),
    ("quantum －영국", True, True),
    ("quantum —영국", True, True),
    ("양자컴퓨터 lang:ko", False, True),
    ("양자컴퓨터 lang:kr", False, True),
]


@pytest.mark.parametrize(("language", "text"), FALSE_FRIENDS)
def test_a_false_friend_names_nothing(language: str, text: str) -> None:
    topics = SCANNER.read(Page("", text, language)).topics
    assert (topics.pact, list(topics.sectors)) == (False, [])


@pytest.mark.parametrize(("language", "text", "pact", "sectors", "kratsios"), FORMS)
def test_every_form_of_a_word_names_it(language: str, text: str, pact: bool, sectors: set[str], kratsios: bool) -> None:
    topics = SCANNER.read(Page("", text, language)).topics
    assert (topics.pact, set(topics.sectors), list(topics.officials)) == (
        pact,
        sectors,
        ["Michael Kratsios"] if kratsios else [],
    )


@pytest.mark.parametrize(("typed", "english", "korean"), QUERIES)
def test_a_query_finds_its_texts(typed: str, english: bool | None, korean: bool) -> None:
    query = parse(typed, LEXICON)
    scanner = Scanner(LEXICON, literals(query))
    for language, text, expected in (("en", ENGLISH, english), ("ko", KOREAN, korean)):
        facts = ArticleFacts(outlet="a", hosts=(), language=language, kind="media")
        if expected is not None:
            assert (hits(query, scanner.read(Page("", text, language)), facts) is not None) == expected


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(QueryError, match=r"query\.unknown_value"):
        parse("양자컴퓨터 lang:xx", LEXICON)
