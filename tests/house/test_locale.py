"""Both languages are complete: they have the same keys, with the same arguments."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

FILES = sorted(path.name for path in (Path(__file__).parents[2] / "handlers" / "text" / "locale" / "en").glob("*.toml"))


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Returns every sentence by its dotted key; a list's items get their number."""
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, list):
            value = {str(number): item for number, item in enumerate(value)}
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": str(value)}
    return found


def sentences(root: Path, language: str, name: str) -> dict[str, str]:
    return flat(tomllib.loads((root / "handlers" / "text" / "locale" / language / name).read_text("utf-8")))


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", sentence))


def test_both_languages_have_the_same_files(root: Path) -> None:
    korean = sorted(path.name for path in (root / "handlers" / "text" / "locale" / "ko").glob("*.toml"))
    assert FILES
    assert korean == FILES


@pytest.mark.parametrize("name", FILES)
def test_both_languages_have_the_same_keys(root: Path, name: str) -> None:
    english, korean = sentences(root, "en", name), sentences(root, "ko", name)
    assert english
    assert set(english) ^ set(korean) == set()


@pytest.mark.parametrize("name", FILES)
def test_both_languages_have_the_same_arguments(root: Path, name: str) -> None:
    english, korean = sentences(root, "en", name), sentences(root, "ko", name)
    different = {
        key: (english[key], korean[key])
        for key in english.keys() & korean.keys()
        if placeholders(english[key]) != placeholders(korean[key])
    }
    assert not different


@pytest.mark.parametrize("name", FILES)
def test_no_sentence_is_empty_or_left_in_the_other_language(root: Path, name: str) -> None:
    korean = sentences(root, "ko", name)
    english = sentences(root, "en", name)
    assert not [key for key, sentence in (english | korean).items() if not sentence.strip()]
    # Four English words in a row that stand unchanged on the Korean side were not translated.
    same = [key for key, sentence in english.items() if korean.get(key) == sentence]
    assert not [key for key in same if re.search(r"(?:[A-Za-z]{2,}[ ,.]+){3}[A-Za-z]{2,}", english[key])]
