"""The check finds every kind of fault at its place, and nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bot.matching.engine.cues import CUES
from bot.matching.lexicon_tools.check_lexicon import check
from bot.matching.scan import Scanner
from bot.model import Page
from settings import lexicon
from settings.lexicon import Lexicon

ROOT = Path(__file__).resolve().parents[4]
ADDED = """
extends = "built-in"
[[official]]
name = "Jane Rivera"
ko = "제인 리베라"
handles = ["rivera"]
sources = ["[M]"]
[[official.form]]
texts = ["제인 리베라", "jane rivera"]
[[official.form]]
texts = ["리베라"]
needs_full_name = true
[[sector]]
id = "batteries"
ko = "이차전지"
en = "batteries"
sources = ["[M]"]
[[sector.form]]
texts = ["이차~전지"]
"""


def made(tmp_path: Path, text: str) -> Lexicon:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return lexicon.load(path)


def findings_of(known: Lexicon) -> list[tuple[str, str, str, str]]:
    return [(finding.severity, finding.entry, finding.what.code, finding.text) for finding in check(known)]


def test_a_correct_addition_is_clean(tmp_path: Path) -> None:
    assert findings_of(made(tmp_path, ADDED)) == []


SECTOR, OFFICIAL = "sector batteries.form 1", "official Jane Rivera"
TEXTS, NAMES = 'texts = ["이차~전지"]', 'texts = ["제인 리베라", "jane rivera"]'
RULE = 'texts = ["이차~전지"]\nmeant = {meant}\nrules = [{rules}]'


def ruled(rules: str, meant: str = "false") -> str:
    return RULE.format(meant=meant, rules=rules)


FAULTS = [
    (TEXTS, 'texts = ["양-자 컴퓨터"]', ("error", SECTOR, "lexicon.form_of_two", "양-자 컴퓨터")),
    (TEXTS, 'texts = ["micro-chip"]', ("error", SECTOR, "lexicon.form_of_two", "micro-chip")),
    (TEXTS, 'texts = ["Qubits"]', ("error", SECTOR, "lexicon.form_of_two", "Qubits")),
    (TEXTS, 'texts = ["이차~전지", "이차 전지"]', ("warning", SECTOR, "lexicon.form_twice", "이차 전지")),
    (
        TEXTS,
        (f'{TEXTS}\n[[sector.form]]\ntexts = ["이차전지"]\nmeant = false\n'
        'rules = [{ say = true, where = "list", words = [] }]'),
        ("error", "sector batteries.form 2", "lexicon.form_twice_other_rules", "이차전지"),
    ),
    (TEXTS, 'texts = ["E~V"]\ncase = true', ("error", SECTOR, "lexicon.case_with_marks", "E~V")),
    (TEXTS, 'texts = ["이차~전지", "전"]', ("error", SECTOR, "lexicon.form_too_short", "전")),
    (TEXTS, 'texts = ["이차~전지", "EV"]', ("error", SECTOR, "lexicon.form_too_short", "EV")),
    (TEXTS, 'texts = ["통신사"]', ("error", SECTOR, "lexicon.form_masked", "통신사")),
    (TEXTS, 'texts = ["www.cells.com"]', ("error", SECTOR, "lexicon.form_masked", "www.cells.com")),
    (NAMES, 'texts = ["제인 리베라", "jane rivera", "ai 리베라"]',
     ("error", f"{OFFICIAL}.form 1", "lexicon.form_inside_name", "ai 리베라")),
    (NAMES, 'texts = ["제인 리베라", "jane rivera", "jane kratsios"]',
     ("error", f"{OFFICIAL}.form 1", "lexicon.form_inside_name", "jane kratsios")),
    (TEXTS, ruled('{ say = true, where = "near", words = ["배터리"] }, { say = false, where = "near", within = 20, '
                  'words = ["배터리", "폐배터리"] }, { say = true, where = "left", words = ["국산 "] }'),
     ("error", SECTOR, "lexicon.rule_covered", "배터리")),
    (TEXTS, ruled('{ say = false, where = "right", words = ["기술"] }, '
                  '{ say = true, where = "right", words = ["기술주"] }'),
     ("error", SECTOR, "lexicon.rule_covered", "기술주")),
    (TEXTS, ruled('{ say = false, where = "article", words = ["ev"] }, '
                  '{ say = true, where = "sentence", words = ["ev"] }'),
     ("error", SECTOR, "lexicon.rule_covered", "ev")),
    (TEXTS, ruled('{ say = false, where = "left", words = ["폐"] }'),
     ("warning", SECTOR, "lexicon.rule_changes_nothing", "폐")),
    (TEXTS, ruled('{ say = false, where = "sentence", words = ["전지"] }, '
                  '{ say = true, where = "left", words = ["국산 "] }'),
     ("error", SECTOR, "lexicon.rule_always_holds", "이차~전지")),
    (TEXTS, ruled('{ say = true, where = "sentence", words = ["ev", "폐배터리"], unless = ["배터리"] }'),
     ("error", SECTOR, "lexicon.word_forbids_itself", "폐배터리")),
    ('id = "batteries"', 'id = "officials"', ("error", "sector officials", "lexicon.name_of_two", "officials")),
    ('ko = "이차전지"', 'ko = "반도체"', ("error", "sector batteries", "lexicon.name_of_two", "반도체")),
    ('handles = ["rivera"]', 'handles = ["bae"]', ("error", OFFICIAL, "lexicon.name_of_two", "bae")),
    ('[[official.form]]\ntexts = ["제인 리베라", "jane rivera"]\n', "",
     ("error", OFFICIAL, "lexicon.no_full_name", "")),
    (NAMES, 'texts = ["제인 리베라"]', ("warning", OFFICIAL, "lexicon.own_name", "Jane Rivera")),
    ('handles = ["rivera"]\nsources = ["[M]"]', 'handles = ["rivera"]', ("error", OFFICIAL, "lexicon.no_sources", "")),
    (f"[[sector.form]]\n{TEXTS}", "", ("error", "sector batteries", "lexicon.no_forms", "")),
    ('handles = ["rivera"]', 'fuzzy = [{ word = "rivera", distance = 1, initials = "r" }]',
     ("error", OFFICIAL, "lexicon.fuzzy_needs", "rivera")),
    ('handles = ["rivera"]', 'fuzzy_needs = ["특사"]\nfuzzy = [{ word = "rivera", distance = 1, initials = "[" }]',
     ("error", OFFICIAL, "lexicon.fuzzy_initials", "rivera")),
    ('handles = ["rivera"]', 'fuzzy_needs = ["특사"]\nfuzzy = [{ word = "리베", distance = 1, initials = "리" }]',
     ("error", OFFICIAL, "lexicon.fuzzy_short", "리베")),
    (TEXTS, f'{TEXTS}\n[cues.koreaa]\ntexts = ["여의도"]', ("error", "cues.koreaa", "lexicon.cue_unknown", "")),
    (TEXTS, (f'{TEXTS}\n[[ask]]\nterm = "전지"\nchoices = [{{ query = "sector:warp", ko = "가", en = "a" }}, '
     '{ query = "전지", ko = "나", en = "b" }]'), ("error", "ask 전지", "lexicon.ask_query", "sector:warp")),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fault"), FAULTS, ids=[fault[2] + ":" + fault[3] for _, _, fault in FAULTS])
def test_a_fault_is_found_at_its_place(tmp_path: Path, old: str, new: str, fault: tuple[str, ...]) -> None:
    assert old in ADDED
    findings = findings_of(made(tmp_path, ADDED.replace(old, new, 1)))
    assert fault in findings
    assert {entry.split(".form")[0] for _, entry, _, _ in findings} == {fault[1].split(".form")[0]}


NO_FAULTS = [
    (TEXTS, ruled('{ say = false, where = "near", words = ["배터리"], within = 10 }, '
                  '{ say = true, where = "near", words = ["배터리"], within = 40 }')),
    (TEXTS, 'texts = ["6세대 배터리"]'),
    (TEXTS, 'texts = ["양자 배터리"]'),
    (NAMES, 'texts = ["제인 리베라", "jane rivera", "김 장관 대리"]'),
    ('texts = ["리베라"]', 'texts = ["김 장관"]'),
    (TEXTS, ruled('{ say = true, where = "near", words = ["배터리"], within = 20 }, '
                  '{ say = true, where = "sentence", words = ["배터리"] }')),
    (TEXTS, ruled('{ say = false, where = "right", words = ["기술주"] }, '
                  '{ say = true, where = "right", words = ["기술"] }')),
    (TEXTS, f'{TEXTS}\n[cues.district]\ntopic = "korea"\ntexts = ["여의도"]'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), NO_FAULTS)
def test_a_correct_variant_is_no_fault(tmp_path: Path, old: str, new: str) -> None:
    assert old in ADDED
    assert findings_of(made(tmp_path, ADDED.replace(old, new, 1))) == []


def test_a_covered_rule_changes_nothing_in_the_engine(tmp_path: Path) -> None:
    rules = '{ say = false, where = "right", words = ["기술"] }, { say = true, where = "right", words = ["기술주"] }'
    for text in ("이차전지 기술주 상승", "이차전지 기술 개발", "이차전지 수출"):
        with_it = Scanner(made(tmp_path, ADDED.replace(TEXTS, ruled(rules, "true")))).read(Page("", text))
        without = Scanner(made(tmp_path, ADDED.replace(TEXTS, ruled(rules.split(" }, ")[0] + " }", "true"))))
        assert with_it.topics.sectors == without.read(Page("", text)).topics.sectors


def test_a_decision_asks_for_every_known_cue() -> None:
    code = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "bot/matching").rglob("*.py") if path.stem != "check_lexicon"
    )
    code = code.replace(code[code.index("CUES = frozenset(") :].split(")\n", 1)[0], "")
    assert {name for name in CUES if not re.search(rf"\"{name}\"", code)} == set()


def test_every_finding_has_words_and_a_cure_in_both_languages() -> None:
    codes = {
        code
        for name in ("check_lexicon", "check_forms", "check_rules")
        for code in re.findall(r'"(lexicon\.\w+)"', (ROOT / f"bot/matching/lexicon_tools/{name}.py").read_text("utf-8"))
    }
    assert len(codes) > 20
    for language in ("en", "ko"):
        path = ROOT / "handlers" / "text" / "locale" / language / "lexicon.toml"
        words = tomllib.loads(path.read_text("utf-8"))["reason"]
        assert set(words) == codes | {f"{code}_cure" for code in codes}
