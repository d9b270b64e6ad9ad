"""The labelled data is pinned by its digests, so that no label changes unseen.

``pytest tests/gates --write-digests`` writes the digests of changed files into floors.toml, but never of a blind set:
those were written before the rules were read, and a sentence that is added to them would no longer be blind.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FLOORS = HERE / "floors.toml"
NAMES = sorted(path.name for path in HERE.glob("*.jsonl"))
CURE = "the labelled data changed; if you meant it, run pytest tests/gates --write-digests and commit floors.toml"


def digest_of(name: str) -> str:
    return hashlib.sha256((HERE / name).read_bytes()).hexdigest()


def with_digest(floors: str, name: str, digest: str) -> str:
    """The text of floors.toml with this digest; that of a blind set stays."""
    if name.startswith("blind_"):
        return floors
    return re.sub(rf'^("{re.escape(name)}" = )"[0-9a-f]{{64}}"$', rf'\g<1>"{digest}"', floors, flags=re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_the_data_is_the_pinned_data(name: str, floors: dict[str, Any], write_digests: bool) -> None:
    if write_digests:
        text = with_digest(FLOORS.read_text("utf-8"), name, digest_of(name))
        FLOORS.write_text(text, "utf-8")
        assert f'"{name}" = "{digest_of(name)}"' in text, f"{name} is a blind set: its sentences never change"
        return
    assert floors["sha256"].get(name) == digest_of(name), CURE


def test_every_pinned_file_is_there(floors: dict[str, Any]) -> None:
    assert sorted(floors["sha256"]) == NAMES


def test_a_digest_is_written_for_one_file_and_never_for_a_blind_set() -> None:
    old, new = "0" * 64, "f" * 64
    floors = f'[sha256]\n"a.jsonl" = "{old}"\n"aa.jsonl" = "{old}"\n"blind_a.jsonl" = "{old}"\n'
    assert with_digest(floors, "a.jsonl", new) == floors.replace(f'"a.jsonl" = "{old}"', f'"a.jsonl" = "{new}"')
    assert with_digest(floors, "blind_a.jsonl", new) == floors
