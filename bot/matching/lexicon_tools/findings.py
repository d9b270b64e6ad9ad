"""What a check of a lexicon found, and its entries one by one, called as the file's own messages call them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.model import Reason
from settings.lexicon import FormGroup, Lexicon

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, and what it is. The cure has the same code with ``_cure`` behind it."""

    entry: str
    """As ``sector ai.form 2``."""
    text: str
    """What to look for in the entry's lines: a form, a word of a rule; empty for the entry itself."""
    what: Reason
    severity: Severity = "error"

    @property
    def cure(self) -> Reason:
        """What to do about it."""
        return Reason(f"{self.what.code}_cure", self.what.args)


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A group of forms with its owner."""

    kind: str
    """pact, sister, sector, official, cue, agency."""
    owner: str
    """As ``sector ai``; the pact, the cues and the agencies likewise."""
    entry: str
    group: FormGroup


def mirrored(finding: Finding) -> Finding:
    """The same finding, told at the other one of the two forms that are alike; any other as it is."""
    args = finding.what.args
    if "other" not in args:
        return finding
    what = Reason(finding.what.code, {"form": args["other"], "other": args["form"], "owner": finding.entry})
    return Finding(args["owner"], args["other"], what, finding.severity)


NAMING = ("pact", "sister", "sector", "official")
"""Kinds whose forms are mentions; cues and agencies only help to decide."""


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
