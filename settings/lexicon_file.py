"""From a parsed lexicon file to a Lexicon; what is wrong is named by file, entry and cure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

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

WHERES = ("left", "right", "near", "sentence", "article", "list", "lowercase", "forename")
HIDEABLE = ("sector", "official", "pact", "sister", "literal")


class LexiconFile:
    """Turns one parsed file into a Lexicon and names the file, the entry and the cure of what is wrong."""

    def __init__(self, where: str, data: dict[str, Any]) -> None:
        self.where = where
        self.data = data
        self.words: dict[str, tuple[str, ...]] = {}

    def bad(self, key: str, problem: str, cure: str) -> BadLexicon:
        return BadLexicon(self.where, key, problem, cure)

    def lexicon(self, version: str) -> Lexicon:
        self._known(self.data, "", {"words", "pact", "sister", "sector", "official", "cues", "agency", "mask", "ask"})
        words = self._table(self.data, "", "words")
        self.words = {name: self._texts(words, "words", name) for name in words}
        pact = self._table(self.data, "", "pact", needed=True)
        sectors = tuple(self._topics("sector", "sector"))
        lexicon = Lexicon(
            version=version,
            pact=self._topic({"id": "pact", **self._without_pact_keys(pact)}, "pact", "pact"),
            pact_sectors=self._texts(pact, "pact", "sectors"),
            window_opens_on=self._date(pact, "pact", "window_opens_on"),
            sister_window_opens_on=self._date(pact, "pact", "sister_window_opens_on"),
            least_sectors=self._number(pact, "pact", "least_sectors", 3),
            sisters=tuple(self._topics("sister", "sister")),
            officials=tuple(self._officials()),
            sectors=sectors,
            cues={cue.name: cue for cue in self._cues()},
            agencies=tuple(self._agencies()),
            masks=tuple(self._masks()),
            asks=tuple(self._asks()),
            words=self.words,
        )
        self._check(lexicon)
        return lexicon

    # -- parts

    @staticmethod
    def _without_pact_keys(pact: Mapping[str, Any]) -> dict[str, Any]:
        own = {"sectors", "window_opens_on", "sister_window_opens_on", "least_sectors"}
        return {key: value for key, value in pact.items() if key not in own}

    def _topics(self, key: str, kind: TopicKind) -> Iterator[Topic]:
        for index, raw in enumerate(self._tables(self.data, "", key)):
            yield self._topic(raw, kind, f"{key} {raw.get('id', index + 1)}")

    def _topic(self, raw: Mapping[str, Any], kind: TopicKind, key: str) -> Topic:
        self._known(raw, key, {"id", "ko", "en", "form", "aliases", "sources"})
        sources = self._texts(raw, key, "sources")
        if not sources:
            raise self.bad(f"{key}.sources", "is missing", 'say where the forms were seen, or ["[M]"]')
        return Topic(
            id=self._text(raw, key, "id"),
            kind=kind,
            ko=self._text(raw, key, "ko"),
            en=self._text(raw, key, "en"),
            forms=tuple(self._forms(raw, key)),
            aliases=self._texts(raw, key, "aliases"),
            sources=sources,
        )

    def _forms(self, raw: Mapping[str, Any], key: str) -> Iterator[FormGroup]:
        for index, form in enumerate(self._tables(raw, key, "form")):
            yield self._form(form, f"{key}.form {index + 1}")

    def _form(self, raw: Mapping[str, Any], key: str, extra: frozenset[str] = frozenset()) -> FormGroup:
        known = {"texts", "left", "right", "meant", "rules", "needs_full_name", "case"}
        self._known(raw, key, known | extra)
        texts = self._texts(raw, key, "texts")
        if not texts:
            raise self.bad(f"{key}.texts", "is empty", 'give at least one form, as texts = ["…"]')
        left = raw.get("left")
        if left not in (None, "edge", "any"):
            raise self.bad(f"{key}.left", f"is {left!r}", 'use "edge" or "any"')
        right = raw.get("right")
        if isinstance(right, list):
            right = self._texts(raw, key, "right")
        elif right not in (None, "any", "edge"):
            raise self.bad(f"{key}.right", f"is {right!r}", 'use "any", "edge" or a list of compounds')
        rules = self._tables(raw, key, "rules")
        return FormGroup(
            texts=texts,
            left=left,
            right=right,
            meant=self._flag(raw, key, "meant", True),
            rules=tuple(self._rule(rule, f"{key}.rules {i + 1}") for i, rule in enumerate(rules)),
            needs_full_name=self._flag(raw, key, "needs_full_name", False),
            case=self._flag(raw, key, "case", False),
        )

    def _rule(self, raw: Mapping[str, Any], key: str) -> Rule:
        self._known(raw, key, {"say", "where", "words", "within", "unless", "near"})
        where = self._text(raw, key, "where")
        if where not in WHERES:
            raise self.bad(f"{key}.where", f"{where!r} is unknown", f"use one of {', '.join(WHERES)}")
        if not isinstance(raw.get("say"), bool):
            raise self.bad(f"{key}.say", "is missing", "write say = true or say = false")
        within = self._number(raw, key, "within", 40)
        if not 1 <= within <= 400:
            raise self.bad(f"{key}.within", f"is {within}", "use 1 to 400 characters")
        words = ("@sectors",) if where == "list" else self._texts(raw, key, "words")
        if not words:
            raise self.bad(f"{key}.words", "is empty", "give the words that decide")
        return Rule(raw["say"], where, words, within, self._texts(raw, key, "unless"), self._texts(raw, key, "near"))

    def _officials(self) -> Iterator[Official]:
        known = {"name", "ko", "form", "handles", "roles", "pact_role", "korean", "romanized", "romanized_needs"}
        known |= {"fuzzy", "fuzzy_needs", "sources"}
        for index, raw in enumerate(self._tables(self.data, "", "official")):
            key = f"official {raw.get('name', index + 1)}"
            self._known(raw, key, known)
            yield Official(
                name=self._text(raw, key, "name"),
                ko=self._text(raw, key, "ko"),
                forms=(*self._forms(raw, key), *self._romanized(raw, key)),
                handles=self._texts(raw, key, "handles"),
                roles=tuple(self._role(r, key) for r in self._tables(raw, key, "roles")),
                pact_role=self._flag(raw, key, "pact_role", False),
                korean=self._flag(raw, key, "korean", False),
                fuzzy=tuple(self._fuzzy(f, key) for f in self._tables(raw, key, "fuzzy")),
                fuzzy_needs=self._texts(raw, key, "fuzzy_needs"),
                sources=self._texts(raw, key, "sources"),
            )

    def _role(self, raw: Mapping[str, Any], key: str) -> Role:
        self._known(raw, f"{key}.roles", {"ko", "en", "since", "until"})
        return Role(self._text(raw, key, "ko"), self._text(raw, key, "en"), raw.get("since"), raw.get("until"))

    def _fuzzy(self, raw: Mapping[str, Any], key: str) -> Fuzzy:
        self._known(raw, f"{key}.fuzzy", {"word", "distance", "initials"})
        distance = self._number(raw, f"{key}.fuzzy", "distance", 1)
        if not 1 <= distance <= 3:
            raise self.bad(f"{key}.fuzzy.distance", f"is {distance}", "use 1, 2 or 3")
        return Fuzzy(self._text(raw, key, "word"), distance, self._text(raw, key, "initials"))

    def _romanized(self, raw: Mapping[str, Any], key: str) -> Iterator[FormGroup]:
        """Both name orders of every spelling of a Korean name, each with a hyphen, a space or nothing."""
        texts: list[str] = []
        for pair in raw.get("romanized", []):
            if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(p, str) for p in pair)):
                raise self.bad(f"{key}.romanized", f"{pair!r} is no name", 'write pairs as ["Bae", "Kyung-hoon"]')
            given = pair[1].replace("-", "~")
            texts += [f"{pair[0]} {given}", f"{given} {pair[0]}", f"{pair[0]}, {given}"]
        if not texts:
            return
        needs = self._texts(raw, key, "romanized_needs")
        rules = (Rule(True, "article", needs),) if needs else ()
        yield FormGroup(tuple(dict.fromkeys(texts)), meant=not needs, rules=rules)

    def _cues(self) -> Iterator[Cue]:
        for name, raw in self._table(self.data, "", "cues", needed=True).items():
            key = f"cues.{name}"
            if not isinstance(raw, dict):
                raise self.bad(key, "is no table", "write [cues.NAME] with texts")
            form = self._form(raw, key, frozenset({"topic"}))
            yield Cue(name, str(raw.get("topic", name)), (form,))

    def _agencies(self) -> Iterator[Agency]:
        for index, raw in enumerate(self._tables(self.data, "", "agency")):
            key = f"agency {raw.get('name', index + 1)}"
            form = self._form(raw, key, frozenset({"name", "hosts"}))
            yield Agency(self._text(raw, key, "name"), (form,), self._texts(raw, key, "hosts"))

    def _masks(self) -> Iterator[Mask]:
        for index, raw in enumerate(self._tables(self.data, "", "mask")):
            key = f"mask {index + 1} {raw.get('name', '')}".strip()
            self._known(raw, key, {"name", "hides", "texts", "pattern", "anchors", "line", "block"})
            hides = self._texts(raw, key, "hides")
            if not hides or any(kind not in HIDEABLE for kind in hides):
                raise self.bad(f"{key}.hides", f"is {list(hides)!r}", f"use some of {', '.join(HIDEABLE)}")
            pattern = raw.get("pattern")
            if pattern is not None:
                self._pattern(pattern, key)
                if not self._texts(raw, key, "anchors"):
                    raise self.bad(f"{key}.anchors", "is missing", "give words that stand wherever the pattern holds")
            yield Mask(
                self._text(raw, key, "name"), frozenset(hides), self._texts(raw, key, "texts"), pattern,
                self._texts(raw, key, "anchors"), self._flag(raw, key, "line", False), self._texts(raw, key, "block"),
            )  # fmt: skip

    def _asks(self) -> Iterator[Ask]:
        for index, raw in enumerate(self._tables(self.data, "", "ask")):
            key = f"ask {raw.get('term', index + 1)}"
            self._known(raw, key, {"term", "choices"})
            choices = [
                AskChoice(self._text(c, key, "query"), self._text(c, key, "ko"), self._text(c, key, "en"))
                for c in self._tables(raw, key, "choices")
            ]
            if len(choices) < 2:
                raise self.bad(f"{key}.choices", "has fewer than two", "give every sense that may be meant")
            yield Ask(self._text(raw, key, "term"), tuple(choices))

    def _pattern(self, pattern: object, key: str) -> None:
        try:
            re.compile(cast(str, pattern))
        except (re.error, TypeError) as error:
            raise self.bad(f"{key}.pattern", f"is no regular expression ({error})", "mend it") from error

    # -- the whole

    def _check(self, lexicon: Lexicon) -> None:
        ids = {s.id for s in lexicon.sectors}
        for sector_id in lexicon.pact_sectors:
            if sector_id not in ids:
                raise self.bad("pact.sectors", f"{sector_id!r} is no sector here", "add the sector or drop it")
        for key, names in (
            ("sector", [t.id for t in (*lexicon.sectors, *lexicon.sisters)]),
            ("official", [o.name for o in lexicon.officials]),
        ):
            double = next((n for n in names if names.count(n) > 1), None)
            if double:
                raise self.bad(f"{key} {double}", "stands twice", "keep one of the two")
        self._check_overlaps(lexicon)

    def _check_overlaps(self, lexicon: Lexicon) -> None:
        """One form, one topic: forms that are written alike would be counted for both."""
        seen: dict[str, str] = {}
        entries = [(f"sector {t.id}", t.forms) for t in lexicon.sectors]
        entries += [(f"official {o.name}", o.forms) for o in lexicon.officials]
        for owner, groups in entries:
            for text in (text for group in groups if not group.needs_full_name for text in group.texts):
                plain = re.sub(r"\(([a-z]{1,3})\)$", "", text).replace("~", "").replace(" ", "").casefold()
                first = seen.setdefault(plain, owner)
                if first != owner:
                    raise self.bad(owner, f"the form {text!r} belongs to {first} too", "keep it in one of the two")

    # -- values

    def _known(self, raw: Mapping[str, Any], key: str, known: set[str] | frozenset[str]) -> None:
        for name in raw:
            if name not in known:
                at = f"{key}.{name}" if key else name
                raise self.bad(at, "is unknown", f"use {', '.join(sorted(known))}")

    def _table(self, raw: Mapping[str, Any], key: str, name: str, needed: bool = False) -> dict[str, Any]:
        value = raw.get(name)
        if value is None and not needed:
            return {}
        if not isinstance(value, dict):
            raise self.bad(f"{key}.{name}".lstrip("."), "is missing", f"add a [{name}] table")
        return value

    def _tables(self, raw: Mapping[str, Any], key: str, name: str) -> list[dict[str, Any]]:
        value = raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.bad(f"{key}.{name}".lstrip("."), "is no list of tables", f"write [[{name}]]")
        return value

    def _text(self, raw: Mapping[str, Any], key: str, name: str) -> str:
        value = raw.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.bad(f"{key}.{name}", "is missing", f'write {name} = "…"')
        return value

    def _texts(self, raw: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
        value = raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.bad(f"{key}.{name}", "is no list of texts", f'write {name} = ["…", "…"]')
        return tuple(dict.fromkeys(self._spread(cast(Sequence[str], value), f"{key}.{name}")))

    def _spread(self, texts: Sequence[str], key: str) -> Iterator[str]:
        for text in texts:
            if len(text) == 1 or not text.startswith("@") or text == "@sectors":
                yield text
            elif text[1:] in self.words:
                yield from self.words[text[1:]]
            else:
                raise self.bad(key, f"the word list {text!r} is unknown", "add it under [words]")

    def _date(self, raw: Mapping[str, Any], key: str, name: str) -> date:
        value = raw.get(name)
        if not isinstance(value, date):
            raise self.bad(f"{key}.{name}", "is no date", f"write {name} = 2025-10-01")
        return value

    def _number(self, raw: Mapping[str, Any], key: str, name: str, default: int) -> int:
        value = raw.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.bad(f"{key}.{name}", f"is {value!r}", "write a whole number")
        return value

    def _flag(self, raw: Mapping[str, Any], key: str, name: str, default: bool) -> bool:
        value = raw.get(name, default)
        if not isinstance(value, bool):
            raise self.bad(f"{key}.{name}", f"is {value!r}", "write true or false")
        return value
