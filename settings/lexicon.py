"""The vocabulary: what is followed, in which forms, in which senses; read from TOML and checked for shape.

The built-in file stands beside this module. An operator's file replaces it whole, or adds to it where its first line
says ``extends = "built-in"``. What the words mean in a text is decided in ``bot/matching``; here it is only checked
that the file can be read at all.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

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
from settings.lexicon_extends import BUILT_IN_NAME, EXTENDS, is_added, merged
from settings.lexicon_file import read_lexicon
from settings.lexicon_places import Places

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
    "Source",
    "Topic",
    "TopicKind",
    "load",
    "source_of",
]

BUILT_IN = Path(__file__).with_name("lexicon.toml")
MAX_BYTES = 4_000_000


@dataclass(frozen=True)
class Source:
    """A lexicon as it is written: one file, and the built-in one below it where the file extends that."""

    path: Path
    text: str
    data: dict[str, Any]
    base: Source | None = None

    @property
    def version(self) -> str:
        """Changes with every letter of the file, and of what it extends."""
        below = self.base.version if self.base else ""
        return hashlib.sha256(below.encode() + self.text.encode()).hexdigest()[:12]

    def lexicon(self) -> Lexicon:
        """The checked lexicon. Raises BadLexicon for the first thing that has the wrong shape."""
        data = merged(self.base.data, self.data) if self.base else self.data
        return read_lexicon(str(self.path), data, self.version)

    def place(self, entry: str, text: str = "") -> tuple[Path, int]:
        """The file and line of an entry, or of a text in it; the file's own line wins over one of what it extends."""
        found = re.fullmatch(r"(.*)\.form (\d+)", entry)
        name, form = (self._here(found[1]), int(found[2])) if found else (self._here(entry), 0)
        below = self.base.places.forms_of(name) if self.base else 0
        own = self.places.line_of(f"{name}.form {form - below}" if form else name, text)
        if own is not None:
            return self.path, own
        for source in filter(None, (self.base, self)):
            at = source.places.line_of(entry, text) or source.places.line_of(name, text)
            if at is not None:
                return source.path, at
        shorter = entry.rpartition(".")[0]
        return self.place(shorter, text) if shorter else (self.path, self.places.any_line_of(text) or 1)

    def _here(self, name: str) -> str:
        """This file's own name of an entry that only has a number, because the whole counts all others before it.

        Empty where such an entry stands in what is extended.
        """
        found = re.fullmatch(r"([a-z]+) (\d+)(.*)", name)
        below = self.base.data.get(found[1], []) if self.base and found else []
        if found is None or not below:
            return name
        entries = enumerate(self.data.get(found[1], []), 1)
        added = [number for number, entry in entries if is_added(below, entry, found[1])]
        at = int(found[2]) - len(below)
        return f"{found[1]} {added[at - 1]}{found[3]}" if 0 < at <= len(added) else ""

    @cached_property
    def places(self) -> Places:
        """The lines of this file's entries."""
        return Places(self.text, self.data)


def load(path: Path | None) -> Lexicon:
    """Read and check a lexicon file; None is the built-in one. Raises BadLexicon with one line for a person."""
    return _built_in() if path is None else source_of(path).lexicon()


@cache
def _built_in() -> Lexicon:
    return source_of(None).lexicon()


def source_of(path: Path | None) -> Source:
    """A lexicon file as it is written; None is the built-in one. Raises BadLexicon where it is no TOML at all."""
    path = BUILT_IN if path is None else path
    text = _text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadLexicon(str(path), "", f"is not TOML ({error})", "mend that line") from error
    return Source(path, text, data, _below(path, data))


def _below(path: Path, data: dict[str, Any]) -> Source | None:
    extends = data.get(EXTENDS)
    if extends is None:
        return None
    if extends != BUILT_IN_NAME or path == BUILT_IN:
        raise BadLexicon(str(path), EXTENDS, f"is {extends!r}", f'write {EXTENDS} = "{BUILT_IN_NAME}" or leave it out')
    return source_of(None)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadLexicon(str(path), "", f"cannot be read ({error.strerror})", "check the path") from error
    if len(raw) > MAX_BYTES:
        raise BadLexicon(str(path), "", f"is larger than {MAX_BYTES:,} bytes", "split what is followed")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadLexicon(str(path), "", "is not UTF-8", "save the file as UTF-8") from error
