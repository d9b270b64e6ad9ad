"""A namesake of an official is another person; an office beside the pact is the official who holds it."""

from datetime import date

import pytest

from bot.matching.scan import Scanner
from bot.model import Page

NAMESAKES = [
    "류제명 선수가 멀리뛰기에서 우승했다.",
    "프로농구 류제명 코치가 새 팀을 맡는다.",
    "서울중앙지법 위성락 판사는 구속영장을 기각했다.",
    "위성락 감독의 새 영화가 개봉한다.",
    "여한구는 3루타를 쳤다. 야구 대표팀은 5연승했다.",
    "국숫집을 하는 배경훈(58) 씨는 새벽마다 반죽을 민다.",
    "유상임 할머니는 시장에서 떡을 판다.",
    "배경훈 감독의 팀이 과기정통부 장관배에서 이겼다.",
    "Koo Yun-cheol won the marathon in Daegu.",
    "Judge Yeo Han-koo sentenced the broker to two years.",
    "Wi Sung-lac, a midfielder, scored twice in the league.",
    "김진아 판사는 무죄를 선고했다.",
]
OFFICIALS = [
    ("Ryu Je-myung", "류제명 차관은 6G 전략을 발표했다."),
    ("Bae Kyung-hoon", "배경훈(49) 부총리가 축구 결승을 관람했다."),
    ("Yeo Han-koo", "여한구는 관세 협상이 축구 결승과 같다고 했다."),
    ("Wi Sung-lac", "위성락 “핵잠 연료, 별도 협정 필요”"),
    ("Bae Kyung-hoon", "과학기술정보통신부 배경훈 장관이 의장을 맡았다."),
    ("Koo Yun-cheol", "Deputy Prime Minister Koo Yun-cheol met the marathon's winners."),
    ("Bae Kyung-hoon", "Deputy Prime Ministers Koo Yun-cheol and Bae Kyung-hoon attended."),
    ("Kim Jung-kwan", "김정관·배경훈 장관이 협약식에 참석했다."),
    ("Kim Jung-kwan", "Ministers Kim Jung-kwan and Cho Hyun briefed lawmakers."),
    ("Kim Jina", "Vice Ministers Kim Jina and Ryu Je-myung hosted the talks."),
    ("Howard Lutnick", "Secretaries Lutnick and Rubio met Korean officials."),
]


@pytest.mark.parametrize("text", NAMESAKES)
def test_a_namesake_is_no_official(scanner: Scanner, text: str) -> None:
    assert scanner.read(Page("", text)).topics.officials == ()


@pytest.mark.parametrize(("name", "text"), OFFICIALS)
def test_an_official_is_known_by_title_or_office(scanner: Scanner, name: str, text: str) -> None:
    assert name in scanner.read(Page("", text)).topics.officials


OFFICES = [
    ("Bae Kyung-hoon", "한미 기술번영 업무협약에 과학기술부총리가 서명했다."),
    ("Bae Kyung-hoon", "Korea's science minister signed the Technology Prosperity Deal in Gyeongju."),
    ("Michael Kratsios", "백악관 과학기술정책실장이 한미 기술번영 업무협약에 서명했다."),
]
OTHER_OFFICES = [
    "과학기술부총리 제도가 17년 만에 부활한다.",
    "한미 기술번영 업무협약이 발효됐다. 과학기술부총리는 시장을 찾았다.",
    "Japan's science minister and Korea welcomed the Korea-U.S. Technology Prosperity Deal.",
    "전 과기정통부 장관은 한미 기술번영 업무협약을 비판했다.",
]


@pytest.mark.parametrize(("name", "text"), OFFICES)
def test_an_office_beside_the_pact_is_its_holder(scanner: Scanner, name: str, text: str) -> None:
    assert scanner.read(Page("", text)).topics.officials == (name,)


@pytest.mark.parametrize("text", OTHER_OFFICES)
def test_an_office_elsewhere_is_nobody(scanner: Scanner, text: str) -> None:
    assert scanner.read(Page("", text)).topics.officials == ()


@pytest.mark.parametrize(("on", "is_holder"), [(date(2025, 6, 30), False), (date(2025, 7, 1), True), (None, True)])
def test_an_office_is_held_since_its_first_day(scanner: Scanner, on: date | None, is_holder: bool) -> None:
    reading = scanner.read(Page("", OFFICES[0][1], None, on))
    assert ("Bae Kyung-hoon" in reading.topics.officials) is is_holder
    former = next(official for official in scanner.lexicon.officials if official.name == "Yoo Sang-im")
    assert [former.in_office(day) for day in (date(2025, 7, 31), date(2025, 8, 1), None)] == [True, False, False]
