"""The alias scout proposes spellings that stand for a known name, and no word that only resembles proposal."""

from __future__ import annotations

import cProfile
import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.matching.lexicon_tools.check_lexicon import check
from bot.matching.lexicon_tools.scout import MAX_EXAMPLE_CHARS, Scout
from bot.matching.lexicon_tools.sightings import Proposal, ScoutText
from bot.matching.scan import Scanner
from bot.model import Page
from settings import lexicon
from settings.lexicon import Lexicon

GATES = Path(__file__).parents[3] / "gates"
DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def scout(words: Lexicon) -> Scout:
    return Scout(words)


def kept(*articles: str, outlets: int = 3) -> list[ScoutText]:
    """Articles whose sentences are separated by bars."""
    return [
        ScoutText(number, f"outlet{number % outlets}", DAY + timedelta(days=number), tuple(text.split("|")))
        for number, text in enumerate(articles)
    ]


def spellings(proposals: tuple[Proposal, ...]) -> list[tuple[str, str]]:
    return [(proposal.spelling, proposal.topic) for proposal in proposals]


PROPOSED = [
    ("크래치오스 실장이 서울에 왔다", "크래치오스", "Michael Kratsios"),
    ("크라시오스, 서울 도착", "크라시오스", "Michael Kratsios"),
    ("Kratsious lands in Seoul", "kratsious", "Michael Kratsios"),
    ("니드헴 국무부 고문을 만났다", "니드헴", "Michael Needham"),
    ("배경운 과학기술정보통신부 장관이 밝혔다", "배경운", "Bae Kyung-hoon"),
    ("MSIT said Minister Bae Kyeung-hoon, the science minister, left", "bae kyeung-hoon", "Bae Kyung-hoon"),
    ("배경훈 부총리는 왔다.|배 국무부총리는 이어 말했다", "배 국무부총리", "Bae Kyung-hoon"),
    ("Kim Jung-kwan, the trade minister, left. Minister Kim said so", "minister kim", "Kim Jung-kwan"),
    ("한미 기술번영 구상에 서명했다", "기술번영 구상", "pact"),
    ("한·미 기술번영 약정을 체결", "기술번영 약정", "pact"),
    ("한미 번영기술협정 체결", "번영기술협정", "pact"),
    ("US and South Korea sign Tech Prosperity Framework", "tech prosperity framework", "pact"),
]


@pytest.mark.parametrize(("text", "spelling", "topic"), PROPOSED)
def test_a_new_spelling_is_proposed(scout: Scout, text: str, spelling: str, topic: str) -> None:
    assert (spelling, topic) in spellings(scout.proposals(kept(text)))


TRAPS = [
    "배석원 기자 = 과기정통부 장관이 밝혔다",
    "배우 배인혁, 과기정통부 장관 역으로 출연",
    "마이클 니드햄 국무부 고문을 만났다",
    "크라치오스 실장이 왔고 크라치오스는 크라치오스와 말했다",
    "배우 하정우 주연 영화가 개봉했다",
    "배우 하정오, AI미래기획수석 역으로 출연한 대통령실 드라마",
    "배경환 교수가 강연했다",
    "배경환 교수가 과기정통부에서 강연했다",
    "[관련기사: 크래치오스 실장 방한]",
    "배경운 기자 = 과기정통부 장관이",
    "김정환 대표가 투자를 유치했다",
    "Michael Kratios of the White House spoke",
    "백악관의 크라시오스 실장",
    "한미 기술번영 업무협약과 기술번영 협정에 서명했다",
    "한미 기술번영 시대를 열었다",
    "미·영 기술번영 구상에 서명했다",
    "The US-UK Tech Prosperity Framework was signed in London",
    "US and South Korea sign Technology Prosperity Deal",
    "배 국무부총리가 말했다",
    "배경훈 부총리와 배석원 과기부총리 보좌관이 왔다. 배 국무부총리는",
    "크라토스 방산 수주와 크라우드 펀딩, 그리스 크레타",
    "위성락 국가안보실장과 위성통신 실장",
    "Kramer and Kratos met the craters of Crete",
]


@pytest.mark.parametrize("text", TRAPS)
def test_a_word_that_only_resembles_a_name_is_not_proposed(scout: Scout, text: str) -> None:
    assert spellings(scout.proposals(kept(text))) == []


def test_nothing_is_proposed_from_the_labelled_articles(scout: Scout) -> None:
    rows = [json.loads(line) for name in ("articles", "sentences", "sense") for line in
            (GATES / f"{name}.jsonl").read_text("utf-8").splitlines()]  # fmt: skip
    proposals = scout.proposals(kept(*(f"{row.get('headline') or ''}|{row['text']}" for row in rows)))
    assert spellings(proposals) == []


def test_a_proposal_has_counts_and_examples(scout: Scout) -> None:
    texts = [f"{number}일 크래치오스 실장이 서울에 왔다|다른 문장" for number in range(1, 6)]
    [proposal] = scout.proposals(kept(*texts, outlets=2))
    assert (proposal.articles, proposal.outlets, proposal.distance) == (5, 2, 1)
    assert (proposal.first_at, proposal.last_at) == (DAY, DAY + timedelta(days=4))
    assert proposal.examples == tuple(text.partition("|")[0] for text in texts[:3])
    assert (proposal.why.code, proposal.why.args["name"]) == ("scout.name", "크라치오스")


def test_a_word_mostly_without_the_office_is_not_proposed(scout: Scout) -> None:
    office = "니드헴 국무부 고문을 만났다"
    assert spellings(scout.proposals(kept(office, "니드헴 공장이 섰다"))) == [("니드헴", "Michael Needham")]
    assert spellings(scout.proposals(kept(office, "니드헴 공장이 섰다", "니드헴 호수", "니드헴 마을"))) == []


@pytest.mark.parametrize(("text", "spelling", "topic"), PROPOSED)
def test_the_proposed_lines_are_clean_and_work(
    scout: Scout, tmp_path: Path, text: str, spelling: str, topic: str
) -> None:
    proposal = next(proposal for proposal in scout.proposals(kept(text)) if proposal.spelling == spelling)
    path = tmp_path / "own.toml"
    path.write_text(f'extends = "built-in"\n{proposal.toml}\n', "utf-8")
    extended = lexicon.load(path)
    assert [finding for finding in check(extended) if finding.severity == "error"] == []
    article = text.replace("|", "\n")
    assert spelling in {
        m.quote.casefold() for m in Scanner(extended).read(Page("", article)).mentions if m.topic == topic
    }
    assert spellings(Scout(extended).proposals(kept(text))) == []


def test_outside_text_is_cut_and_quoted(scout: Scout) -> None:
    hostile = "\x1b[31m" + "가 " * 600 + '크래치오스 "실장"\x00\u202e' + "나 " * 600
    [proposal] = scout.proposals(kept(f"{hostile[:900]}|크래치오스\x1b]0;x\x07 실장"))
    assert all(len(example) <= MAX_EXAMPLE_CHARS and example.isprintable() for example in proposal.examples)
    tomllib.loads(proposal.toml)


def test_the_cost_grows_with_the_text_only(words: Lexicon) -> None:
    """Four times the words, every one of them new, are about four times the calls."""

    def calls(many: int) -> int:
        texts = [
            f"크라{chr(0xAC00 + n % 11_000)}오스 {n} kratx{n} 배{chr(0xAC00 + n % 9_000)}훈 장관" for n in range(many)
        ]
        fresh, profile = Scout(words), cProfile.Profile()
        profile.runcall(fresh.proposals, kept(*texts))
        return sum(entry.callcount for entry in profile.getstats())

    calls(1)
    assert calls(1_600) < 5 * calls(400)
