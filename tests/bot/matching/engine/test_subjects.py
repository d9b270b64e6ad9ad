"""A field is a subject of an article or is named in passing: in a name, in history or biography."""

import pytest

from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from bot.model import Page, Reading


def read(scanner: Scanner, text: str, headline: str = "") -> Reading:
    return scanner.read(Page(headline, text))


def passing(reading: Reading) -> set[str]:
    return {mention.topic for mention in reading.mentions if mention.passing}


NAMES = [
    ("nuclear", "한국원자력연구원이 어린이날 행사를 열었다."),
    ("nuclear", "한국수력원자력은 경주에 새 사옥을 짓는다."),
    ("bio", "식품의약품안전처는 떡집 위생을 점검한다."),
    ("space", "우주항공청 청사는 사천에 있다."),
    ("basic-research", "기초과학연구원 감사가 취임했다."),
    ("quantum", "국가 양자전략위원회가 열렸다."),
    ("semiconductors", "The CHIPS and Science Act also paid for tourism."),
    ("semiconductors", "The CHIPS and Science Act, passed in 2022, gave the town a new road."),
    ("quantum", "지난해 통과된 양자산업법에 따라 위원을 뽑았다."),
    ("nuclear", "한국 원자력 연구원이 신임 원장을 뽑았다."),
    ("nuclear", "한국 수력 원자력 직원들이 봉사활동을 했다."),
    ("space", "한국 항공 우주 연구원 노조가 파업했다."),
    ("bio", "식품 의약품 안전처가 급식 위생을 점검했다."),
    ("nuclear", "The Korea Atomic Energy and Nuclear Research Institute hosted a marathon."),
    ("quantum", "The choir of the Institute for Quantum Computing sang carols."),
    ("nuclear", "A guard at the Nuclear Regulatory Commission won the lottery."),
]
HISTORY = [
    ("nuclear", "그는 원자력을 전공한 뒤 방송국에 들어갔다."),
    ("semiconductors", "반도체 회사 출신인 그는 빵집을 열었다."),
    ("ai", "A former AI researcher, she now runs a vineyard."),
    ("nuclear", "The two countries signed a nuclear energy pact in 1974 and now argue about beef."),
    ("nuclear", "두 나라는 2024년 원자력 협정을 맺었다."),
]
SUBJECTS = [
    ("nuclear", "한국원자력연구원이 원자로 설계를 공개했다."),
    ("ai", "인공지능기본법이 국회를 통과했다."),
    ("ai", "AI 하위위원회가 7월에 열린다."),
    ("quantum", "아이온큐가 서울에 양자 연구소를 연다."),
    ("semiconductors", "The CHIPS and Science Act was amended on Monday."),
    ("ai", "The AI Act takes effect in August."),
    ("nuclear", "두 나라는 2025년 원자력 협정을 맺었다."),
    ("ai", "챗GPT 이용자가 2000만명을 넘었다."),
    ("quantum", "In 2021 the allies pledged to work together on 6G, AI and quantum."),
    ("nuclear", "두 나라는 2024년 원자력 협정을 맺었다. 2023년에는 원자로를 함께 지었다."),
]


@pytest.mark.parametrize(("field", "text"), NAMES + HISTORY)
def test_a_name_and_history_are_passing_mentions(scanner: Scanner, field: str, text: str) -> None:
    reading = read(scanner, text)
    assert passing(reading) == {field}
    assert reading.topics.sectors == ()


@pytest.mark.parametrize(("field", "text"), SUBJECTS)
def test_a_subject_is_counted(scanner: Scanner, field: str, text: str) -> None:
    reading = read(scanner, text)
    assert field in reading.topics.sectors
    assert passing(reading) == set()


def test_the_headline_makes_a_subject_of_history_and_not_of_a_name(scanner: Scanner) -> None:
    assert read(scanner, "", "반도체 출신 장관").topics.sectors == ("semiconductors",)
    assert read(scanner, "", "한국원자력연구원 새 원장").topics.sectors == ()


def test_a_field_that_is_a_subject_elsewhere_has_no_passing_mention(scanner: Scanner) -> None:
    reading = read(scanner, "한국원자력연구원이 있다. 원자력을 전공한 사람이다. 원자력 수출이 늘었다.")
    assert (passing(reading), len(reading.mentions)) == (set(), 3)


@pytest.mark.parametrize("query", ["sector:nuclear", "nuclear", "원자력"])
def test_a_query_never_hits_a_passing_mention(scanner: Scanner, query: str) -> None:
    parsed = parse(query, scanner.lexicon)
    assert hits(parsed, read(scanner, NAMES[0][1]), ArticleFacts()) is None
    assert hits(parsed, read(scanner, "원자력 수출이 늘었다."), ArticleFacts()) is not None
