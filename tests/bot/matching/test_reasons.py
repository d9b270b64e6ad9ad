"""Every reason of the engine has words in both languages, with the same arguments."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r'f?"((?:pact|sister|severity|sense|mask|sector|official|query|option|explain|scout)\.[a-z_{}.]+)"')


def _words(language: str) -> dict[str, str]:
    path = ROOT / "handlers" / "text" / "locale" / language / "reasons.toml"
    words: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["reason"]
    return words


def _codes() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "bot" / "matching").rglob("*.py"):
        found |= set(CODE.findall(path.read_text(encoding="utf-8")))
    return found


def test_both_languages_have_the_same_codes_and_arguments() -> None:
    english, korean = _words("en"), _words("ko")
    assert set(english) == set(korean)
    for code, words in english.items():
        assert set(re.findall(r"{(\w+)}", words)) == set(re.findall(r"{(\w+)}", korean[code])), code


def test_every_code_of_the_engine_has_words() -> None:
    known = set(_words("en"))
    codes = _codes()
    assert len(codes) > 30
    for code in codes:
        pattern = re.escape(re.sub(r"{[^}]*}", "*", code)).replace(r"\*", "[a-z_]+")
        assert any(re.fullmatch(pattern, name) for name in known), code
