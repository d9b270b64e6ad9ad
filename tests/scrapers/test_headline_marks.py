"""A headline mark is a leading label; the same word inside a sentence is none."""

from __future__ import annotations

import pytest

from scrapers.headline_marks import is_correction, is_flash, unmarked, without_marks

FLASHES = (
    "[속보] 한미 서명",
    "[속보]한미 서명",
    "▲[속보] 한미 서명",
    "[ 속보 ] 한미 서명",
    "<속보> 한미 서명",
    "【속보】 한미 서명",
    "［속보］ 한미 서명",
    "[긴급] 한미 서명",
    "[긴급 속보] 한미 서명",
    "[단독/속보] 한미 서명",
    "[단독][속보] 한미 서명",
    "속보: 한미 서명",
    "속보 | 한미 서명",
    "속보 - 한미 서명",
    "[1보] 한미 서명",
    "(2보) 한미 서명",
    "[9보] 한미 서명",
)
ENGLISH_FLASHES = (
    "URGENT: Deal signed",
    "Urgent: Deal signed",
    "(URGENT) Deal signed",
    "[BREAKING] Deal signed",
    "BREAKING: Deal signed",
    "Breaking news: Deal signed",
    "BREAKING NEWS – Deal signed",
    "BREAKING – Deal signed",
    "Breaking — Deal signed",
    "BREAKING - Deal signed",
    "BREAKING-Deal signed",
    "BREAKING | Deal signed",
    "FLASH: Deal signed",
    "[Flash] Deal signed",
)
SENTENCES = (
    "Urgent care clinics grow",
    "URGENT CARE CLINICS GROW",
    "Breaking bad habits takes a year",
    "Breaking Bad: the film returns",
    "Breaking — and mending — the rules of trade",
    "Breaking-up is hard",
    "Breakingham wins",
    "A breaking wave",
    "Flash floods hit Seoul",
    "Flash: a hero's story returns to cinemas",
    "Update on the quantum deal",
    "Update 2:30 p.m. – the deal",
    "Up-to-date rules for chips",
    "Correction of the market is over",
    "Corrected figures show growth",
    "Lead: the metal that shaped Rome",
    "Exclusive talks begin",
    "긴급 점검, 반도체 공급망",
    "[긴급 점검] 반도체 공급망",
    "[긴급진단] 반도체 공급망",
    "속보 경쟁의 그늘",
    "속보이는 변명",
    "[10보] 걷기 운동",
    "1보 전진: 협상의 기술",
    "정정당당한 승부",
    "정정 보도를 요구한 장관",
    "[정정당당] 스포츠",
    "법안 [정정] 요구",
    "단독주택 가격 하락",
    "[현장] 서명식",
)
CORRECTIONS = (
    "[정정] 서명 시각",
    "(정정) 서명 시각",
    "[정정보도] 서명 시각",
    "[바로잡습니다] 서명 시각",
    "정정: 서명 시각",
    "[단독·정정] 서명 시각",
    "[속보] [정정] 서명 시각",
)
ENGLISH_CORRECTIONS = (
    "CORRECTED: Time of signing",
    "CORRECTED-Time of signing",
    "Correction: Time of signing",
    "Correction – Time of signing",
    "[Correction] Time of signing",
    "RETRACTION: Time of signing",
    "[Retracted] Time of signing",
)


@pytest.mark.parametrize("headline", FLASHES + ENGLISH_FLASHES)
def test_a_flash_is_known_by_its_mark(headline: str) -> None:
    assert is_flash(headline)
    assert not is_correction(headline)
    assert unmarked(headline) in ("한미 서명", "Deal signed")


@pytest.mark.parametrize("headline", CORRECTIONS + ENGLISH_CORRECTIONS)
def test_a_correction_is_known_by_its_mark(headline: str) -> None:
    assert is_correction(headline)
    assert is_flash(headline) == headline.startswith("[속보]")
    assert unmarked(headline) in ("서명 시각", "Time of signing")


@pytest.mark.parametrize("headline", SENTENCES)
def test_a_word_of_the_sentence_is_no_mark(headline: str) -> None:
    assert not is_flash(headline)
    assert not is_correction(headline)
    assert unmarked(headline) == headline


@pytest.mark.parametrize(
    "headline",
    [
        "[종합] 한미 서명",
        "[종합2보] 한미 서명",
        "[단독] 한미 서명",
        "[업데이트] 한미 서명",
        "(LEAD) Deal signed",
        "UPDATE 2-Deal signed",
        "UPDATE 2: Deal signed",
        "Update: Deal signed",
        "EXCLUSIVE: Deal signed",
    ],
)
def test_another_mark_is_cut_and_says_nothing(headline: str) -> None:
    assert not is_flash(headline)
    assert not is_correction(headline)
    assert unmarked(headline) in ("한미 서명", "Deal signed")


def test_a_headline_of_marks_alone_ends() -> None:
    assert unmarked("[속보] [정정]") == ""
    assert unmarked("") == ""


@pytest.mark.parametrize(
    ("headline", "kinds", "left"),
    [
        ("[정정] 한미 서명", ("correction",), "한미 서명"),
        ("Correction: Deal signed", ("correction",), "Deal signed"),
        ("[단독] [정정] 한미 서명", ("correction",), "[단독] 한미 서명"),
        ("[속보] 한미 서명", ("correction",), "[속보] 한미 서명"),
        ("[속보][정정] 한미 서명", ("correction", "flash"), "한미 서명"),
        ("[단독/정정] 한미 서명", ("correction",), "[단독/정정] 한미 서명"),
        ("[정정]", ("correction",), "[정정]"),
        ("한미 서명", ("correction",), "한미 서명"),
        ("[정정] 한미 서명", (), "[정정] 한미 서명"),
    ],
)
def test_the_marks_of_a_kind_are_left_out(headline: str, kinds: tuple[str, ...], left: str) -> None:
    assert without_marks(headline, kinds) == left
