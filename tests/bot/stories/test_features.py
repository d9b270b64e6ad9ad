"""Features of an article: what both languages share, without bylines, stock sentences and background."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.evidence import CHANNELS
from bot.stories.features.article_features import (
    AHEAD,
    ENTITY,
    FIGURE,
    HEAD,
    KINDS,
    NAME,
    SENTENCE,
    SHIFT,
    SIGNING,
    SIGNING_AHEAD,
    TERM,
    WORD,
    counted_features,
    features_of,
    milestone_in,
    sentences_of,
)
from bot.stories.features.gazetteer import Gazetteer
from bot.stories.features.milestones import milestone_of
from bot.stories.features.time_relation import time_relation
from bot.stories.headline_similarity import title_similarity, title_words

GAZETTEER = Gazetteer(
    {
        "place": {"india": ["인도", "india"], "indonesia": ["인도네시아", "indonesia"]},
        "firm": {"arm": ["arm"], "sk": ["sk", "에스케이그룹"]},
        "term": {"court": ["법원", "court"]},
        "guard": {"words": ["인도적"]},
    }
)


def of_kind(features: tuple[int, ...], kind: int) -> set[int]:
    return {feature for feature in features if feature >> SHIFT == kind}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("인도에서 법원이", ["india", "court"]), ("인도적 지원", []), ("인도네시아의", ["indonesia"]),
        ("대인도 수출", []),
        ("india's courts", ["india", "court"]), ("indian army arms", ["arm"]), ("alarm", []), ("arm9", []),
        ("sk는", ["sk"]), ("task", []), ("범에스케이그룹", ["sk"]),
    ],
)  # fmt: skip
def test_an_entry_stands_where_a_word_begins_and_the_longest_form_counts(text: str, found: list[str]) -> None:
    assert [sighting.id for sighting in GAZETTEER.find(text)] == found


def test_the_two_languages_share_names_figures_and_places() -> None:
    korean = features_of("삼성전자, 엔비디아에 HBM4 공급", "26만 장을 경주에서 계약했다.")
    english = features_of("Samsung to supply Nvidia with HBM4", "It signed for 260,000 units in Gyeongju.")
    for kind in (ENTITY, FIGURE, NAME, TERM):
        assert of_kind(korean, kind) & of_kind(english, kind)
    assert len(of_kind(korean, WORD) & of_kind(english, WORD)) == 1  # HBM4


def test_bylines_captions_and_licence_lines_leave_no_trace() -> None:
    news = "정부가 오픈랜 실증 단지를 대전에 연다고 밝혔다."
    noisy = (
        f"[hanbit.example] 김하늘 기자 = {news} haneul@hanbit.example\n[사진=게티이미지뱅크]\n사진 설명: 국기\n"
        "저작권자 ⓒ 한빛뉴스, 무단 전재 금지"
    )
    assert sentences_of("제목", noisy) == sentences_of("제목", news)
    assert features_of("제목", noisy) == features_of("제목", news)
    english = "The ministry opens a test bed in Daejeon."
    assert sentences_of("Title", f"By Kim Hana, staff reporter\n{english}") == sentences_of("Title", english)


def test_a_sentence_that_shares_nothing_with_the_head_keeps_its_figures_alone() -> None:
    headline, lead = "제주 해녀, 수중 통신기 첫선", "제주 해녀가 바닷속에서 통신기를 꺼내 썼다."
    connected = features_of(headline, f"{lead} 수중 통신기는 음파로 300m까지 닿는다.")
    loose = features_of(headline, f"{lead} 반도체 관세 협상은 2,500억 원을 두고 길어진다.")
    assert len(of_kind(connected, WORD)) > len(of_kind(loose, WORD))
    assert of_kind(loose, FIGURE)
    assert not of_kind(loose, TERM) - of_kind(connected, TERM)


def test_of_a_stock_sentence_only_figures_count() -> None:
    stock = features_of("", "원전 수출은 1,200억 원이다.")
    counted = set(counted_features(stock, lambda sentence: True))
    assert counted & of_kind(stock, FIGURE)
    assert not counted & (of_kind(stock, WORD) | of_kind(stock, SENTENCE))
    assert tuple(counted_features(stock, lambda sentence: False)) == stock


@given(st.text(max_size=300), st.text(max_size=3000))
def test_any_text_has_bounded_and_stable_features(headline: str, text: str) -> None:
    made = features_of(headline, text)
    assert made == features_of(headline, text)
    assert all(0 <= feature < KINDS << SHIFT for feature in made)
    assert len(of_kind(made, WORD)) <= 170
    assert len(of_kind(made, HEAD)) <= 40


def test_a_long_text_is_read_at_its_beginning() -> None:
    text = "양자 컴퓨터가 대전에 들어선다. " * 5_000
    assert len(features_of("양자 컴퓨터", text)) < 200


@pytest.mark.parametrize(
    ("headline", "lead", "relation"),
    [
        ("한미, 기술 협정 서명 예정", "", "ahead"),
        ("US set to sign technology deal", "", "ahead"),
        ("Korea Hydro, Westinghouse near deal", "", "ahead"),
        ("한미 업무협약 체결", "", "happened"),
        ("Seoul and Washington sign pact", "Officials signed the paper on Tuesday.", "happened"),
        ("기술동맹의 조건", "", "unknown"),
        ("A quiet day", "The two sides met and will meet again.", "unknown"),
    ],
)
def test_the_time_that_a_report_speaks_of(headline: str, lead: str, relation: str) -> None:
    assert time_relation(headline.lower(), lead.lower()) == relation
    assert (AHEAD in features_of(headline, lead)) == (relation == "ahead")


@pytest.mark.parametrize(
    ("headline", "milestone"),
    [
        ("한미 기술번영 업무협약 체결", "signing"),
        ("Seoul and Washington sign technology pact", "signing"),
        ("한미 기술번영 워킹그룹 출범", "working_group"),
        ("미국, 기술번영 합의 이행 중단", "suspension"),
        ("US suspends tech deal", "suspension"),
        ("기술번영 협의 재개", "restart"),
        ("한미 과학기술공동위원회 개최", "committee"),
        ("한미, 기술 협정 서명 예정", None),
        ("US to sign technology deal", None),
        ("Bae and Kratsios spoke about the deal signed in October", None),
        ("지난해 10월 체결한 업무협약의 다음 단계", None),
        ("반도체 수출 증가", None),
    ],
)
def test_a_milestone_is_news_and_neither_plan_nor_background(headline: str, milestone: str | None) -> None:
    assert milestone_of(headline.lower(), "") == milestone
    assert (milestone_in(features_of(headline, "")) is not None) is (milestone is not None)


def test_marks_before_a_headline_do_not_count() -> None:
    assert title_words("[속보] [단독] 한미 MOU 체결") == title_words("한미 MOU 체결")


@pytest.mark.parametrize("written", ["한-미 협약", "한·미 협약", "한ㆍ미 협약"])
def test_two_countries_joined_by_a_sign_are_one_word(written: str) -> None:
    assert title_words(written) == title_words("한미 협약")
    assert title_words("AI·양자·우주") == title_words("AI 양자 우주")


def test_headlines_of_fewer_than_four_words_are_alike_only_with_equal_words() -> None:
    assert title_similarity("Seoul signs pact", "Seoul signs deal") == 0.0
    assert title_similarity("Seoul signs pact", "BREAKING: Seoul signs pact") == 1.0
    assert title_similarity("Seoul signs quantum pact", "Seoul signs quantum deal") == 0.6
    assert title_similarity("국산 양자컴퓨터 시연에 성공했다", "국산 양자 컴퓨터, 시연 성공") >= 0.5
    assert title_similarity("국산 양자컴퓨터 시연에 성공했다", "6G 표준 논의 본격화") == 0.0


def test_each_channel_of_evidence_has_its_own_kind() -> None:
    assert len({kind for _, kind, _ in CHANNELS}) == len(CHANNELS)


@pytest.mark.parametrize(
    ("headline", "text", "ahead"),
    [
        ("US plans to sign AI accord with Seoul", "The White House is preparing to sign a technology agreement.", True),
        (
            "미국, 한국과 AI 협정 맺는다…과기실장이 서명",
            "미국이 협정에 서명할 예정이라고 블룸버그가 전했다.",
            True,
        ),
        ("한미 기술번영 MOU 서명 임박", "두 나라가 문구를 다듬고 있다.", True),
        ("Korea, US near tech pact", "Officials said the text is complete.", True),
        ("한미 기술번영 MOU 서명", "한국과 미국이 29일 경주에서 서명했다.", False),
        ("US, Korea sign technology pact", "They signed it in Gyeongju; Japan plans to sign its own next week.", False),
        ("KASA sees opening in new pact", "The deal concluded in Gyeongju would help it work with NASA.", False),
    ],
)
def test_a_signing_that_is_ahead_is_told_from_a_signing(headline: str, text: str, ahead: bool) -> None:
    features = features_of(headline, text)
    assert (SIGNING_AHEAD in features) is ahead
    assert not (ahead and SIGNING in features)
