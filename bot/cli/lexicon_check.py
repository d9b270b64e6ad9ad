"""``lexicon check``: what is wrong in a lexicon file, a line a finding, each with its place and its cure."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.json_lines import visible, write_line
from bot.matching.lexicon_tools.check import check
from bot.matching.lexicon_tools.findings import Severity, turned
from bot.model import Reason
from handlers.text.words import note_text
from settings import lexicon
from settings.config import load
from settings.errors import BadLexicon
from settings.lexicon import Source


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as it is printed."""

    file: Path
    line: int
    severity: Severity
    entry: str
    code: str
    what: str
    cure: str

    def as_text(self) -> str:
        """One line for a person."""
        return visible(f"{self.file}:{self.line}: [{self.severity}] {self.entry}: {self.what}: {self.cure}") + "\n"


def run(options: Namespace) -> int:
    """Check one file; 1 when something in it is an error. A file that cannot be read at all is a wrong call."""
    settings = load()
    source = lexicon.source_of(options.file or settings.lexicon)
    found = findings(source, options.language or settings.language)
    for one in found:
        if options.json:
            write_line({**{name: getattr(one, name) for name in Told.__slots__}, "file": str(one.file)})
        else:
            sys.stdout.write(one.as_text())
    errors = sum(1 for one in found if one.severity == "error")
    counted = f"{errors} errors, {len(found) - errors} warnings" if found else "nothing is wrong"
    sys.stderr.write(f"pactbot lexicon check: {source.path}: {counted}\n")
    return int(errors > 0)


def findings(source: Source, language: str) -> Sequence[Told]:
    """All that is wrong, in the order of the file; where its shape is wrong, that alone: sense comes after shape."""
    try:
        known = source.lexicon()
    except BadLexicon as error:
        quoted = re.search(r"'([^']+)'", error.problem)
        file, line = source.place(error.key, quoted[1] if quoted else "")
        return [Told(file, line, "error", error.key or "file", "lexicon.shape", error.problem, error.cure)]
    told = []
    for one in check(known):
        file, line = source.place(one.entry, one.text)
        if file != source.path and source.place((other := turned(one)).entry, other.text)[0] == source.path:
            one, (file, line) = other, source.place(other.entry, other.text)  # what was added is at fault, not the base
        what, cure = _say(language, one.what), _say(language, one.cure)
        told.append(Told(file, line, one.severity, one.entry, one.what.code, what, cure))
    return sorted(told, key=lambda one: (one.file != source.path, one.line))


def _say(language: str, reason: Reason) -> str:
    return note_text(language, reason.code, reason.args)
