"""Loads the lexicon: the topics, people and words that are followed, with their forms and senses.

The built-in file is ``lexicon.toml`` beside this module. An operator's file replaces it, or adds to it where it says
``extends = "built-in"``. Only the shape of a file is checked here; ``bot/matching`` decides what its words mean.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from settings.errors import BadLexicon
from settings.lexicon_entries import (
    Agency,
    AmbiguousTerm,
    Cue,
    FormGroup,
    Fuzzy,
    Lexicon,
    Mask,
    Official,
    Role,
    Rule,
    TermSense,
    Topic,
    TopicKind,
)
from settings.lexicon_extends import BUILT_IN_NAME, EXTENDS, is_added, merged
from settings.lexicon_file import read_lexicon
from settings.lexicon_places import Places
from settings.toml_table import parse_toml

__all__ = [
    "Agency",
    "AmbiguousTerm",
    "Cue",
    "FormGroup",
    "Fuzzy",
    "Lexicon",
    "LexiconSource",
    "Mask",
    "Official",
    "Role",
    "Rule",
    "TermSense",
    "Topic",
    "TopicKind",
    "load",
    "load_with",
    "source_of",
]

BUILT_IN = Path(__file__).with_name("lexicon.toml")
MAX_BYTES = 4_000_000
ADDITION = "added in Slack"
"""Stands for the file of an addition in an error."""


@dataclass(frozen=True)
class LexiconSource:
    """A lexicon as it is written: one file, and the built-in one as its base where the file extends that."""

    path: Path
    text: str
    data: dict[str, Any]
    base: LexiconSource | None = None

    @property
    def version(self) -> str:
        """A hash of the file and of its base: it changes with every letter of either."""
        base_version = self.base.version if self.base else ""
        return hashlib.sha256(base_version.encode() + self.text.encode()).hexdigest()[:12]

    def lexicon(self) -> Lexicon:
        """Returns the checked lexicon. Raises BadLexicon for the first thing of the wrong shape."""
        data = merged(self.base.data, self.data) if self.base else self.data
        return read_lexicon(str(self.path), data, self.version)

    def place(self, entry: str, text: str = "") -> tuple[Path, int]:
        """Returns the file and line of an entry, or of a text in it; this file's own line wins over one of its base."""
        of_form = re.fullmatch(r"(.*)\.form (\d+)", entry)
        name, form = (self._own_name(of_form[1]), int(of_form[2])) if of_form else (self._own_name(entry), 0)
        forms_of_base = self.base.places.forms_of(name) if self.base else 0
        own_line = self.places.line_of(f"{name}.form {form - forms_of_base}" if form else name, text)
        if own_line is not None:
            return self.path, own_line
        for source in filter(None, (self.base, self)):
            line = source.places.line_of(entry, text) or source.places.line_of(name, text)
            if line is not None:
                return source.path, line
        parent = entry.rpartition(".")[0]
        return self.place(parent, text) if parent else (self.path, self.places.any_line_of(text) or 1)

    def _own_name(self, name: str) -> str:
        """Returns this file's name of an entry that only has a number: the merged lexicon counts the base's before it.

        The name is empty where the base holds the entry.
        """
        numbered = re.fullmatch(r"([a-z]+) (\d+)(.*)", name)
        in_base = self.base.data.get(numbered[1], []) if self.base and numbered else []
        if numbered is None or not in_base:
            return name
        entries = enumerate(self.data.get(numbered[1], []), 1)
        added = [number for number, entry in entries if is_added(in_base, entry, numbered[1])]
        index = int(numbered[2]) - len(in_base)
        return f"{numbered[1]} {added[index - 1]}{numbered[3]}" if 0 < index <= len(added) else ""

    @cached_property
    def places(self) -> Places:
        """The lines of this file's entries."""
        return Places(self.text, self.data)


def load(path: Path | None) -> Lexicon:
    """Returns the lexicon of a file; None is the built-in one. Raises BadLexicon with one line for a person."""
    return _built_in() if path is None else source_of(path).lexicon()


def load_with(path: Path | None, additions: Sequence[str]) -> Lexicon:
    """Returns the lexicon of a file with additions, each of which is what a file that extends it would hold, as TOML.

    Raises BadLexicon for an addition that does not fit.
    """
    if not additions:
        return load(path)
    source = source_of(path)
    data = merged(source.base.data, source.data) if source.base else source.data
    for addition in additions:
        data = merged(data, parse_toml(ADDITION, addition.encode(), BadLexicon))
    version = hashlib.sha256("\0".join((source.version, *additions)).encode()).hexdigest()[:12]
    return read_lexicon(ADDITION, data, version)


@cache
def _built_in() -> Lexicon:
    return source_of(None).lexicon()


def source_of(path: Path | None) -> LexiconSource:
    """Returns a lexicon file as it is written; None is the built-in one. Raises BadLexicon for what is no TOML."""
    path = BUILT_IN if path is None else path
    raw = _bytes(path)
    data = parse_toml(str(path), raw, BadLexicon)
    return LexiconSource(path, raw.decode("utf-8-sig"), data, _base(path, data))


def _base(path: Path, data: dict[str, Any]) -> LexiconSource | None:
    extends = data.get(EXTENDS)
    if extends is None:
        return None
    if extends != BUILT_IN_NAME or path == BUILT_IN:
        raise BadLexicon(str(path), EXTENDS, f"is {extends!r}", f'write {EXTENDS} = "{BUILT_IN_NAME}" or leave it out')
    return source_of(None)


def _bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadLexicon(str(path), "", f"cannot be read ({error.strerror})", "check the path") from error
    if len(raw) > MAX_BYTES:
        raise BadLexicon(str(path), "", f"is larger than {MAX_BYTES:,} bytes", "follow less")
    return raw
