"""The vocabulary: what is followed, in which forms, in which senses; read from one TOML file and checked for shape.

The built-in file stands beside this module; an operator's file replaces it whole. What the words mean in a text is
decided in ``bot/matching``; here it is only checked that the file can be read at all.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path

from settings.errors import BadLexicon
from settings.lexicon_entries import (
    Agency,
    Ask,
    AskChoice,
    Cue,
    FormGroup,
    Fuzzy,
    Lexicon,
    Mask,
    Official,
    Role,
    Rule,
    Topic,
    TopicKind,
)
from settings.lexicon_file import LexiconFile

__all__ = [
    "Agency",
    "Ask",
    "AskChoice",
    "Cue",
    "FormGroup",
    "Fuzzy",
    "Lexicon",
    "Mask",
    "Official",
    "Role",
    "Rule",
    "Topic",
    "TopicKind",
    "load",
]

BUILT_IN = Path(__file__).with_name("lexicon.toml")
MAX_BYTES = 4_000_000


def load(path: Path | None) -> Lexicon:
    """Read and check a lexicon file; None is the built-in one. Raises BadLexicon with one line for a person."""
    return _built_in() if path is None else _read(path)


@cache
def _built_in() -> Lexicon:
    return _read(BUILT_IN)


def _read(path: Path) -> Lexicon:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadLexicon(str(path), "", f"cannot be read ({error.strerror})", "check the path") from error
    if len(raw) > MAX_BYTES:
        raise BadLexicon(str(path), "", f"is larger than {MAX_BYTES:,} bytes", "split what is followed")
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadLexicon(str(path), "", "is not UTF-8", "save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadLexicon(str(path), "", f"is not TOML ({error})", "mend that line") from error
    version = hashlib.sha256(raw).hexdigest()[:12]
    return LexiconFile(str(path), data).lexicon(version)
