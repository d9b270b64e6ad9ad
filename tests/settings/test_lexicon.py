"""The lexicon is read whole or refused with the file, the key and the cure."""

from pathlib import Path

import pytest

from settings import lexicon
from settings.errors import BadLexicon

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


def test_the_built_in_lexicon_holds_everything_that_is_followed() -> None:
    words = lexicon.load(None)
    assert {s.id for s in words.sectors} == set(FIRST.split()) | set(OTHERS.split())
    assert {s.id for s in words.sisters} == {"uk", "japan"}
    assert {o.name for o in words.officials} == {
        "Michael Kratsios", "Bae Kyung-hoon", "Ha Jung-woo", "Jacob Helberg", "Howard Lutnick", "Kim Jung-kwan",
        "Yeo Han-koo", "Koo Yun-cheol", "Kim Jina", "Ryu Je-myung", "Wi Sung-lac", "Jamieson Greer", "Michael Needham",
        "Yoo Sang-im", "David Sacks", "Sriram Krishnan",
    }  # fmt: skip
    assert len(words.version) == 12
    assert all(topic.sources for topic in (words.pact, *words.sisters, *words.sectors))
    assert all(official.sources and official.roles and official.handles for official in words.officials)


def test_an_operators_file_replaces_it(tmp_path: Path) -> None:
    words = _load(tmp_path, SMALL)
    assert [s.id for s in words.sectors] == ["ai"]
    assert words.version != lexicon.load(None).version
    assert words.version == _load(tmp_path, SMALL).version


@pytest.mark.parametrize(
    ("old", "new", "key", "hint"),
    [
        ('texts = ["인공지능"]', "texts = []", "sector ai.form 1.texts", "empty"),
        ('texts = ["인공지능"]', 'text = ["인공지능"]', "sector ai.form 1.text", "unknown"),
        ('id = "ai"', "", "sector 1.id", "missing"),
        ('sectors = ["ai"]', 'sectors = ["warp"]', "pact.sectors", "no sector"),
        ("window_opens_on = 2025-10-01", 'window_opens_on = "soon"', "pact.window_opens_on", "no date"),
        ('texts = ["인공지능"]', 'texts = ["@nothing"]', "sector ai.form 1.texts", "word list"),
        (
            'texts = ["인공지능"]',
            'texts = ["인공지능"]\nrules = [{ say = true, where = "up", words = ["a"] }]',
            "sector ai.form 1.rules 1.where",
            "unknown",
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
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, key: str, hint: str) -> None:
    assert old in SMALL
    with pytest.raises(BadLexicon) as caught:
        _load(tmp_path, SMALL.replace(old, new, 1))
    assert caught.value.key == key
    assert hint in str(caught.value)
    assert "own.toml" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"[pact", b""])
def test_what_is_no_lexicon_at_all(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(raw)
    with pytest.raises(BadLexicon):
        lexicon.load(path)
    with pytest.raises(BadLexicon):
        lexicon.load(tmp_path / "none.toml")
