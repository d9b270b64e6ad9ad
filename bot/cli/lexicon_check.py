"""``pactbot lexicon check``: prints what is wrong in a lexicon file, a line a finding, with its place and its cure."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.json_lines import counted, visible, write_line
from bot.matching.lexicon_tools.check_lexicon import check
from bot.matching.lexicon_tools.findings import Finding, Severity, mirrored
from handlers.text.words import note_text
from settings.config import load
from settings.errors import BadLexicon
from settings.lexicon import LexiconSource, source_of


@dataclass(frozen=True, slots=True)
class PrintedFinding:
    """A finding with its place in a file, in words."""

    file: Path
    line: int
    severity: Severity
    entry: str
    code: str
    problem: str
    cure: str

    def as_text(self) -> str:
        """Returns the finding as one line."""
        return visible(f"{self.file}:{self.line}: [{self.severity}] {self.entry}: {self.problem}: {self.cure}") + "\n"

    def as_json(self) -> dict[str, object]:
        """Returns the finding as the object of ``--json``."""
        return {
            "file": str(self.file), "line": self.line, "severity": self.severity, "entry": self.entry,
            "code": self.code, "what": self.problem, "cure": self.cure,
        }  # fmt: skip


def run(options: Namespace) -> int:
    """Checks one file; 1 when it has an error. A file that cannot be read at all is a wrong call."""
    settings = load()
    source = source_of(options.file or settings.lexicon)
    findings = findings_of(source, options.language or settings.language)
    for finding in findings:
        if options.json:
            write_line(finding.as_json())
        else:
            sys.stdout.write(finding.as_text())
    errors = sum(1 for finding in findings if finding.severity == "error")
    summary = (
        f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}" if findings else "nothing is wrong"
    )
    sys.stderr.write(f"pactbot lexicon check: {source.path}: {summary}\n")
    return int(errors > 0)


def findings_of(source: LexiconSource, language: str) -> Sequence[PrintedFinding]:
    """Returns the findings in the order of the file; a file of the wrong shape has that finding alone."""
    try:
        lexicon = source.lexicon()
    except BadLexicon as error:
        return [_of_shape(error, source)]
    printed = []
    for finding in check(lexicon):
        blamed, (file, line) = _blamed(finding, source)
        problem, cure = (note_text(language, reason.code, reason.args) for reason in (blamed.what, blamed.cure))
        printed.append(PrintedFinding(file, line, blamed.severity, blamed.entry, blamed.what.code, problem, cure))
    return sorted(printed, key=lambda finding: (finding.file != source.path, finding.line))


def _of_shape(error: BadLexicon, source: LexiconSource) -> PrintedFinding:
    """Returns the finding of a wrong shape, placed at the text that its problem quotes."""
    quoted = re.search(r"'([^']+)'", error.problem)
    file, line = source.place(error.key, quoted[1] if quoted else "")
    return PrintedFinding(file, line, "error", error.key or "file", "lexicon.shape", error.problem, error.cure)


def _blamed(finding: Finding, source: LexiconSource) -> tuple[Finding, tuple[Path, int]]:
    """Returns the finding at the entry to blame: of two entries that collide, the one that this file adds."""
    file, line = source.place(finding.entry, finding.text)
    if file == source.path:
        return finding, (file, line)
    other = mirrored(finding)
    place_of_other = source.place(other.entry, other.text)
    if place_of_other[0] == source.path:
        return other, place_of_other
    return finding, (file, line)
