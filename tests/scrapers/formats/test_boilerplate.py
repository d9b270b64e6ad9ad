"""Boilerplate lines are told from the lines of the article."""

from __future__ import annotations

import pytest

from scrapers.formats.boilerplate import (
    article_lines,
    byline_in,
    is_boilerplate,
    is_byline,
    is_caption,
    is_list_heading,
    is_prose,
)


@pytest.mark.parametrize(
    "line",
    [
        "< 저작권자 ⓒ 서울경제, 무단 전재 및 재배포 금지 >",
        "<저작권자(c) 연합뉴스, 무단 전재-재배포, AI 학습 및 활용 금지>",
        "☞공감언론 뉴시스 무단전재-재배포 금지.",
        "무단 전제 및 재배포 금지",
        "[저작권자(c) YTN 무단전재, 재배포 및 AI 데이터 활용 금지]",
        "제보는 카카오톡 okjebo",
        "카톡/라인 제보 (끝)",
        "AI 요약 기술은 핵심만 전달합니다. 전체 맥락을 이해하기 위해서는 본문 보기를 권장합니다.",
        "이 누리집은 대한민국 공식 전자정부 누리집입니다.",
        "기사를 읽어드립니다.",
        "기사듣기",
        "AD 원본보기 아이콘",
        "큰사진보기",
        "$$IMG_BOX_1$$",
        "마스크영역",
        "Also Read: Something else entirely",
        "Copyright 2025 The Paper. All rights reserved.",
        "![그림 설명](https://img.example/1.jpg)",
        '!["우주를 달린다, 다른 세상이 열린다"…별 같은 곳들 [world photo]](https://img.example/1.jpg)',
        "(끝)",
        "가장 많이 읽힌 뉴스를 제공합니다. 집계 기준에 따라 최대 3일 전 기사까지 제공될 수 있습니다.",
    ],
)
def test_a_line_of_the_page_is_boilerplate(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "양국은 AI 학습 데이터의 저작권 문제를 다루는 공동 지침을 올해 안에 마련하기로 했다고 과기정통부가 밝혔다.",
        "The two sides will read more of each other's research, officials said on Wednesday.",
        "정부는 저작권자의 동의 없는 이용을 막고 AI 학습 데이터의 활용 기준을 세우는 법안을 내년에 내놓기로 했다.",
        "두 나라는 제보와 신고를 함께 다루는 연구안보 창구를 열고, 무단으로 넘어간 자료를 함께 찾기로 했다고 한다.",
        "주요 뉴스 통신사들이 이 소식을 전했다.",
        "공유하기로 한 시험망은 세 곳이다.",
        "오늘의 합의는 과학기술 뉴스에 오래 남을 일이라고 장관은 말했다.",
        "▲AI 관련 수출통제 강화 ▲국경 간 데이터 저장 제약 완화 ▲연구보안 제고 방안이 담겼다.",
    ],
)
def test_prose_is_no_boilerplate(line: str) -> None:
    assert not is_boilerplate(line)
    assert article_lines([line]) == (line,)


@pytest.mark.parametrize(
    "line",
    [
        "지금 뜨는 뉴스",
        "Hot 포토",
        "많이 본 뉴스",
        "이시각 헤드라인",
        "꼭 봐야할 주요뉴스",
        "Most read",
        "관련기사",
        "가장 많이 읽힌 뉴스",
    ],
)
def test_a_heading_of_a_list_is_known(line: str) -> None:
    assert is_list_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        "홍길동 기자",
        "홍길동 글로벌이코노믹 기자 reporter@g-enews.com",
        "홍길동 기자 reporter@asiae.co.kr",
        "reporter@fnnews.com 홍길동 기자",
        "reporter@fnnews.com 홍길동, 김철수 인턴기자",
        "홍길동 reporter@zdnet.co.kr",
        "홍길동reporter@zdnet.co.kr",
        "YTN 홍길동 (reporter@ytn.co.kr)",
        "홍길동(reporter@yna.co.kr)",
        "홍길동 기자 [email protected]",
        "By Hong Gil-dong",
        "reporter@yna.co.kr",
    ],
)
def test_a_byline_is_known(line: str) -> None:
    assert is_byline(line)
    assert byline_in(["제목 다음의 한 문장이 여기에 있다.", line]) == line


@pytest.mark.parametrize(
    "line",
    [
        "배경훈 장관",
        "By the end of the year",
        "그는 기자회견에서 말했다.",
        "양자 기술",
    ],
)
def test_another_line_is_no_byline(line: str) -> None:
    assert not is_byline(line)


@pytest.mark.parametrize(
    "line, name",
    [
        ("(서울=연합뉴스) 홍길동 기자 = 정부는 오늘 밝혔다.", "홍길동"),
        ("[서울=뉴시스]홍길동 기자 = 정부는 오늘 밝혔다.", "홍길동"),
        ("[워싱턴=뉴스핌] 홍길동 특파원 = 백악관은 밝혔다.", "홍길동"),
        ("[아시아경제 홍길동 기자] 정부는 오늘 밝혔다.", "홍길동"),
    ],
)
def test_a_wires_dateline_names_the_reporter(line: str, name: str) -> None:
    assert byline_in([line]) == name


@pytest.mark.parametrize(
    "line",
    [
        "배경훈 부총리. 사진=과기정통부",
        "서명식 모습. [사진 제공=과기정통부]",
        "Officials shake hands. (Yonhap)",
        "[서울=뉴시스] 회의장 [재판매 및 DB 금지]",
    ],
)
def test_a_caption_is_known(line: str) -> None:
    assert is_caption(line)


def test_lines_after_the_byline_are_skipped_until_the_next_prose() -> None:
    first = "한국과 미국은 경주에서 기술번영 업무협약에 서명했으며 여덟 분야에서 함께 일하기로 했다."
    later = "한편 두 나라는 내년에 열릴 공동위원회에서 첫 해의 결과를 함께 살펴보기로 뜻을 모았다고 한다."
    lines = [
        first,
        "홍길동 기자 reporter@asiae.co.kr",
        "배우 하정우의 새 영화",
        "코스피 오천",
        later,
        "많이 본 뉴스",
        "AI 방역",
    ]
    assert article_lines(lines) == (first, later)


def test_the_title_and_repeated_lines_are_removed() -> None:
    assert article_lines(["제목", "한 줄", "한 줄"], "제목") == ("한 줄",)


def test_a_byline_has_ninety_characters_at_most() -> None:
    assert is_byline("By Hong Gil-dong (" + "a" * 58 + "@news.example)")
    assert not is_byline("By Hong Gil-dong (" + "a" * 59 + "@news.example)")


def test_a_caption_has_two_hundred_characters_at_most() -> None:
    assert is_caption("사진=" + "가" * 197)
    assert not is_caption("사진=" + "가" * 198)


def test_prose_has_forty_five_characters_or_more() -> None:
    assert is_prose("가" * 43 + "다.")
    assert not is_prose("가" * 42 + "다.")


def test_a_boilerplate_sentence_has_three_hundred_characters_at_most() -> None:
    assert is_boilerplate("제보는 카톡 " + "가" * 291 + "다.")
    assert not is_boilerplate("제보는 카톡 " + "가" * 292 + "다.")


@pytest.mark.parametrize("line", ["YTN 홍길동입니다.", "KBS 뉴스 홍길동입니다", "연합뉴스TV 홍길동입니다."])
def test_a_broadcasters_reporter_signs_the_report(line: str) -> None:
    assert byline_in(("[앵커]", "[기자]", line)) == "홍길동"


def test_a_role_without_a_name_is_no_byline() -> None:
    for line in ("[기자]", "기자", "우리 대표입니다.", "저는 홍길동입니다."):
        assert byline_in((line,)) is None, line
