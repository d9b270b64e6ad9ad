"""An explanation agrees with the engine, and names the deciding step and what would change the decision."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.lexicon_tools.explain import Explainer
from bot.matching.scan import Scanner
from bot.model import Page
from settings.lexicon import Lexicon

GATES = Path(__file__).parents[3] / "gates"
TEXTS = [json.loads(line)["text"] for line in (GATES / "articles.jsonl").read_text("utf-8").splitlines()][:20]
TEXTS += [json.loads(line)["text"] for line in (GATES / "sentences.jsonl").read_text("utf-8").splitlines()][:200]


@pytest.fixture(scope="module")
def explainer(words: Lexicon) -> Explainer:
    return Explainer(words)


def test_an_explanation_agrees_with_the_engine_on_every_mention(explainer: Explainer, scanner: Scanner) -> None:
    compared = 0
    for text in TEXTS:
        reading = scanner.read(Page("", text))
        for kind, topics in (("sector", reading.topics.sectors), ("official", reading.topics.officials)):
            for topic in topics:
                found = {(p.start, p.end) for p in explainer.explain(topic, text).places if p.found}
                mentions = {(m.start, m.end) for m in reading.mentions if (m.kind, m.topic) == (kind, topic)}
                for start, end in mentions:
                    assert any(s <= start and end <= e for s, e in found), (topic, text)
                for start, end in found - mentions:  # a form inside of one that counts, or running into it
                    assert any(s < end and start < e for s, e in mentions), (topic, text)
                compared += len(mentions)
    assert compared > 200


CASES = [
    ("양자", "두 정상은 양자 회담을 열었다.", False, "sense.right", "회담"),
    ("양자", "양자 기술을 논했다.", True, "explain.inside_longer", "양자 기술"),
    ("quantum", "두 정상은 양자 회담을 열었다.", False, "sense.right", "회담"),
    ("AI", "고병원성 AI가 번졌다.", False, "sense.left", "고병원성"),
    ("AI", "AI 반도체를 만든다.", True, "explain.right", "반도체"),
    ("양자", "초양자적 접근", False, "explain.left_edge", "초"),
    ("AI", "SAID", False, "explain.left_edge", "S"),
    ("AI", "AIs", False, "explain.right_edge_latin", "s"),
    ("하정우", "하정우가 나온 영화", False, "sense.near", "영화"),
    ("하정우", "하정우 수석이 말했다", True, "explain.right", "수석"),
    ("배 장관", "배 장관이 말했다", False, "official.no_full_name", "Bae Kyung-hoon"),
    ("배 장관", "배경훈 장관은 왔고, 배 장관이 말했다", True, "explain.full_name", "Bae Kyung-hoon"),
    ("통신", "뉴스통신이 말했다", False, "mask.hidden", "name"),
    ("원자력", "한국원자력연구원이 말했다", False, "explain.passing", ""),
    ("KI", "ki und mehr", False, "explain.case", "ki"),
    ("kratsios", "백악관의 크라시오스 실장", True, "explain.misspelling", "크라치오스"),
    ("pact", "The tech prosperity deal is good", False, "pact.no_korea", "tech prosperity deal"),
    ("pact", "기술번영 협정은 좋다", True, "explain.meant", ""),
    ("pact", "한미 기술번영 협정은 좋다", True, "explain.meant", ""),
    ("한국", "한국은 좋다", True, "explain.cue", "korea"),
    ("한국", "한국전쟁", False, "explain.right_edge", "전"),
    ("나라장터", "나라장터에 올랐다", True, "explain.literal_found", ""),
    ("나라장터", "새나라장터", False, "explain.left_edge", "새"),
    ('"라장"', "새나라장터", True, "explain.literal_found", ""),
]


@pytest.mark.parametrize(("term", "text", "counts", "code", "value"), CASES)
def test_the_deciding_step_is_named(
    explainer: Explainer, term: str, text: str, counts: bool, code: str, value: str
) -> None:
    places = explainer.explain(term, text).places
    place = next(place for place in places if any(reason.code == code for reason in place.reasons))
    assert place.found is counts
    assert text[place.start : place.end] == place.quote
    [reason] = [reason for reason in place.reasons if reason.code == code]
    assert not value or value in reason.args.values()


def test_a_named_change_changes_the_decision(explainer: Explainer) -> None:
    would = {r.code: dict(r.args) for r in explainer.explain("양자", "두 나라는 양자 회담을 열었다.").places[0].would}
    assert would["explain.would_right"]["words"].startswith("기술, 컴퓨")
    assert explainer.explain("양자", "두 나라는 양자 기술 회담을 열었다.").places[0].found
    waiting = explainer.explain("bae", "Minister Bae met them.").places[0]
    assert [r.code for r in waiting.would] == ["explain.would_full_name"]
    assert explainer.explain("bae", "Minister Bae met them. Bae Kyung-hoon left.").places[0].found
    glued = explainer.explain("나라장터", "새나라장터").places[0]
    assert [r.code for r in glued.would] == ["explain.would_literal_quoted"]


def test_every_rule_that_holds_is_named(explainer: Explainer) -> None:
    [place] = explainer.explain("AI", "고병원성 AI 확진이 나왔다.").places
    held = [(r.args["rule"], r.args["word"]) for r in place.reasons if r.code == "explain.held_too"]
    assert place.reasons[0].args == {"word": "확진", "rule": "1"}
    assert ("2", "고병원성") in held
    assert "explain.without_same" in [r.code for r in place.would], "the next rule refuses it as well"


def test_an_absent_term_is_explained_by_the_nearest_word(explainer: Explainer) -> None:
    found = explainer.explain("큐비트", "귤비트를 늘렸다.")
    assert found.places == ()
    assert [(r.code, r.args.get("word")) for r in found.absent] == [
        ("explain.absent", None), ("explain.nearest_in_text", "귤비트를"),
    ]  # fmt: skip
    unknown = explainer.explain("귤비트", "아무것도 없다.")
    assert unknown.stands_for.code == "explain.is_literal"
    assert ("explain.nearest_form", "큐비트") in [(r.code, r.args.get("form")) for r in unknown.absent]


@given(st.sampled_from(["quantum", "양자", "kratsios", "pact", "가", "AI", '"', "한·미"]), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_raises(explainer: Explainer, term: str, text: str) -> None:
    for place in explainer.explain(term, f"{text} AI 양자 한미 {text}").places:
        assert place.reasons
        assert f"{text} AI 양자 한미 {text}"[place.start : place.end] == place.quote


@pytest.mark.parametrize(("term", "field"), [("yoo", "who"), ("@yoo", "who")])
def test_a_handle_in_the_text_is_only_a_name_and_no_word_is_nearest_to_itself(
    explainer: Explainer, term: str, field: str
) -> None:
    absent = explainer.explain(term, "Director Yoo met the press.").absent
    assert (absent[0].code, absent[0].args) == ("explain.only_name", {"field": field, "term": "yoo"})
    assert all(reason.args.get("word", "").casefold() != "yoo" for reason in absent)
