"""Features, fingerprints and event types are stable, bounded, and the same in both languages."""

from __future__ import annotations

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.event_types import concepts_of, event_type_of, main_event_type
from bot.stories.similarity import (
    FIRST_HASH,
    MAX_HASHES,
    count_differently,
    features,
    fingerprint,
    plain,
    sketch_similarity,
    title_features,
    title_similarity,
)


@pytest.mark.parametrize(
    ("headline", "event_type"),
    [
        ("한미 기술번영 MOU 체결", "signing"),
        ("US and Korea sign technology pact", "signing"),
        ("한미, 29일 기술협정 서명 예정", "preview"),
        ("미·한 과학기술 협정 체결할 듯", "preview"),
        ("US poised to ink tech deal with Seoul", "preview"),
        ("한·미 기술번영 워킹그룹 출범", "working_group"),
        ("Seoul, Washington launch working group on tech deal", "working_group"),
        ("미국, 영국과 기술번영 합의 이행 중단", "suspension"),
        ("US suspends tech prosperity deal with Britain", "suspension"),
        ("US-UK tech deal cautiously restarts", "restart"),
        ("크라치오스 실장 방한", "visit"),
        ("Kratsios visits Seoul", "visit"),
        ("배 부총리, 크라치오스 실장과 면담", "meeting"),
        ("우주청, 업무협약 후속 조치 착수", "follow_up"),
        ("한미 공동 팩트시트 공개", "fact_sheet"),
        ("White House releases fact sheet on deals signed", "fact_sheet"),
        ("반도체 수출 석 달째 증가", None),
    ],
)
def test_a_headline_has_the_event_type_of_its_news(headline: str, event_type: str | None) -> None:
    assert main_event_type(plain(headline), "") == event_type
    assert event_type_of(fingerprint(headline, "")) == event_type


@pytest.mark.parametrize(
    "background",
    [
        "Bae and Kratsios spoke about the deal signed in October",
        "the pact signed last year remains in force",
        "지난해 10월 체결한 업무협약의 다음 단계",
        "29일 체결된 양해각서에 담긴 우주 분야",
    ],
)
def test_a_signing_in_the_background_is_not_the_event(background: str) -> None:
    assert main_event_type("", plain(background)) != "signing"


def test_a_concept_has_the_same_number_in_both_languages() -> None:
    korean = concepts_of(plain("경주에서 열린 APEC 정상회담, 데이터센터 투자"))
    english = concepts_of(plain("APEC summit in Gyeongju: data centre investment"))
    assert korean == english
    assert len(korean) == 5


def test_marks_before_a_headline_do_not_count() -> None:
    assert title_features("[속보] [단독] 한미 MOU 체결") == title_features("한미 MOU 체결")


def test_particles_and_spacing_hardly_change_the_similarity_of_headlines() -> None:
    assert title_similarity("국산 양자컴퓨터 시연에 성공했다", "국산 양자 컴퓨터, 시연 성공") >= 0.5
    assert title_similarity("국산 양자컴퓨터 시연에 성공했다", "6G 표준 논의 본격화") == 0.0
    assert title_similarity("속보", "속보 둘") == 0.0


def test_headlines_of_fewer_than_four_features_are_alike_only_with_equal_words() -> None:
    assert title_similarity("Seoul signs pact", "Seoul signs deal") == 0.0
    assert title_similarity("Seoul signs pact", "BREAKING: Seoul signs pact") == 1.0
    assert title_similarity("Seoul signs quantum pact", "Seoul signs quantum deal") == 0.6


def test_figures_distinguish_a_series_from_an_edited_headline() -> None:
    assert count_differently("1분기 120건", "2분기 340건")
    assert not count_differently("1분기 120건", "1분기 121건")
    assert not count_differently("6G 출원", "5G 출원 늘어")


def test_bylines_and_licence_lines_leave_no_trace() -> None:
    news = "정부가 오픈랜 실증 단지를 연다."
    noisy = f"(서울=한빛뉴스) 김하늘 기자 = {news} haneul@hanbit.example 저작권자 ⓒ 한빛뉴스, 무단 전재 금지"
    assert features(news) == features(news + " ")
    assert sketch_similarity(frozenset(fingerprint("", news)), frozenset(fingerprint("", noisy)))[0] >= 0.8


@given(st.text(max_size=300), st.text(max_size=3000))
def test_any_text_has_a_bounded_and_stable_fingerprint(headline: str, text: str) -> None:
    made = fingerprint(headline, text)
    assert made == fingerprint(headline, text)
    assert len([number for number in made if number >= FIRST_HASH]) <= MAX_HASHES
    assert list(made) == sorted(made)
    assert all(0 < number < 2**33 for number in made)


@given(st.sets(st.integers(1024, 5000), max_size=400), st.sets(st.integers(1024, 5000), max_size=400))
def test_a_sketch_estimates_the_true_jaccard(left: set[int], right: set[int]) -> None:
    true = len(left & right) / max(1, len(left | right))
    hashed = [{FIRST_HASH + crc32(str(number).encode()) for number in side} for side in (left, right)]
    cut = [frozenset(sorted(side)[:MAX_HASHES]) for side in hashed]
    alike, _ = sketch_similarity(cut[0], cut[1])
    if len(left | right) <= MAX_HASHES:
        assert alike == pytest.approx(true)
    else:
        assert abs(alike - true) <= 0.35
