"""The lexicon is read as a whole, or refused with the file, the key and the cure."""

from pathlib import Path

import pytest

from settings import lexicon
from settings.errors import BadLexicon
from tests.support.extending_lexicon import EXTENDS, OFFICIAL, SECTOR

FIRST = "ai quantum telecom bio space research-security data export-control"
OTHERS = "semiconductors nuclear shipbuilding basic-research"
SMALL = """
[pact]
ko = "협정"
en = "Deal"
sectors = ["ai"]
window_opens_on = 2025-10-01
sister_window_opens_on = 2025-09-01
sources = ["[M]"]
[[sector]]
id = "ai"
ko = "인공지능"
en = "AI"
sources = ["[M]"]
[[sector.form]]
texts = ["인공지능"]
[cues]
"""

TWICE = """
[[sector]]
id = "x"
ko = "x"
en = "x"
sources = ["[M]"]
[[sector.form]]
texts = ["인공 지능"]
[cues]"""


def _load(tmp_path: Path, text: str) -> lexicon.Lexicon:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return lexicon.load(path)


def test_the_built_in_lexicon_has_every_followed_topic() -> None:
    loaded = lexicon.load(None)
    assert {s.id for s in loaded.sectors} >= set(FIRST.split()) | set(OTHERS.split())
    assert {s.id for s in loaded.sisters} >= {"uk", "japan"}
    assert {o.name for o in loaded.officials} >= {
        "Michael Kratsios", "Bae Kyung-hoon", "Ha Jung-woo", "Jacob Helberg", "Howard Lutnick", "Kim Jung-kwan",
        "Yeo Han-koo", "Koo Yun-cheol", "Kim Jina", "Ryu Je-myung", "Wi Sung-lac", "Jamieson Greer", "Michael Needham",
        "Yoo Sang-im", "David Sacks", "Sriram Krishnan",
    }  # fmt: skip
    assert len(loaded.version) == 12
    assert all(topic.sources for topic in (loaded.pact, *loaded.sisters, *loaded.sectors))
    assert all(official.sources and official.roles and official.handles for official in loaded.officials)


def test_an_operators_file_replaces_the_built_in_lexicon(tmp_path: Path) -> None:
    loaded = _load(tmp_path, SMALL)
    assert [s.id for s in loaded.sectors] == ["ai"]
    assert loaded.version != lexicon.load(None).version
    assert loaded.version == _load(tmp_path, SMALL).version


@pytest.mark.parametrize(
    ("old", "new", "key", "hint"),
    [
        ('texts = ["인공지능"]', "texts = []", "sector ai.form 1.texts", "empty"),
        ('texts = ["인공지능"]', 'text = ["인공지능"]', "sector ai.form 1.text", "no such key; did you mean texts?"),
        ('id = "ai"', "", "sector 1.id", "missing"),
        ('sectors = ["ai"]', 'sectors = ["warp"]', "pact.sectors", "no sector"),
        (
            "window_opens_on = 2025-10-01",
            'window_opens_on = "soon"',
            "pact.window_opens_on",
            "must be a date, not 'soon'",
        ),
        ('texts = ["인공지능"]', 'texts = ["@nothing"]', "sector ai.form 1.texts", "word list"),
        (
            'texts = ["인공지능"]',
            'texts = ["인공지능"]\nrules = [{ say = true, where = "up", words = ["a"] }]',
            "sector ai.form 1.rules 1.where",
            "'up' is not known; use one of left, right",
        ),
        ("[cues]", '[[mask]]\nname = "m"\nhides = ["all"]\n[cues]', "mask 1 m.hides", "all"),
        (
            "[cues]",
            '[[mask]]\nname = "m"\nhides = ["sector"]\npattern = "("\nanchors = ["("]\n[cues]',
            "mask 1 m.pattern",
            "regular expression",
        ),
        (
            "[cues]",
            TWICE,
            "sector x",
            "belongs to sector ai",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_its_key(tmp_path: Path, old: str, new: str, key: str, hint: str) -> None:
    assert old in SMALL
    with pytest.raises(BadLexicon) as caught:
        _load(tmp_path, SMALL.replace(old, new, 1))
    assert caught.value.key == key
    assert hint in str(caught.value)
    assert "own.toml" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"[pact", b""])
def test_a_file_that_is_no_lexicon_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(raw)
    with pytest.raises(BadLexicon):
        lexicon.load(path)
    with pytest.raises(BadLexicon):
        lexicon.load(tmp_path / "none.toml")


EXTENDING = (
    EXTENDS
    + """
[words]
officers = ["특별대표"]
[pact]
sectors = ["batteries"]
"""
    + OFFICIAL
    + SECTOR
    + """
[[sector]]
id = "quantum"
en = "quantum tech"
[[sector.form]]
texts = ["양자~오라클"]
[[mask]]
name = "name"
hides = ["sector"]
texts = ["이차전지산업협회"]
[cues.korea]
texts = ["여의도"]
"""
)


def test_a_short_file_adds_to_the_built_in_one(tmp_path: Path) -> None:
    whole, extended = lexicon.load(None), _load(tmp_path, EXTENDING)
    assert [official.name for official in extended.officials] == [
        *(official.name for official in whole.officials),
        "Jane Rivera",
    ]
    assert [sector.id for sector in extended.sectors] == [*(sector.id for sector in whole.sectors), "batteries"]
    before, after = whole.sector("quantum"), extended.sector("quantum")
    assert before is not None
    assert after is not None
    assert after.forms == (*before.forms, lexicon.FormGroup(("양자~오라클",)))
    assert (after.ko, after.en, after.sources) == (before.ko, "quantum tech", before.sources)
    assert extended.pact_sectors == (*whole.pact_sectors, "batteries")
    assert extended.masks[:-1] == whole.masks
    assert extended.cues["korea"].forms[0].texts == (*whole.cues["korea"].forms[0].texts, "여의도")
    assert extended.words["officers"] == (*whole.words["officers"], "특별대표")
    rivera = extended.official("Jane Rivera")
    assert rivera is not None
    assert rivera.forms[0].right == extended.words["officers"]
    bae = extended.official("Bae Kyung-hoon")
    assert bae is not None
    assert "특별대표" in (bae.forms[0].right or ()), "a word list that grows, grows for every entry"


def test_the_version_covers_the_file_and_its_base(tmp_path: Path) -> None:
    assert _load(tmp_path, EXTENDING).version not in (lexicon.load(None).version, _load(tmp_path, SMALL).version)
    source = lexicon.source_of(tmp_path / "own.toml")
    assert source.base is None, "SMALL extends nothing"


@pytest.mark.parametrize("written", ['"other.toml"', "3", "true"])
def test_only_the_built_in_lexicon_can_be_extended(tmp_path: Path, written: str) -> None:
    with pytest.raises(BadLexicon) as caught:
        _load(tmp_path, EXTENDING.replace('"built-in"', written, 1))
    assert (caught.value.key, caught.value.cure) == ("extends", 'write extends = "built-in" or leave it out')


def test_an_unknown_entry_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadLexicon) as caught:
        _load(tmp_path, 'extends = "built-in"\n[[sector]]\nid = "quantun"\n[[sector.form]]\ntexts = ["x"]\n')
    assert caught.value.key == "sector quantun.sources"


PLACES = [
    ("official Jane Rivera", "", "own.toml", "[[official]]"),
    ("official Jane Rivera.form 1", "jane rivera", "own.toml", 'texts = ["제인 리베라", "jane rivera"]'),
    ("sector quantum.form {quantum}", "양자~오라클", "own.toml", 'texts = ["양자~오라클"]'),
    ("sector batteries.form 1", "", "own.toml", "[[sector.form]]"),
    ("cues.korea", "여의도", "own.toml", 'texts = ["여의도"]'),
    ("sector quantum.form {last}", "quantum", "lexicon.toml", 'texts = ["quantum"]'),
    ("official Kim Jina.form 1", "김진아", "lexicon.toml", 'texts = ["김진아"]'),
    ("mask {masks} name", "", "own.toml", "[[mask]]"),
    ("mask {masks} name", "이차전지산업협회", "own.toml", 'texts = ["이차전지산업협회"]'),
    ("mask 1 name", "정보통신망", "lexicon.toml", None),
    ("pact.form 2", "기술~번영", "lexicon.toml", 'texts = ["기술~번영"]'),
]


@pytest.mark.parametrize(("entry", "text", "file", "line"), PLACES)
def test_an_entry_is_found_in_its_file(tmp_path: Path, entry: str, text: str, file: str, line: str | None) -> None:
    path = tmp_path / "own.toml"
    path.write_text(EXTENDING, encoding="utf-8")
    whole = lexicon.load(None)
    quantum = whole.sector("quantum")
    assert quantum is not None
    last = next(n for n, form in enumerate(quantum.forms, 1) if form.texts == ("quantum",))
    numbers = {"masks": len(whole.masks) + 1, "quantum": len(quantum.forms) + 1, "last": last}
    found_in, number = lexicon.source_of(path).place(entry.format(**numbers), text)
    assert found_in.name == file
    found_line = found_in.read_text("utf-8").split("\n")[number - 1]
    assert found_line == line if line is not None else f'"{text}"' in found_line


def test_a_header_inside_a_text_is_no_header(tmp_path: Path) -> None:
    odd = EXTENDING.replace('sources = ["[M]"]', 'sources = ["""\n[[sector]]\n[cues.korea]\n"""]', 1)
    path = tmp_path / "own.toml"
    path.write_text(odd, encoding="utf-8")
    _, number = lexicon.source_of(path).place("sector batteries", "")
    assert odd.split("\n")[number : number + 1] == ['id = "batteries"']
