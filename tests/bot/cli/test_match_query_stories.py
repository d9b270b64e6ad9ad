"""match, query and stories: JSON lines in, an answer a line out, in the same order."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

import settings.lexicon
from tests.support.command_line import Call

ROOT = Path(__file__).parents[3]
ARTICLES = (ROOT / "tests/gates/articles.jsonl").read_text("utf-8").splitlines()
PACT = {
    "id": "p",
    "headline": "한미 기술번영 업무협약 서명",
    "text": "블룸버그에 따르면 한국과 미국이 29일 한미 기술번영 업무협약에 서명했다. 양자컴퓨터도 함께 연구한다.",
    "date": "2025-10-29",
}
UK = {
    "id": "u",
    "text": "Britain and the United States signed the US-UK Technology Prosperity Deal on quantum computing.",
}
TALKS = {"id": "t", "text": "두 정상은 회담 뒤 별도의 양자 면담을 가졌다."}


def lines_of(*articles: object) -> str:
    return "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles)


def test_match_answers_in_order_and_quotes_the_text_exactly(call: Call) -> None:
    done = call("match", stdin="\n".join(ARTICLES))
    assert (done.code, done.err) == (0, "")
    articles = [json.loads(line) for line in ARTICLES]
    assert [line["id"] for line in done.lines] == [article["id"] for article in articles]
    mentions = 0
    for article, line in zip(articles, done.lines, strict=True):
        for mention in line["mentions"]:
            field = article[mention["field"]]
            assert field[mention["start"] : mention["end"]] == mention["quote"]
            assert mention["quote"] in mention["context"]
            mentions += 1
    assert mentions > 300


def test_match_tells_the_pact_from_its_sisters_and_from_talks(call: Call) -> None:
    pact, sister, talks = call("match", stdin=lines_of(PACT, UK, TALKS)).lines
    assert (pact["pact"], pact["severity"], pact["after"], pact["sectors"]) == (True, 1, ["Bloomberg"], ["quantum"])
    assert (sister["pact"], sister["sister_pact"]) == (False, ["uk"])
    assert (talks["pact"], talks["sectors"], talks["mentions"]) == (False, [], [])
    assert all(why and "." not in why.split()[0] for line in (pact, sister, talks) for why in line["why"])


def test_an_official_outlet_is_known_by_its_host(call: Call) -> None:
    text = "The Technology Prosperity Deal with the Republic of Korea advances AI and quantum research."
    official = {"id": 1, "text": text, "outlet": "www.whitehouse.gov"}
    paper = {"id": 2, "text": text, "outlet": "www.koreaherald.com"}
    assert [line["severity"] for line in call("match", stdin=lines_of(official, paper)).lines] == [1, 0]


def test_a_bad_line_is_answered_in_its_place(call: Call) -> None:
    bad = (
        b'\xef\xbb\xbf{"id": 1, "text": "x"}\n\n{"id": 2}\n[3]\n{"id": NaN, "text": "x"}\n\xff\n{"id": 6, "text": 6}\n'
    )
    bad += b'{"id": 7, "text": "y", "headline": null, "date": null, "more": {}}\n' + b"[" * 100_000
    done = call("match", stdin=bad)
    assert done.code == 1
    assert [line["id"] for line in done.lines] == [1, 2, None, None, None, 6, 7, None]
    assert [("error" in line) for line in done.lines] == [False, True, True, True, True, True, False, True]


def test_half_a_surrogate_pair_does_not_stop_the_others(call: Call) -> None:
    half = b'{"id": "\\ud800", "text": "\\ud800 \xec\x96\x91\xec\x9e\x90\xec\xbb\xb4\xed\x93\xa8\xed\x84\xb0"}\n'
    done = call("match", stdin=half + b'{"id": 2, "text": ""}\n')
    assert done.code == 0
    first, second = done.lines
    assert (first["id"], first["sectors"]) == ("\ud800", ["quantum"])
    assert first["mentions"][0]["start"] == 2
    assert second["id"] == 2


def test_a_file_may_stand_for_standard_input(call: Call, tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text(lines_of(PACT), "utf-8")
    assert call("match", "lines.jsonl").lines[0]["pact"] is True
    missing = call("match", "none.jsonl")
    assert (missing.code, missing.out) == (2, "")
    assert missing.err == "none.jsonl: cannot be read: No such file or directory\n"


def test_another_lexicon_may_be_given(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built_in = settings.lexicon.BUILT_IN.read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(built_in.replace("큐비트", "귤비트"), "utf-8")
    line = lines_of({"id": 1, "text": "귤비트를 늘렸다."})
    assert call("match", stdin=line).lines[0]["sectors"] == []
    assert call("match", "--lexicon", str(own), stdin=line).lines[0]["sectors"] == ["quantum"]
    monkeypatch.setenv("PACT_LEXICON", str(own))
    assert call("match", stdin=line).lines[0]["sectors"] == ["quantum"]
    own.write_text("sector = 3", "utf-8")
    wrong = call("match", stdin=line)
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (2, "", 1)
    assert "own.toml" in wrong.err


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("topic:pact", ["p"]),
        ("quantum", ["p", "u"]),
        ("-topic:uk", ["p", "t"]),
        ("-영국 -미국", ["u", "t"]),
        ("uk OR 협정", ["p", "u"]),
        ('"별도의 양자"', ["t"]),
        ("양자컴퓨터", ["p"]),
        ("severity:1", ["p"]),
    ],
)
def test_query_says_which_lines_it_hits(call: Call, query: str, hits: list[str]) -> None:
    done = call("query", query, stdin=lines_of(PACT, UK, TALKS))
    assert (done.code, done.err) == (0, "")
    assert [line["id"] for line in done.lines if line["hit"]] == hits


def test_an_outlet_is_found_by_key_and_by_host(call: Call) -> None:
    by_host = {"id": 1, "text": "x", "outlet": "view.asiae.co.kr"}
    by_key = {"id": 2, "text": "x", "outlet": "asiae"}
    other = {"id": 3, "text": "x", "outlet": "mk"}
    for query in ("outlet:asiae", "outlet:asiae.co.kr"):
        done = call("query", query, stdin=lines_of(by_host, by_key, other))
        assert [line["hit"] for line in done.lines] == [True, True, False], query


def test_a_bad_query_gets_a_caret_and_the_nearest(call: Call) -> None:
    wrong = call("query", "quantum sector:telecon", stdin=lines_of(PACT))
    assert (wrong.code, wrong.out) == (2, "")
    lines = wrong.err.splitlines()
    assert lines[1:] == ["quantum sector:telecon", "               ^^^^^^^", "did you mean: telecom"]


def test_stories_join_languages_and_keep_the_order(call: Call) -> None:
    english = {
        "id": "e",
        "headline": "Korea, US sign Technology Prosperity Deal",
        "text": "South Korea and the United States signed the Technology Prosperity Deal on Oct. 29, Bloomberg said.",
        "date": "2025-10-29",
    }
    done = call("stories", stdin=lines_of(TALKS, english, PACT, {"id": "bad"}, UK))
    assert done.code == 1
    assert [line["id"] for line in done.lines] == ["t", "e", "p", "bad", "u"]
    story = {line["id"]: line.get("story") for line in done.lines}
    assert story["e"] == story["p"]
    assert len({story["t"], story["e"], story["u"]}) == 3
    assert "error" in done.lines[3]


def test_stories_do_not_depend_on_the_order(call: Call) -> None:
    first = call("stories", stdin="\n".join(ARTICLES)).lines
    shuffled = Random(7).sample(ARTICLES, len(ARTICLES))
    second = call("stories", stdin="\n".join(shuffled)).lines
    assert {line["id"]: line["story"] for line in first} == {line["id"]: line["story"] for line in second}
    assert len({line["story"] for line in first}) < len(ARTICLES)


def test_the_same_article_under_other_addresses_is_one_story(call: Call) -> None:
    one = {"id": 1, "text": "첫 글이다.", "url": "https://view.asiae.co.kr/article/2025102913573212345"}
    two = {"id": 2, "text": "고친 글이다.", "url": "https://cm.asiae.co.kr/article/2025102913573212345?utm_source=x"}
    other = {"id": 3, "text": "다른 글이다.", "url": "https://view.asiae.co.kr/article/2025102913573299999"}
    first, second, third = call("stories", stdin=lines_of(one, two, other)).lines
    assert first["story"] == second["story"] != third["story"]


def test_ids_that_repeat_get_a_line_each(call: Call) -> None:
    done = call("stories", stdin=lines_of({"id": 1, "text": "비가 왔다."}, {"id": 1, "text": "야구가 열렸다."}, PACT))
    assert [line["id"] for line in done.lines] == [1, 1, "p"]
    assert len({line["story"] for line in done.lines}) == 3
