"""The city and the day of an event are said only where a sentence joins them to the act itself."""

from __future__ import annotations

import tomllib

import pytest

from bot.stories.facts.place_and_day import CITIES, event_days, event_places
from bot.stories.features.article_features import plain
from bot.stories.features.gazetteer import BUILT_IN


def cities_in(sentence: str) -> list[tuple[str, str]]:
    return [(place.act, place.value) for place in event_places(plain(sentence))]


@pytest.mark.parametrize(
    ("act", "city", "sentence"),
    [
        ("signing", "gyeongju", "한미 정상, 경주에서 기술번영 MOU 서명"),
        ("signing", "gyeongju", "한국과 미국이 29일 경주에서 기술번영 업무협약에 서명했다."),
        ("signing", "gyeongju", "한미, 경주서 기술번영 MOU 체결"),
        ("signing", "gyeongju", "양국은 지난 29일 경주시에서 업무협약을 체결했다."),
        ("signing", "london", "양국은 영국 런던에서 열린 행사에서 협정에 서명했다."),
        ("meeting", "seoul", "배경훈 부총리와 크라치오스 실장은 이날 서울에서 만나 협력 방안을 논의했다."),
        ("meeting", "washington", "양국 장관은 워싱턴DC에서 회담을 열고 공급망을 논의했다."),
        ("meeting", "seoul", "서울에서 열린 한미 과학기술공동위원회 회의에서 양측은 이행을 점검했다."),
        ("meeting", "tokyo", "한일 정상이 도쿄에서 정상회담을 가졌다."),
        (
            "signing",
            "gyeongju",
            "The two nations signed a memorandum of understanding in Gyeongju on Monday.",
        ),
        ("signing", "gyeongju", "Korea, US sign technology deal in Gyeongju"),
        ("signing", "seoul", "Signing ceremony held at Seoul"),
        ("signing", "washington", "The deal was signed on Wednesday in Washington, D.C."),
        ("signing", "gyeongju", "The leaders signed the pact in Gyeongju in a ceremony that was not announced."),
        ("meeting", "seoul", "Kratsios met Science Minister Bae Kyung-hoon in Seoul on Oct. 29."),
        ("meeting", "washington", "The two leaders held talks in Washington on Thursday."),
        ("meeting", "tokyo", "A summit in Tokyo ended without a deal."),
    ],
)
def test_a_city_joined_to_the_act_is_its_place(act: str, city: str, sentence: str) -> None:
    assert (act, city) in cities_in(sentence)
    assert len({found for of_act, found in cities_in(sentence) if of_act == act}) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "미국 워싱턴은 서명을 미뤘다.",
        "지난달 서울에서 열린 회담의 후속 조치다.",
        "지난해 경주에서 서명한 협약을 이행한다.",
        "10월 경주에서 체결한 협약을 이행한다.",
        "다음 달 워싱턴에서 회담이 열린다.",
        "(서울=연합뉴스) 김아무개 기자 = 한미가 협약에 서명했다.",
        "워싱턴 정가에서 서명 반대 목소리가 나온다.",
        "광주에서 회의가 열렸다.",
        "Seoul and Washington signed the deal.",
        "Washington said that it signed the deal.",
        "Officials in Seoul said the deal was signed.",
        "The deal signed in Gyeongju in October covers AI.",
        "The deal that was signed in Gyeongju last year covers AI.",
        "After talks in Washington, the two sides signed the deal.",
        "They signed the deal after talks in Washington.",
        "The two sides will follow up on last month's summit in Tokyo.",
        "Kratsios, speaking in London, said the deal stands.",
        "The firm, based in Seoul, signed a contract.",
        "He met the dean who teaches in Boston.",
        "They held talks at Washington University.",
    ],
)
def test_a_city_of_something_else_is_no_place_of_the_event(sentence: str) -> None:
    assert cities_in(sentence) == []


def test_a_talk_elsewhere_does_not_move_a_signing() -> None:
    assert cities_in("서울에서 열린 회담 뒤 워싱턴에서 서명") == [("signing", "washington"), ("meeting", "seoul")]


def days_in(sentence: str) -> list[tuple[str, str, str]]:
    return [(day.act, day.value, day.written) for day in event_days(plain(sentence))]


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("한미, 10월 29일 경주서 서명", ("signing", "29", "10월 29일")),
        ("한국과 미국이 29일 경주에서 업무협약에 서명했다.", ("signing", "29", "29일")),
        ("한국과 미국이 29일(현지시간) 협약을 체결했다.", ("signing", "29", "29일")),
        ("카이스트는 27일 양해각서를 체결했다고 28일 밝혔다.", ("signing", "27", "27일")),
        ("두 장관은 지난 9일 서울에서 만나 논의했다.", ("meeting", "9", "9일")),
        ("다누리 2호가 3일 발사됐다.", ("launch", "3", "3일")),
        ("The two signed the deal in Gyeongju on Oct. 29.", ("signing", "29", "Oct. 29")),
        ("The deal was signed on October 29th in Gyeongju.", ("signing", "29", "October 29th")),
        ("Kratsios met Bae on Nov. 3 in Seoul.", ("meeting", "3", "Nov. 3")),
        ("The U.S. and Korea held talks May 4", ("meeting", "4", "May 4")),
        ("NASA launched the orbiter on July 5.", ("launch", "5", "July 5")),
    ],
)
def test_a_day_joined_to_the_act_is_its_day(sentence: str, day: tuple[str, str, str]) -> None:
    assert days_in(sentence) == [day]


@pytest.mark.parametrize(
    "sentence",
    [
        "과기정통부는 29일 양국이 협약에 서명했다고 밝혔다.",
        "양국은 협약에 서명했다고 29일 밝혔다.",
        "지난해 29일 서명한 협약이다.",
        "3일간 회담이 열렸다.",
        "32일 서명",
        "0일 서명",
        "서명식은 29일이다.",
        "South Korea said on Oct. 29 that it signed the deal.",
        "They signed the deal. The talks end. On Oct. 29 nothing happened.",
        "The deal, signed on Oct. 29, 2025, covers AI.",
        "The firm met demand for Mark 1 engines.",
        "They signed the deal after talks on Oct. 3.",
        "They met on March 32.",
    ],
)
def test_a_day_of_something_else_is_no_day_of_the_event(sentence: str) -> None:
    assert days_in(sentence) == []


def test_an_act_reaches_a_city_within_a_clause() -> None:
    for between, cities in ((90, [("signing", "seoul")]), (91, [])):
        assert cities_in(f"They signed{' ' + 'x' * (between - 2) + ' '}in Seoul") == cities
    for between, cities in ((40, [("signing", "seoul")]), (41, [])):
        assert cities_in(f"서울에서 {'가' * between} 서명") == cities


def test_another_time_is_looked_for_in_thirty_characters_before_the_act() -> None:
    for between, cities in ((26, []), (27, [("meeting", "seoul")])):
        assert cities_in(f"last{'x'.center(between)}talks in Seoul") == cities
    assert cities_in("Last month they agreed on it; talks in Seoul followed") == [("meeting", "seoul")]


def test_every_city_is_an_entry_of_the_gazetteer() -> None:
    assert tomllib.loads(BUILT_IN.read_text("utf-8"))["place"].keys() >= CITIES
