"""Turns a parsed lexicon file into a Lexicon; the first mistake is raised with file, entry and cure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
from settings.lexicon_keys import (
    AGENCY_KEYS,
    ASK_KEYS,
    CHOICE_KEYS,
    CUE_KEYS,
    FILE_KEYS,
    FORM_KEYS,
    FUZZY_KEYS,
    MASK_KEYS,
    OFFICIAL_KEYS,
    PACT_KEYS,
    ROLE_KEYS,
    RULE_KEYS,
    TOPIC_KEYS,
)
from settings.lexicon_overlaps import check_overlaps
from settings.toml_table import Keys, TomlTable, shown

WHERES = ("left", "right", "near", "sentence", "article", "list", "lowercase", "forename")
HIDEABLE = ("sector", "official", "pact", "sister", "literal")
MAX_COUNT = 1_000
_TITLE_CHARS = 16
"""A title so near a name is the person's."""


def read_lexicon(file: str, data: Mapping[str, Any], version: str) -> Lexicon:
    """Returns the lexicon of a parsed file. Raises BadLexicon for the first thing of the wrong shape."""
    return _LexiconReader(TomlTable(file, data, BadLexicon).with_keys(FILE_KEYS)).lexicon(version)


class _LexiconReader:
    """Reads the entries of one file; ``@name`` in a list of texts stands for the words of ``[words]``."""

    def __init__(self, file: TomlTable) -> None:
        self._file = file
        self._words: dict[str, tuple[str, ...]] = {}

    def lexicon(self, version: str) -> Lexicon:
        """Returns the whole lexicon, its entries checked against each other."""
        if "words" in self._file.values:
            words = self._file.table("words")
            self._words = {name: self._texts(words, name) for name in words.values}
        pact = self._file.table("pact").with_keys(PACT_KEYS)
        lexicon = Lexicon(
            version=version,
            pact=self._topic(pact, "pact", "pact"),
            pact_sectors=self._texts(pact, "sectors"),
            window_opens_on=pact.day("window_opens_on"),
            sister_window_opens_on=pact.day("sister_window_opens_on"),
            signed_on=pact.optional_day("signed_on"),
            least_sectors=pact.whole_number("least_sectors", 0, MAX_COUNT),
            sisters=tuple(self._topics("sister", "sister")),
            officials=tuple(self._officials()),
            sectors=tuple(self._topics("sector", "sector")),
            cues={cue.name: cue for cue in self._cues()},
            agencies=tuple(self._agencies()),
            masks=tuple(self._masks()),
            ambiguous_terms=tuple(self._ambiguous_terms()),
            words=self._words,
        )
        check_overlaps(lexicon, self._file)
        return lexicon

    def _topics(self, name: str, kind: TopicKind) -> Iterator[Topic]:
        for entry in self._file.tables(name, "id"):
            table = entry.with_keys(TOPIC_KEYS)
            yield self._topic(table, kind, table.text("id"))

    def _topic(self, table: TomlTable, kind: TopicKind, topic_id: str) -> Topic:
        return Topic(
            id=topic_id,
            kind=kind,
            ko=table.text("ko"),
            en=table.text("en"),
            forms=tuple(self._forms(table)),
            aliases=self._texts(table, "aliases"),
            sources=self._needed_texts(table, "sources"),
        )

    def _forms(self, table: TomlTable) -> Iterator[FormGroup]:
        for form in table.tables("form"):
            yield self._form(form, FORM_KEYS)

    def _form(self, entry: TomlTable, keys: Keys) -> FormGroup:
        table = entry.with_keys(keys)
        return FormGroup(
            texts=self._needed_texts(table, "texts"),
            left=table.choice("left", ("edge", "any")) if "left" in table.values else None,
            right=self._right(table),
            meant=table.flag("meant"),
            rules=tuple(self._rule(rule) for rule in table.tables("rules")),
            needs_full_name=table.flag("needs_full_name"),
            case=table.flag("case"),
            beside_pact="beside_pact" in keys and table.flag("beside_pact"),
        )

    def _right(self, table: TomlTable) -> tuple[str, ...] | str | None:
        right = table.values.get("right")
        if isinstance(right, list):
            return self._texts(table, "right")
        if right not in (None, "any", "edge"):
            raise table.error("right", f"is {shown(right)}", 'use "any", "edge" or a list of compounds')
        return table.optional_text("right")

    def _rule(self, entry: TomlTable) -> Rule:
        table = entry.with_keys(RULE_KEYS)
        where = table.choice("where", WHERES)
        return Rule(
            say=table.flag("say"),
            where=where,
            words=("@sectors",) if where == "list" else self._needed_texts(table, "words"),
            within=table.whole_number("within", 1, 400),
            unless=self._texts(table, "unless"),
            near=self._texts(table, "near"),
        )

    def _officials(self) -> Iterator[Official]:
        for entry in self._file.tables("official", "name"):
            table = entry.with_keys(OFFICIAL_KEYS)
            yield Official(
                name=table.text("name"),
                ko=table.text("ko"),
                forms=tuple(self._with_office(form, table) for form in (*self._forms(table), *self._romanized(table))),
                handles=self._texts(table, "handles"),
                roles=tuple(_role(role) for role in table.tables("roles")),
                pact_role=table.flag("pact_role"),
                korean=table.flag("korean"),
                fuzzy=tuple(_fuzzy(fuzzy) for fuzzy in table.tables("fuzzy")),
                fuzzy_needs=self._texts(table, "fuzzy_needs"),
                sources=self._texts(table, "sources"),
            )

    def _with_office(self, form: FormGroup, table: TomlTable) -> FormGroup:
        """Returns a name that has no rules with those that tell a namesake apart; other forms as they are."""
        office, titles = self._texts(table, "office"), self._words.get("titles", ())
        has_title = any(title in text.lower() for title in titles for text in form.texts)
        if not office or form.rules or form.needs_full_name or has_title:
            return form
        callings = self._words.get("other_callings", ())
        rules = (
            Rule(False, "left", callings),
            Rule(False, "right", callings),
            Rule(True, "near", titles, _TITLE_CHARS),
            Rule(False, "article", self._words.get("other_worlds", ()), unless=office),
        )
        return replace(form, rules=tuple(rule for rule in rules if rule.words))

    def _romanized(self, table: TomlTable) -> Iterator[FormGroup]:
        """Yields both name orders of every spelling of a Korean name, each with a hyphen, a space or nothing."""
        texts: list[str] = []
        for pair in table.values.get("romanized", []):
            if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
                raise table.error("romanized", f"{shown(pair)} is no name", 'write pairs as ["Bae", "Kyung-hoon"]')
            surname, given = pair[0], pair[1].replace("-", "~")
            texts += [f"{surname} {given}", f"{given} {surname}", f"{surname}, {given}"]
        if not texts:
            return
        needs = self._texts(table, "romanized_needs")
        rules = (Rule(True, "article", needs),) if needs else ()
        yield FormGroup(tuple(dict.fromkeys(texts)), meant=not needs, rules=rules)

    def _cues(self) -> Iterator[Cue]:
        cues = self._file.table("cues")
        for name in cues.values:
            entry = cues.table(name)
            yield Cue(name, str(entry.values.get("topic", name)), (self._form(entry, CUE_KEYS),))

    def _agencies(self) -> Iterator[Agency]:
        for entry in self._file.tables("agency", "name"):
            table = entry.with_keys(AGENCY_KEYS)
            yield Agency(table.text("name"), (self._form(entry, AGENCY_KEYS),), self._texts(table, "hosts"))

    def _masks(self) -> Iterator[Mask]:
        for number, raw in enumerate(self._file.tables("mask"), 1):
            place = f"mask {number} {raw.values.get('name', '')}".strip()
            table = TomlTable(raw.file, raw.values, BadLexicon, place).with_keys(MASK_KEYS)
            hides = self._texts(table, "hides")
            if not hides or any(kind not in HIDEABLE for kind in hides):
                raise table.error("hides", f"is {list(hides)!r}", f"use some of {', '.join(HIDEABLE)}")
            anchors, pattern = self._texts(table, "anchors"), _pattern(table)
            if pattern is not None and not anchors:
                raise table.error("anchors", "is missing", "give words that stand wherever the pattern holds")
            yield Mask(
                table.text("name"), frozenset(hides), self._texts(table, "texts"), pattern,
                anchors, table.flag("line"), self._texts(table, "block"),
            )  # fmt: skip

    def _ambiguous_terms(self) -> Iterator[AmbiguousTerm]:
        for entry in self._file.tables("ask", "term"):
            table = entry.with_keys(ASK_KEYS)
            choices = [choice.with_keys(CHOICE_KEYS) for choice in table.tables("choices")]
            if len(choices) < 2:
                raise table.error("choices", "has fewer than two", "give every sense that may be meant")
            yield AmbiguousTerm(
                table.text("term"),
                tuple(TermSense(choice.text("query"), choice.text("ko"), choice.text("en")) for choice in choices),
            )

    def _needed_texts(self, table: TomlTable, key: str) -> tuple[str, ...]:
        texts = self._texts(table, key)
        if not texts:
            raise table.error(key, "is empty", 'give at least one, as ["…"]')
        return texts

    def _texts(self, table: TomlTable, key: str) -> tuple[str, ...]:
        """Returns a list of texts, each once, with the word lists that it names spread out."""
        return tuple(dict.fromkeys(self._spread(table, key, table.texts(key))))

    def _spread(self, table: TomlTable, key: str, texts: Sequence[str]) -> Iterator[str]:
        for text in texts:
            if len(text) == 1 or not text.startswith("@") or text == "@sectors":
                yield text
            elif text[1:] in self._words:
                yield from self._words[text[1:]]
            else:
                raise table.error(key, f"the word list {text!r} is unknown", "add it under [words]")


def _role(entry: TomlTable) -> Role:
    table = entry.with_keys(ROLE_KEYS)
    return Role(table.text("ko"), table.text("en"), table.optional_text("since"), table.optional_text("until"))


def _fuzzy(entry: TomlTable) -> Fuzzy:
    table = entry.with_keys(FUZZY_KEYS)
    return Fuzzy(table.text("word"), table.whole_number("distance", 1, 3), table.text("initials"))


def _pattern(table: TomlTable) -> str | None:
    pattern = table.optional_text("pattern")
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise table.error("pattern", f"is no regular expression ({error})", "mend it") from error
    return pattern
