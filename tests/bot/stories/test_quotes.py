"""A sentence is somebody's words only where its grammar says so; whose words they are is never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.facts.quotes import LONGEST_SENTENCE, Quote, quote_of

KRATSIOS, BAE = "크라치오스", "배경훈"
TWO_SPEAK = "배경훈 부총리는 “실질 성과를 내겠다”고 했고 크라치오스 실장은 “신뢰한다고 본다”고 화답했다."


@pytest.mark.parametrize(
    ("sentence", "name", "words"),
    [
        ('크라치오스 실장은 "양국이 새로운 장을 연다"고 말했다.', KRATSIOS, ("양국이 새로운 장을 연다",)),
        ("크라치오스 미국 백악관 과학기술정책실장은 이날 “함께 만든다”라며 기대했다.", KRATSIOS, ("함께 만든다",)),
        ("크라치오스는 협력을 넓히겠다고 밝혔다.", KRATSIOS, ()),
        ("배경훈 부총리 겸 과학기술정보통신부 장관은 워킹그룹을 곧 열겠다고 강조했다.", BAE, ()),
        ('“함께 갑니다”라고 배경훈 장관은 말했다.', BAE, ("함께 갑니다",)),
        ("배경훈 장관(부총리)은 예산을 늘리겠다고 약속했다.", BAE, ()),
        ("이날 크라치오스 실장은 회담 뒤 기자들에게 연구안보가 중요하다고 말했다.", KRATSIOS, ()),
        ("크라치오스 실장이 하원에서 “계획은 그대로”라고 답했다.", KRATSIOS, ("계획은 그대로",)),
        ("“We will build networks,” Kratsios said on Monday.", "Kratsios", ("We will build networks,",)),
        ("Michael Kratsios, director of the office, said the group would meet in autumn.", "Michael Kratsios", ()),
        ("“This is a start,” said White House adviser Michael Kratsios.", "Michael Kratsios", ("This is a start,",)),
        ("The group will meet in autumn, according to Kratsios.", "Kratsios", ()),
        ("According to Kratsios, the group will meet in autumn.", "Kratsios", ()),
        ("Kratsios also told lawmakers that the plan stands.", "Kratsios", ()),
        ("Bae has said the budget will grow.", "Bae", ()),
        ("Science Minister Bae Kyung-hoon said Seoul would respond.", "Science Minister Bae", ()),
        ("류제명 제2차관은 “기준을 함께 만든다”고 밝혔다.", "류제명", ("기준을 함께 만든다",)),
        ("배경훈 부총리는 법을 고쳐 달라고 요구했다.", BAE, ()),
        ("크라치오스 실장은 함께 가자고 했다.", KRATSIOS, ()),
        (TWO_SPEAK, BAE, ("실질 성과를 내겠다",)),
        (TWO_SPEAK, KRATSIOS, ("신뢰한다고 본다",)),
        ("“This is a start,” Bae said, and Kratsios added that “more is to come.”", "Bae", ()),
    ],
)  # fmt: skip
def test_the_speaker_is_found(sentence: str, name: str, words: tuple[str, ...]) -> None:
    assert quote_of(sentence, name) == Quote(words)


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("배경훈 장관은 크라치오스 실장과 만나 “함께 간다”고 말했다.", KRATSIOS),
        ("배경훈 장관은 크라치오스 실장에게 예산을 늘리겠다고 밝혔다.", KRATSIOS),
        ("크라치오스 실장은 배경훈 장관이 “함께 간다”고 말했다고 전했다.", KRATSIOS),
        ("크라치오스 실장의 방한에 대해 배 장관은 “환영한다”고 말했다.", KRATSIOS),
        ("크라치오스 실장은 29일 경주에서 업무협약에 서명했다.", KRATSIOS),
        ("“크라치오스 실장은 약속을 지킬 것”이라고 배 장관은 말했다.", KRATSIOS),
        ("크라치오스 실장은 ‘6G 동맹’ 행사에 참석했다.", KRATSIOS),
        ("대통령실은 크라치오스 실장이 배 장관을 만나 협의를 다시 열기로 했다고 밝혔다.", KRATSIOS),
        ("과학기술정보통신부는 배경훈 부총리가 19일 회의에 참석했다고 밝혔다.", BAE),
        ("크라치오스 실장이 하원 청문회에서 진척을 보고했다.", KRATSIOS),
        ("배경훈 부총리가 재개를 요청했으나 미국은 검토 중이라고만 답했다.", BAE),
        ("Trump said Kratsios would lead the talks.", "Kratsios"),
        ("“Kratsios is a friend,” said Bae.", "Kratsios"),
        ("Bae told Kratsios that the budget would grow.", "Kratsios"),
        ("Kratsios's office said the plan stands.", "Kratsios"),
        ("Kratsios signed the memorandum in Gyeongju.", "Kratsios"),
        ("Kratsios announced the body in Gyeongju.", "Kratsios"),
        ("“I asked Kratsios,” Bae said.", "Kratsios"),
        ("According to a person close to Kratsios who asked not to be named, the plan stands.", "Kratsios"),
        ("Lee Jae-myung, the president, said he met Kratsios.", "Kratsios"),
        ("", "Kratsios"),
        ("Kratsios said it.", ""),
    ],
)
def test_words_are_given_to_nobody_else(sentence: str, name: str) -> None:
    assert quote_of(sentence, name) is None


@pytest.mark.parametrize(("length", "is_read"), [(LONGEST_SENTENCE, True), (LONGEST_SENTENCE + 1, False)])
def test_a_very_long_sentence_is_not_read(length: int, is_read: bool) -> None:
    sentence = "Kratsios said so. ".ljust(length, "x")
    assert (quote_of(sentence, "Kratsios") is not None) == is_read


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from([KRATSIOS, "Kratsios", "("]))
def test_any_sentence_is_read(head: str, tail: str, name: str) -> None:
    quote = quote_of(f"{head}{name}{tail}", name)
    assert quote is None or all(words in f"{head}{name}{tail}" for words in quote.words)
