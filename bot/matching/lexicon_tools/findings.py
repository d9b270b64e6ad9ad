"""The findings of a lexicon check, and the lexicon's form groups under the names that its messages use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.model import Reason
from settings.lexicon import FormGroup, Lexicon

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a lexicon with its place. The cure's code is the fault's with ``_cure`` behind it."""

    entry: str
    """The entry's name, as ``sector ai.form 2``."""
    text: str
    """The text to find in the entry's lines: a form or a word of a rule; empty for the entry itself."""
    what: Reason
    severity: Severity = "error"

    @property
    def cure(self) -> Reason:
        """The cure of the fault."""
        return Reason(f"{self.what.code}_cure", self.what.args)


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A group of forms with its owner."""

    kind: str
    """pact, sister, sector, official, cue, agency."""
    owner: str
    """The owner's name, as ``sector ai``."""
    name: str
    group: FormGroup


def mirrored(finding: Finding) -> Finding:
    """The same finding at the other of two alike forms; a finding of one form is returned as it is."""
    args = finding.what.args
    if "other" not in args:
        return finding
    what = Reason(finding.what.code, {"form": args["other"], "other": args["form"], "owner": finding.entry})
    return Finding(args["owner"], args["other"], what, finding.severity)


NAMING = ("pact", "sister", "sector", "official")
"""The kinds whose forms are mentions; cues and agencies only help to decide."""


def form_entries(lexicon: Lexicon) -> Iterator[FormEntry]:
    """Every group of forms, in the order in which the engine numbers them."""
    for topic in (lexicon.pact, *lexicon.sisters, *lexicon.sectors):
        owner = "pact" if topic.kind == "pact" else f"{topic.kind} {topic.id}"
        yield from _numbered(topic.kind, owner, topic.forms)
    for official in lexicon.officials:
        yield from _numbered("official", f"official {official.name}", official.forms)
    for cue in lexicon.cues.values():
        yield from (FormEntry("cue", f"cues.{cue.name}", f"cues.{cue.name}", group) for group in cue.forms)
    for agency in lexicon.agencies:
        yield from (
            FormEntry("agency", f"agency {agency.name}", f"agency {agency.name}", group) for group in agency.forms
        )


def _numbered(kind: str, owner: str, forms: tuple[FormGroup, ...]) -> Iterator[FormEntry]:
    yield from (FormEntry(kind, owner, f"{owner}.form {number}", group) for number, group in enumerate(forms, 1))
