"""Forms that two owners would fight for, that can never be found, or that would be found everywhere."""

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
_LATIN_MIN, _HANGUL_MIN = 3, 2


@dataclass(frozen=True, slots=True)
class _Claim:
    place: FormEntry
    text: str
    exact: bool
    """The form is compared as it is written."""


def alike(every: Sequence[FormEntry]) -> Iterator[Finding]:
    """Forms of two owners that are one and the same once spaces, hyphens and dots are left out.

    Surnames that wait for a full name may be shared: the full name tells whose they are.
    """
    claims: defaultdict[str, dict[str, _Claim]] = defaultdict(dict)
    for place, text in _texts(every, (*NAMING, "agency")):
        if not place.group.needs_full_name:
            for spelling in spellings(text):
                claims[_JOINTS.sub("", spelling)].setdefault(place.owner, _Claim(place, text, place.group.case))
    told: set[tuple[str, str]] = set()
    for first, *others in map(dict.values, claims.values()):
        for other in others:
            differ = (first.exact or other.exact) and first.text != other.text
            if not differ and (other.place.entry, other.text) not in told:
                told.add((other.place.entry, other.text))
                args = {"form": other.text, "other": first.text, "owner": first.place.entry}
                yield Finding(other.place.entry, other.text, Reason("lexicon.form_of_two", args))


def twice(every: Sequence[FormEntry]) -> Iterator[Finding]:
    """A form that another of its owner spells too: needless beside it, wrong where the two have other rules."""
    seen: dict[tuple[str, str], _Claim] = {}
    for place, text in _texts(every, (*NAMING, "agency")):
        keys = [(place.owner, spelling) for spelling in spellings(text)]
        before = [seen.get(key) for key in keys]
        for key in keys:
            seen.setdefault(key, _Claim(place, text, place.group.case))
        other = next((one for one in before if one is not None and one.place is not place), None)
        if other is not None and _decides_otherwise(other.place, place):
            args = {"form": text, "other": other.text, "owner": other.place.entry}
            yield Finding(place.entry, text, Reason("lexicon.form_twice_other_rules", args))
        elif (first := before[0]) is not None and all(before):
            args = {"form": text, "other": first.text, "owner": first.place.entry}
            yield Finding(place.entry, text, Reason("lexicon.form_twice", args), "warning")


def _texts(every: Sequence[FormEntry], kinds: tuple[str, ...]) -> Iterator[tuple[FormEntry, str]]:
    for place in every:
        if place.kind in kinds:
            yield from ((place, text) for text in place.group.texts)


def _decides_otherwise(one: FormEntry, other: FormEntry) -> bool:
    mine, its = one.group, other.group
    if mine.case or its.case:
        return False
    return (mine.rules, mine.meant, mine.needs_full_name) != (its.rules, its.meant, its.needs_full_name)


def unfindable(place: FormEntry) -> Iterator[Finding]:
    """A form with marks is never equal to what is compared letter by letter."""
    for text in place.group.texts:
        if place.group.case and _MARKS.search(text):
            yield Finding(place.entry, text, Reason("lexicon.case_with_marks", {"form": text}))
        if not fold(_MARKS.sub("", text)).strip():
            yield Finding(place.entry, text, Reason("lexicon.form_empty", {"form": text}))


def too_short(place: FormEntry) -> Iterator[Finding]:
    """One syllable, or two Latin letters, mean too much to stand without a rule."""
    group = place.group
    if place.kind not in NAMING or group.rules or group.needs_full_name or not group.meant:
        return
    for text in group.texts:
        plain = _JOINTS.sub("", _MARKS.sub("", text))
        hangul = any(is_hangul(char) for char in plain)
        if len(plain) < _HANGUL_MIN if hangul else len(plain) < _LATIN_MIN and plain.isascii():
            yield Finding(place.entry, text, Reason("lexicon.form_too_short", {"form": text}))


def masked(every: Sequence[FormEntry], vocabulary: Vocabulary) -> Iterator[Finding]:
    """A form that a mask hides although nothing but the form stands there can never be a mention."""
    for number, place in enumerate(every):
        for text in place.group.texts if place.kind in NAMING else ():
            names = [_hiding(spelling, number, vocabulary) for spelling in spellings(text)]
            if names and all(names):
                args = {"form": text, "mask": str(names[0])}
                yield Finding(place.entry, text, Reason("lexicon.form_masked", args))


def _hiding(spelling: str, number: int, vocabulary: Vocabulary) -> str | None:
    field = FieldText("text", spelling, vocabulary)
    return next(
        (name for hit, name in field.hidden if hit.group == number and hit.end - hit.start == len(spelling)), None
    )


def inside_names(every: Sequence[FormEntry], vocabulary: Vocabulary) -> Iterator[Finding]:
    """Inside of a person's or a newsroom's name another topic's form would be counted with every mention of the name.

    Only what the engine itself takes there is told: edges and masks are looked at, and the form's own rules. A sector
    within another sector's form is no fault, because a compound (양자 반도체) speaks of both.
    """
    for number, place in enumerate(every):
        if place.kind not in ("official", "agency"):
            continue
        for text in place.group.texts:
            field = FieldText("text", spellings(text)[0], vocabulary)
            senses = Senses((field,), "")
            for hit in field.hits:
                other = every[hit.group]
                if other.owner == place.owner or other.kind not in ("sector", "official") or hit.group == number:
                    continue
                if other.group.needs_full_name or not senses.decide(vocabulary.groups[hit.group], field, hit).meant:
                    continue
                args = {"form": text, "inner": hit.term, "owner": other.entry}
                yield Finding(place.entry, text, Reason("lexicon.form_inside_name", args))
