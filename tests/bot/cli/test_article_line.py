"""The article of a JSON line, and the answers of match and query to it."""

import json

import pytest

from bot.cli.article_line import published_on
from bot.cli.match import answer_match
from bot.cli.query import answer_query
from bot.matching.query.nodes import literals
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from bot.model import Reason
from settings.lexicon import Lexicon


def _code(reason: Reason) -> str:
    return reason.code


def test_an_answer_has_the_promised_fields_in_order(scanner: Scanner) -> None:
    text = "韓美 기술번영 MOU 서명"
    line = {
        "id": "x1",
        "headline": None,
        "text": text,
        "lang": "mixed",
        "date": None,
        "outlet": None,
    }
    answer = answer_match(line, scanner, _code)
    assert list(answer) == [
        "id",
        "pact",
        "sister_pact",
        "officials",
        "sectors",
        "severity",
        "after",
        "mentions",
        "why",
    ]
    assert (answer["id"], answer["pact"], answer["severity"]) == ("x1", True, 1)
    assert answer["why"] == ["pact.named", "severity.sign"]
    mention = answer["mentions"][0]
    assert {"term", "kind", "field", "start", "end", "quote", "context", "passing"} <= set(mention)
    assert text[mention["start"] : mention["end"]] == mention["quote"] == "기술번영 MOU"
    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("line", [{"id": 1, "text": 5}, {"id": 1}, {"id": 1, "headline": ["a"], "text": ""}])
def test_a_bad_line_is_answered_in_its_place(scanner: Scanner, lexicon: Lexicon, line: dict[str, object]) -> None:
    for answer in (answer_match(line, scanner, _code), answer_query(line, parse("pact", lexicon), scanner)):
        assert set(answer) == {"id", "error"}
        assert answer["id"] == 1


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2025-10-29", "2025-10-29"),
        ("2025-10", "2025-10-01"),
        ("2025", "2025-01-01"),
        ("2025-10-29T09:00:00+09:00", "2025-10-29"),
        ("2025-10-29T00:30:00Z", "2025-10-29"),
        ("soon", None),
        ("2025-13-40", None),
        (None, None),
        (20251029, None),
    ],
)
def test_a_date_is_read_in_every_form(date: object, day: str | None) -> None:
    published = published_on(date)
    assert (published.isoformat() if published else None) == day


def test_an_old_article_is_never_the_pact_by_its_event(scanner: Scanner) -> None:
    text = "한미 양국은 AI, 양자, 6G 협정에 서명한다."
    assert answer_match({"id": 1, "text": text}, scanner, _code)["pact"]
    assert not answer_match({"id": 1, "text": text, "date": "2025-09-30"}, scanner, _code)["pact"]
    assert answer_match({"id": 1, "text": text, "date": "2025-10-01"}, scanner, _code)["pact"]


def test_an_official_outlet_makes_its_document_urgent(scanner: Scanner) -> None:
    text = "The U.S.-ROK Technology Prosperity Deal working group met on research."
    assert answer_match({"id": 1, "text": text, "outlet": "www.whitehouse.gov"}, scanner, _code)["severity"] == 1
    assert (
        answer_match({"id": 1, "text": text, "outlet": "msit"}, scanner, _code, {"msit": "official"}.get)["severity"]
        == 1
    )
    assert answer_match({"id": 1, "text": text, "outlet": "koreaherald"}, scanner, _code)["severity"] == 0


def test_an_agency_does_not_follow_itself(scanner: Scanner) -> None:
    line = {"id": 1, "text": "(서울=연합뉴스) 홍길동 기자 = 정부가 밝혔다."}
    assert answer_match(line, scanner, _code)["after"] == ["Yonhap"]
    assert answer_match({**line, "outlet": "www.yna.co.kr"}, scanner, _code)["after"] == []


def test_a_query_line_is_answered_with_its_mentions(lexicon: Lexicon) -> None:
    query = parse('망고 OR kind:opinion OR outlet:"asiae.co.kr"', lexicon)
    scanner = Scanner(lexicon, literals(query))
    lines = [
        {"id": 1, "text": "망고가 익었다", "extra": {}},
        {"id": 2, "headline": "[사설] 기술", "text": "비가 온다"},
        {"id": 3, "text": "비가 온다", "url": "https://view.asiae.co.kr/article/1"},
        {"id": 4, "text": "비가 온다"},
    ]
    answers = [answer_query(line, query, scanner) for line in lines]
    assert [
        (answer["id"], answer["hit"], [mention["quote"] for mention in answer["mentions"]]) for answer in answers
    ] == [
        (1, True, ["망고"]),
        (2, True, []),
        (3, True, []),
        (4, False, []),
    ]
    assert answers[0]["mentions"][0]["kind"] == "literal"
