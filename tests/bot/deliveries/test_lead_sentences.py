"""A lead is one short sentence, and exactly its matches are bold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries.lead_sentences import best_lead, lead_with_matches
from bot.model import Mention, MentionKind
from handlers.cards.texts import Span


def mention(quote: str, context: str = "", kind: MentionKind = "sector") -> Mention:
    return Mention(kind, "quantum", quote, "text", 0, len(quote), quote, context)


@given(st.text(max_size=500), st.sampled_from(["양자", "quantum", "x"]), st.text(max_size=500))
def test_a_lead_is_short_and_its_match_is_bold(before: str, quote: str, after: str) -> None:
    lead = lead_with_matches(before + quote + after, [mention(quote)])
    assert len(lead.text) <= 200
    assert [lead.text[span.start : span.end] for span in lead.bold] == [quote]


def test_a_sentence_of_the_greatest_length_is_not_cut() -> None:
    sentence = "quantum ".ljust(200, "x")
    assert lead_with_matches(sentence, [mention("quantum")]).text == sentence
    assert lead_with_matches(sentence + "x", [mention("quantum")]).text.endswith("…")


def test_the_sentence_that_names_the_pact_is_better_than_one_with_more_matches() -> None:
    sectors = [mention("quantum", "quantum and space"), mention("space", "quantum and space")]
    pact = mention("the deal", "they signed the deal", "pact")
    lead = best_lead([*sectors, pact])
    assert lead is not None
    assert lead.text == "they signed the deal"
    assert best_lead([mention("quantum")]) is None


def test_the_sentence_with_most_matches_in_the_text_is_quoted_and_the_first_of_equals() -> None:
    one, two = [mention("space", "to space")], [mention("quantum", "quantum"), mention("chips", "quantum")]
    in_headline = [mention("AI", "AI in a headline")._replace(field="headline")] * 3
    for mentions, text in (([*one, *two, *in_headline], "quantum"), ([*one, *two[:1]], "to space")):
        lead = best_lead(mentions)
        assert lead is not None
        assert lead.text == text
    assert best_lead(in_headline) is None


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [(0, 0, 197), (125, 0, 197), (130, 0, 197), (135, 80, 277), (300, 245, 442), (400, 315, 508), (495, 315, 508)],
)
def test_a_long_sentence_is_cut_between_words_around_its_first_match(at: int, start: int, end: int) -> None:
    words = "abcd " * 100
    sentence = f"{words[:at]}quantum {words[at:]}"[:-1] + "."
    lead = lead_with_matches(sentence, [mention("quantum")])
    assert lead.text == ("…" if start else "") + sentence[start:end] + ("…" if end < len(sentence) else "")


BROKEN_OFF = "The two countries signed the first action plan of their deal, joint quantum computing and 6G resear"
BROKEN_OFF_KO = (
    "한국과 미국이 기술번영 업무협약을 실행에 옮기는 첫 이행계획에 서명한 뒤 "
    "인공지능과 양자기술, 6G, 우주 탐사, 연구안보를 비롯한 다섯 분야의 공동 과제와 일정을 담은 부속 문서도 공"
)


@pytest.mark.parametrize(
    ("sentence", "quote", "end"),
    [
        (BROKEN_OFF, "quantum", "computing and 6G…"),
        (BROKEN_OFF + "ch.", "quantum", "and 6G research."),
        (BROKEN_OFF, "resear", "and 6G resear"),
        (BROKEN_OFF_KO, "양자", "부속 문서도…"),
        (BROKEN_OFF_KO + "개했다", "양자", "문서도 공개했다"),
        ("Proposals for quantum clocks", "quantum", "quantum clocks"),
    ],
)
def test_a_sentence_that_its_page_breaks_off_ends_in_no_half_word(sentence: str, quote: str, end: str) -> None:
    assert lead_with_matches(sentence, [mention(quote)]).text.endswith(end)


@pytest.mark.parametrize(("at", "start"), [(131, 0), (132, 72), (300, 240), (400, 252)])
def test_without_a_blank_the_part_begins_sixty_characters_before_the_match(at: int, start: int) -> None:
    sentence = "x" * at + "quantum" + "y" * (443 - at)
    lead = lead_with_matches(sentence, [mention("quantum")])
    assert lead.text == ("…" if start else "") + sentence[start : start + 198] + ("…" if start < 252 else "")


@pytest.mark.parametrize(("blank", "end"), [(98, 198), (99, 99), (150, 150), (197, 197), (198, 198)])
def test_the_end_is_cut_at_a_blank_of_the_second_half(blank: int, end: int) -> None:
    sentence = ("quantum".ljust(blank, "x") + " ").ljust(300, "y")
    assert lead_with_matches(sentence, [mention("quantum")]).text == sentence[:end] + "…"


def test_no_blank_before_the_match_ends_the_part() -> None:
    sentence = ("x" * 119 + " " + "quantum").ljust(300, "y")
    assert lead_with_matches(sentence, [mention("quantum")]).text == sentence[:198] + "…"


@pytest.mark.parametrize(
    ("quotes", "bold"),
    [
        (["quantum", "chips"], [(2, 9), (10, 15)]),
        (["chips", "quantum"], [(2, 9), (10, 15)]),
        (["quantum", "quantum"], [(2, 9)]),
        (["quantum ", "chips"], [(2, 15)]),
        (["quantum chips", "quantum"], [(2, 15)]),
        (["quantum", "tum chips"], [(2, 15)]),
        (["gone", "chips"], [(10, 15)]),
        (["a"], [(0, 1)]),
        (["a", "quantum", "quantum chips"], [(0, 1), (2, 15)]),
    ],
)
def test_overlapping_and_touching_matches_are_one_span(quotes: list[str], bold: list[tuple[int, int]]) -> None:
    lead = lead_with_matches("a quantum chips", [mention(quote) for quote in quotes])
    assert lead.bold == tuple(Span(start, end) for start, end in bold)


def test_a_match_outside_of_the_part_is_not_marked() -> None:
    sentence = "quantum".ljust(193, "x") + "chips" + "space" + "y" * 100
    lead = lead_with_matches(sentence, [mention("quantum"), mention("chips"), mention("space")])
    assert [lead.text[span.start : span.end] for span in lead.bold] == ["quantum", "chips"]


@pytest.mark.parametrize(
    ("dateline", "rest"),
    [
        ("(서울=새연뉴스) 오다온 기자 = ", "한국과 미국이 양자"),
        ("[서울=뉴시스]홍길동 기자 = ", "한국과 미국이 양자"),
        ("(서울·워싱턴=연합뉴스) 이아무개 특파원 = ", "양자"),
        ("[이데일리 홍길동 기자] ", "양자"),
        ("홍길동·김철수 기자 = ", "양자"),
        ("【세종=뉴시스】", "양자"),
        ("SEOUL, Oct. 29 (Yonhap) -- ", "South Korea and 양자"),
        ("WASHINGTON (AP) — ", "The 양자"),
        ("GYEONGJU, South Korea (Reuters) - ", "The 양자"),
        ("Oct 29 (Reuters) - ", "The 양자"),
        ("WASHINGTON — ", "The 양자"),
        ("", "NASA - which 양자"),
        ("", "AI — the new 양자"),
        ("", "한국과 미국이 (MOU) 양자"),
        ("", "기자 회견에서 = 양자"),
    ],
)
def test_a_lead_begins_with_the_sentences_own_words(dateline: str, rest: str) -> None:
    lead = lead_with_matches(dateline + rest, [mention("양자")])
    assert lead.text == rest
    assert [lead.text[span.start : span.end] for span in lead.bold] == ["양자"]


def test_a_dateline_with_a_match_is_kept() -> None:
    assert lead_with_matches("QUANTUM — The field", [mention("QUANTUM")]).text == "QUANTUM — The field"
    assert lead_with_matches("(서울=연합뉴스) ", [mention("연합")]).text == "(서울=연합뉴스) "


@pytest.mark.parametrize(
    ("clause", "connective"),
    [("한미 양자 협력을 넓히기로 했", "으며 "), ("quantum deals were signed,", " which "), ("양자 협력, ", "그리고 ")],
)
def test_a_long_sentence_is_cut_at_the_end_of_a_clause(clause: str, connective: str) -> None:
    sentence = f"{'가' * 100} {clause}{connective}{'나머지 말 ' * 40}"
    lead = lead_with_matches(sentence, [mention("양자" if "양자" in clause else "quantum")])
    kept = clause.rstrip(", ") if connective != "으며 " else clause + "으며"
    assert lead.text == f"{'가' * 100} {kept}…"


def test_a_clause_is_a_better_end_than_a_comma_of_a_list() -> None:
    clause = "South Korea and the United States signed the first action plan under their Technology Prosperity Deal"
    fields = "artificial intelligence, quantum technology, 6G, space, research security, and nuclear energy"
    sentence = f"{clause}, setting dates for joint work on {fields}, officials in both capitals said on Monday."
    assert lead_with_matches(sentence, [mention("Technology Prosperity Deal")]).text == f"{clause}…"
    listed = lead_with_matches(f"{'x' * 90} {fields}, {fields}", [mention("artificial intelligence")])
    assert listed.text.endswith("security, and nuclear energy…")


@pytest.mark.parametrize(("before", "cut"), [(78, "blank"), (79, "clause")])
def test_a_clause_may_end_behind_two_fifths_of_the_part(before: int, cut: str) -> None:
    sentence = ("quantum".ljust(before, "x") + ", which ").ljust(300, "y")
    lead = lead_with_matches(sentence, [mention("quantum")])
    assert lead.text == sentence[: before if cut == "clause" else 198] + "…"


def test_a_sentence_about_a_sister_that_does_not_name_the_pact_is_labelled() -> None:
    sister = Mention("sister", "uk", "the UK deal", "text", 0, 11, "the UK deal", "")
    pact = mention("their deal", kind="pact")
    assert lead_with_matches("the UK deal", [sister]).sister == "uk"
    assert lead_with_matches("the UK deal and their deal", [sister, pact]).sister is None
    assert lead_with_matches("quantum", [mention("quantum")]).sister is None
