"""Checks the sense of a lexicon whose shape is right (`settings/lexicon_file.py` checks the shape).

An error cannot work, or counts one place for two owners; a warning changes nothing. Findings come in the order of the
file's parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.matching.engine.cues import CUES, countries_of
from bot.matching.engine.field import FieldText
from bot.matching.engine.vocabulary import Vocabulary
from bot.matching.lexicon_tools.check_forms import alike, inside_names, masked, too_short, twice, unfindable
from bot.matching.lexicon_tools.check_rules import of_rules
from bot.matching.lexicon_tools.findings import Finding, FormEntry, form_entries
from bot.matching.query.names import nearest
from bot.matching.query.nodes import QueryError
from bot.matching.query.parse_query import parse
from bot.matching.text.korean import hangul_length, is_hangul
from bot.matching.text.normalize import fold
from bot.model import Reason
from settings.lexicon import Lexicon, Official

_RESERVED_NAMES = ("pact", "officials", "korea")
_MIN_FUZZY_LETTERS = 3


def check(lexicon: Lexicon) -> tuple[Finding, ...]:
    """Every finding of a lexicon."""
    entries = tuple(form_entries(lexicon))
    findings = [*_ids(lexicon), *_cues(lexicon), *_pact(lexicon)]
    for official in lexicon.officials:
        findings += _official(official)
    for entry in entries:
        findings += [*unfindable(entry), *too_short(entry), *of_rules(entry)]
    findings += [*alike(entries), *twice(entries)]
    if not any(finding.what.code in _BREAKING for finding in findings):
        findings += _with_the_engine(lexicon, entries)
    return tuple(findings)


_BREAKING = ("lexicon.fuzzy_initials", "lexicon.fuzzy_short", "lexicon.form_empty")
"""The faults with which the engine cannot be built."""


def _with_the_engine(lexicon: Lexicon, entries: Sequence[FormEntry]) -> Iterator[Finding]:
    vocabulary = Vocabulary(lexicon)
    yield from masked(entries, vocabulary)
    yield from inside_names(entries, vocabulary)
    for official in lexicon.officials:
        yield from _own_name(official, entries, vocabulary)
    yield from _asks(lexicon)


def _ids(lexicon: Lexicon) -> Iterator[Finding]:
    """Names that people query by must each stand for one thing."""
    taken = dict.fromkeys((*_RESERVED_NAMES, *map(fold, lexicon.pact.aliases)), "topic")
    for sister in lexicon.sisters:
        for name in dict.fromkeys((sister.id, *sister.aliases)):
            owner = taken.setdefault(fold(name), f"sister {sister.id}")
            if owner != f"sister {sister.id}":
                yield Finding(
                    f"sister {sister.id}", name, Reason("lexicon.name_of_two", {"name": name, "owner": owner})
                )
    for sector in lexicon.sectors:
        for name in dict.fromkeys((sector.id, sector.ko, sector.en, *sector.aliases)):
            owner = taken.setdefault(fold(name), f"sector {sector.id}")
            if owner != f"sector {sector.id}":
                args = {"name": name, "owner": owner}
                yield Finding(f"sector {sector.id}", name, Reason("lexicon.name_of_two", args))
    people: dict[str, str] = {}
    for official in lexicon.officials:
        for name in dict.fromkeys((official.name, official.ko, *official.handles)):
            owner = people.setdefault(fold(name), f"official {official.name}")
            if owner != f"official {official.name}":
                args = {"name": name, "owner": owner}
                yield Finding(f"official {official.name}", name, Reason("lexicon.name_of_two", args))
    terms = [fold(ask.term) for ask in lexicon.ambiguous_terms]
    for ask in (ask for at, ask in enumerate(lexicon.ambiguous_terms) if fold(ask.term) in terms[:at]):
        yield Finding(f"ask {ask.term}", ask.term, Reason("lexicon.ask_twice", {"name": ask.term}))


def _cues(lexicon: Lexicon) -> Iterator[Finding]:
    """A cue that no decision asks for does nothing, and a decision lacks a cue that is missing."""
    needed = CUES.union(*countries_of(lexicon).values())
    for cue in lexicon.cues.values():
        if cue.name not in needed and cue.topic not in needed:
            args = {"cue": cue.name, "nearest": nearest(cue.name, needed) or ", ".join(sorted(needed)[:6])}
            yield Finding(f"cues.{cue.name}", "", Reason("lexicon.cue_unknown", args))
    known = {name for cue in lexicon.cues.values() for name in (cue.name, cue.topic)}
    for name in sorted(needed - known):
        yield Finding("cues", "", Reason("lexicon.cue_missing", {"cue": name}), "warning")


def _pact(lexicon: Lexicon) -> Iterator[Finding]:
    if not lexicon.pact.forms:
        yield Finding("pact", "", Reason("lexicon.no_forms", {"name": "pact"}))
    for sector in lexicon.sectors:
        if not sector.forms:
            yield Finding(f"sector {sector.id}", "", Reason("lexicon.no_forms", {"name": sector.id}))


def _official(official: Official) -> Iterator[Finding]:
    entry = f"official {official.name}"
    if not official.sources:
        yield Finding(entry, "", Reason("lexicon.no_sources", {"name": official.name}))
    if not any(not group.needs_full_name for group in official.forms):
        yield Finding(entry, "", Reason("lexicon.no_full_name", {"name": official.name}))
    if official.fuzzy and not official.fuzzy_needs:
        yield Finding(entry, official.fuzzy[0].word, Reason("lexicon.fuzzy_needs", {"word": official.fuzzy[0].word}))
    for fuzzy in official.fuzzy:
        word = fold(fuzzy.word)
        args = {"word": fuzzy.word, "initials": fuzzy.initials}
        if not fuzzy.initials.isalnum() or word[0] not in fold(fuzzy.initials):
            yield Finding(entry, fuzzy.word, Reason("lexicon.fuzzy_initials", args))
        if (hangul_length(word) if is_hangul(word[0]) else len(word)) < _MIN_FUZZY_LETTERS:
            yield Finding(entry, fuzzy.word, Reason("lexicon.fuzzy_short", args))


def _own_name(official: Official, entries: Sequence[FormEntry], vocabulary: Vocabulary) -> Iterator[Finding]:
    """A person must be found under the names of the entry itself."""
    for name in dict.fromkeys((official.name, official.ko)):
        field = FieldText("text", name, vocabulary)
        owner = f"official {official.name}"
        if not any(
            entries[hit.group].owner == owner and not entries[hit.group].group.needs_full_name for hit in field.hits
        ):
            yield Finding(owner, name, Reason("lexicon.own_name", {"name": name}), "warning")


def _asks(lexicon: Lexicon) -> Iterator[Finding]:
    for ask in lexicon.ambiguous_terms:
        for choice in ask.choices:
            try:
                parse(choice.query, lexicon)
            except QueryError as error:
                args = {"query": choice.query, "position": str(error.position + 1)}
                yield Finding(f"ask {ask.term}", choice.query, Reason("lexicon.ask_query", args))
