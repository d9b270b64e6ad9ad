"""Checks forms: those of two owners, those that can never be found, and those that would be found everywhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.matching.engine.field import FieldText
from bot.matching.engine.forms import spellings
from bot.matching.engine.senses import Senses
from bot.matching.engine.vocabulary import Vocabulary
from bot.matching.lexicon_tools.findings import NAMING, Finding, FormEntry
from bot.matching.text.korean import is_hangul
from bot.matching.text.normalize import fold
from bot.model import Reason

_JOINTS = re.compile(r"[ ·\-/,.‐]+")
_MARKS = re.compile(r"[~·]|\([a-z]{1,3}\)")
_MIN_LATIN_LETTERS, _MIN_SYLLABLES = 3, 2


@dataclass(frozen=True, slots=True)
class _Claim:
    entry: FormEntry
    text: str
    exact: bool
    """Whether the form is compared as it is written."""


def alike(entries: Sequence[FormEntry]) -> Iterator[Finding]:
    """Forms of two owners that are the same without spaces, hyphens and dots.

    Surnames that wait for a full name may be shared, because the full name decides.
    """
    claims: defaultdict[str, dict[str, _Claim]] = defaultdict(dict)
    for entry, text in _texts(entries, (*NAMING, "agency")):
        if not entry.group.needs_full_name:
            for spelling in spellings(text):
                claims[_JOINTS.sub("", spelling)].setdefault(entry.owner, _Claim(entry, text, entry.group.case))
    reported: set[tuple[str, str]] = set()
    for first, *others in map(dict.values, claims.values()):
        for other in others:
            differ = (first.exact or other.exact) and first.text != other.text
            if not differ and (other.entry.name, other.text) not in reported:
                reported.add((other.entry.name, other.text))
                args = {"form": other.text, "other": first.text, "owner": first.entry.name}
                yield Finding(other.entry.name, other.text, Reason("lexicon.form_of_two", args))


def twice(entries: Sequence[FormEntry]) -> Iterator[Finding]:
    """A form that another form of its owner covers: needless, or a fault where the two have other rules."""
    claimed: dict[tuple[str, str], _Claim] = {}
    for entry, text in _texts(entries, (*NAMING, "agency")):
        keys = [(entry.owner, spelling) for spelling in spellings(text)]
        before = [claimed.get(key) for key in keys]
        for key in keys:
            claimed.setdefault(key, _Claim(entry, text, entry.group.case))
        other = next((claim for claim in before if claim is not None and claim.entry is not entry), None)
        if other is not None and _decides_otherwise(other.entry, entry):
            args = {"form": text, "other": other.text, "owner": other.entry.name}
            yield Finding(entry.name, text, Reason("lexicon.form_twice_other_rules", args))
        elif (first := before[0]) is not None and all(before):
            args = {"form": text, "other": first.text, "owner": first.entry.name}
            yield Finding(entry.name, text, Reason("lexicon.form_twice", args), "warning")


def _texts(entries: Sequence[FormEntry], kinds: tuple[str, ...]) -> Iterator[tuple[FormEntry, str]]:
    for entry in entries:
        if entry.kind in kinds:
            yield from ((entry, text) for text in entry.group.texts)


def _decides_otherwise(entry: FormEntry, other_entry: FormEntry) -> bool:
    group, other = entry.group, other_entry.group
    if group.case or other.case:
        return False
    return (group.rules, group.meant, group.needs_full_name) != (other.rules, other.meant, other.needs_full_name)


def unfindable(entry: FormEntry) -> Iterator[Finding]:
    """A form with marks that is compared letter by letter, and a form without letters."""
    for text in entry.group.texts:
        if entry.group.case and _MARKS.search(text):
            yield Finding(entry.name, text, Reason("lexicon.case_with_marks", {"form": text}))
        if not fold(_MARKS.sub("", text)).strip():
            yield Finding(entry.name, text, Reason("lexicon.form_empty", {"form": text}))


def too_short(entry: FormEntry) -> Iterator[Finding]:
    """A form of one syllable, or of two Latin letters, without a rule."""
    group = entry.group
    if entry.kind not in NAMING or group.rules or group.needs_full_name or not group.meant:
        return
    for text in group.texts:
        plain = _JOINTS.sub("", _MARKS.sub("", text))
        hangul = any(is_hangul(char) for char in plain)
        if len(plain) < _MIN_SYLLABLES if hangul else len(plain) < _MIN_LATIN_LETTERS and plain.isascii():
            yield Finding(entry.name, text, Reason("lexicon.form_too_short", {"form": text}))


def masked(entries: Sequence[FormEntry], vocabulary: Vocabulary) -> Iterator[Finding]:
    """A form that a mask hides even where it stands alone."""
    for number, entry in enumerate(entries):
        for text in entry.group.texts if entry.kind in NAMING else ():
            names = [_hiding(spelling, number, vocabulary) for spelling in spellings(text)]
            if names and all(names):
                args = {"form": text, "mask": str(names[0])}
                yield Finding(entry.name, text, Reason("lexicon.form_masked", args))


def _hiding(spelling: str, number: int, vocabulary: Vocabulary) -> str | None:
    field = FieldText("text", spelling, vocabulary)
    return next(
        (name for hit, name in field.hidden if hit.group == number and hit.end - hit.start == len(spelling)), None
    )


def inside_names(entries: Sequence[FormEntry], vocabulary: Vocabulary) -> Iterator[Finding]:
    """Another topic's form inside a person's or agency's name, which every mention of the name would count.

    The engine itself decides, with edges, masks and the form's rules. A sector's form inside another sector's is no
    fault, because a compound (양자 반도체) is about both.
    """
    for number, entry in enumerate(entries):
        if entry.kind not in ("official", "agency"):
            continue
        for text in entry.group.texts:
            field = FieldText("text", spellings(text)[0], vocabulary)
            senses = Senses((field,), "")
            for hit in field.hits:
                other = entries[hit.group]
                if other.owner == entry.owner or other.kind not in ("sector", "official") or hit.group == number:
                    continue
                if other.group.needs_full_name or not senses.decide(vocabulary.groups[hit.group], field, hit).meant:
                    continue
                args = {"form": text, "inner": hit.term, "owner": other.name}
                yield Finding(entry.name, text, Reason("lexicon.form_inside_name", args))
