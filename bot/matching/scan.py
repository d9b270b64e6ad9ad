"""Scans an article for everything that it names, with places, senses and reasons.

This folder's README has the order of the steps. No text raises an error, and the cost grows with the text's length.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.matching.engine.cues import countries_of
from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.engine.field import FieldText
from bot.matching.engine.literals import LiteralPlace, term_of
from bot.matching.engine.misspellings import Misspellings
from bot.matching.engine.names import NameKind, enacted_before
from bot.matching.engine.patterns import Group
from bot.matching.engine.senses import Senses, Verdict
from bot.matching.engine.subjects import subjects
from bot.matching.engine.vocabulary import FormHit, Vocabulary
from bot.matching.pact.attribution import agencies_at, source_agencies
from bot.matching.pact.decide import ANCHORS, decide
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.severity import severity
from bot.matching.text.normalize import fold
from bot.model import Mention, MentionKind, Page, Reading, Reason, Rejected, Topics
from scrapers.language import guess_language
from settings.lexicon import Lexicon

_MAX_REJECTED = 200
_GUESS_CHARS = 4_000
_ABROAD_CHARS = 24
_MENTION_KINDS: dict[str, MentionKind] = {
    "pact": "pact",
    "sister": "sister",
    "official": "official",
    "sector": "sector",
}


@dataclass(slots=True)
class _WaitingName:
    """A surname that waits for the full name, or an office that waits for the pact."""

    evidence: Evidence
    hit: FormHit
    official: str


class Scanner:
    """Reads articles with one lexicon and the literals of all queries."""

    def __init__(self, lexicon: Lexicon, literals: Iterable[str] = ()) -> None:
        self.lexicon = lexicon
        self._vocabulary = Vocabulary(lexicon, literals, deciding=ANCHORS)
        self._misspellings = Misspellings(lexicon)

    def read(self, page: Page) -> Reading:
        """Find everything that the page names. Never raises; linear in the page's length."""
        guessed = _guessed(page)
        text = FieldText("text", page.text, self._vocabulary)
        head = (FieldText("headline", page.headline, self._vocabulary),) if page.headline else ()
        return _Reader(self.lexicon, self._vocabulary, self._misspellings, (*head, text), page, guessed).reading()

    def may_name(self, texts: Sequence[str]) -> list[bool]:
        """Whether each text may name anything; where none of a page's does, reading it finds nothing."""
        return self._vocabulary.may_name([fold(text) for text in texts])


def language_of(page: Page, guessed: str | None = None) -> str:
    """The language that the page names, or else the one that its words are in."""
    return page.language if page.language and page.language != "mixed" else guessed or _guessed(page)


def _guessed(page: Page) -> str:
    return guess_language(f"{page.headline}\n{page.text[:_GUESS_CHARS]}")


class _Reader:
    """The steps of one reading."""

    def __init__(
        self, lexicon: Lexicon, vocabulary: Vocabulary, misspellings: Misspellings,
        fields: tuple[FieldText, ...], page: Page, guessed: str,
    ) -> None:  # fmt: skip
        self._lexicon = lexicon
        self._groups = vocabulary.groups
        self._misspellings = misspellings
        self._page = page
        self._language = language_of(page, guessed)
        self._senses = Senses(fields, guessed)
        self._fields = [Evidence(field, countries_of(lexicon)) for field in fields]
        self._rejected: list[Rejected] = []
        self._offices: list[_WaitingName] = []

    def reading(self) -> Reading:
        self._decide_senses()
        for evidence in self._fields:
            evidence.accepted = _longest(evidence.accepted)
        decision = decide(self._fields, self._lexicon, self._page.published_on)
        self._settle_offices(decision)
        level, urgent = severity(self._fields, decision, self._page.official)
        counted = subjects(self._fields, self._lexicon, about_the_pact=bool(decision.pact))
        mentions = tuple(mention for evidence in self._fields for mention in _mentions(evidence, decision, counted))
        topics = Topics(
            pact=bool(decision.pact),
            sister_pact=tuple(sorted(decision.sisters)),
            officials=_topics(mentions, "official"),
            sectors=tuple(topic for topic in _topics(mentions, "sector") if topic in counted),
            severity=level,
            after=self._sources(),
        )
        reasons = (*decision.reasons, *((urgent,) if urgent else ()))
        return Reading(
            topics=topics,
            language=self._language,
            mentions=mentions,
            rejected=tuple(self._rejected),
            reasons=reasons,
        )

    def _sources(self) -> tuple[str, ...]:
        named = source_agencies(self._fields)
        own = agencies_at(self._page.hosts, self._lexicon.agencies) if named else ()
        return tuple(name for name in named if name not in own)

    def _decide_senses(self) -> None:
        waiting: list[_WaitingName] = []
        for evidence in self._fields:
            for hit, mask in evidence.field.hidden:
                group = self._groups[hit.group]
                reason = Reason("mask.hidden", {"mask": mask})
                self._reject(evidence, hit, _MENTION_KINDS[group.kind], group.topic, reason)
            for hit in evidence.field.hits:
                self._decide_sense(evidence, hit, waiting)
            for hit, name in evidence.field.in_names:
                self._decide_name(evidence, hit, name)
            for wrong in self._misspellings.find(evidence.field, self._senses):
                evidence.accepted.append(Accepted("official", wrong.official, wrong.term, wrong.start, wrong.end))
            for spans in evidence.cues.values():
                spans.sort()
        self._settle(waiting)

    def _decide_sense(self, evidence: Evidence, hit: FormHit, waiting: list[_WaitingName]) -> None:
        group = self._groups[hit.group]
        if group.kind == "agency":
            evidence.agencies.append((hit.start, hit.end, group.topic))
            return
        if group.kind == "cue":
            self._add_cue(evidence, hit, group)
            return
        verdict = self._senses.decide(group, evidence.field, hit)
        kind = _MENTION_KINDS[group.kind]
        if not verdict.meant:
            self._reject(evidence, hit, kind, group.topic, _sense_reason(verdict))
        elif group.source.needs_full_name and verdict.rule is None:
            waiting.append(_WaitingName(evidence, hit, group.topic))
        elif group.source.beside_pact:
            self._offices.append(_WaitingName(evidence, hit, group.topic))
        else:
            evidence.accepted.append(Accepted(kind, group.topic, hit.term, hit.start, hit.end))

    def _decide_name(self, evidence: Evidence, hit: FormHit, name: NameKind) -> None:
        """Take a field's word in a name as a passing mention; a law that is enacted, changed or paid from is news."""
        group = self._groups[hit.group]
        verdict = self._senses.decide(group, evidence.field, hit)
        if not verdict.meant:
            self._reject(evidence, hit, "sector", group.topic, _sense_reason(verdict))
            return
        sentence = evidence.field.sentences.around(hit.start)
        year = self._lexicon.window_opens_on.year
        enacted = name == "law" and evidence.cue(("enacted",), *sentence)
        counts = enacted and not enacted_before(evidence.field.text, *sentence, year)
        kept = evidence.accepted if counts else evidence.names
        kept.append(Accepted("sector", group.topic, hit.term, hit.start, hit.end))

    def _add_cue(self, evidence: Evidence, hit: FormHit, group: Group) -> None:
        meant = self._senses.decide(group, evidence.field, hit).meant if group.rules else group.source.meant
        for name in dict.fromkeys((group.name, group.topic)) if meant else ():
            evidence.cues.setdefault(name, []).append((hit.start, hit.end))

    def _settle(self, waiting: list[_WaitingName]) -> None:
        """Accept the surnames whose full name stands in the article, and reject the others."""
        named = {official.topic for evidence in self._fields for official in evidence.of_kind("official")}
        for surname in waiting:
            hit = surname.hit
            if surname.official in named:
                accepted = Accepted("official", surname.official, hit.term, hit.start, hit.end)
                surname.evidence.accepted.append(accepted)
            else:
                reason = Reason("official.no_full_name")
                self._reject(surname.evidence, hit, "official", surname.official, reason)

    def _settle_offices(self, decision: PactDecision) -> None:
        """Accept the offices beside the pact as their holders; another country's office has another holder."""
        holders = {official.name for official in self._lexicon.officials if official.in_office(self._page.published_on)}
        for office in self._offices:
            evidence, hit = office.evidence, office.hit
            begin, stop = evidence.field.sentences.around(hit.start)
            beside = any(other is evidence and begin <= name.start < stop for other, name in decision.pact)
            abroad = evidence.cue((*evidence.sisters, "others"), max(begin, hit.start - _ABROAD_CHARS), hit.start)
            if beside and not abroad and office.official in holders:
                evidence.accepted.append(Accepted("official", office.official, hit.term, hit.start, hit.end))
            else:
                self._reject(evidence, hit, "official", office.official, Reason("official.office_alone"))
        if self._offices:
            for evidence in self._fields:
                evidence.accepted = _longest(evidence.accepted)

    def _reject(self, evidence: Evidence, place: FormHit, kind: MentionKind, topic: str, reason: Reason) -> None:
        if len(self._rejected) < _MAX_REJECTED:
            rejected = evidence.field.rejected(kind, topic, place.term, place.start, place.end, reason)
            self._rejected.append(rejected)


def _longest(accepted: list[Accepted]) -> list[Accepted]:
    """The leftmost and longest of overlapping forms of one topic."""
    ends: dict[tuple[str, str], int] = {}
    kept: list[Accepted] = []
    for form in sorted(accepted, key=lambda form: (form.start, -form.end)):
        key = (form.kind, form.topic)
        if form.start >= ends.get(key, 0):
            kept.append(form)
            ends[key] = form.end
    return kept


def _mentions(evidence: Evidence, decision: PactDecision, counted: Collection[str]) -> Iterator[Mention]:
    """The mentions of one field: topics in the order of their places, then literals. ``counted``: the subjects."""
    forms = [name for other, name in decision.pact if other is evidence]
    forms += [
        Accepted("sister", sister, name.term, name.start, name.end)
        for sister, names in decision.sisters.items() for other, name in names if other is evidence
    ]  # fmt: skip
    forms += [form for form in evidence.accepted if form.kind in ("official", "sector")] + _longest(evidence.names)
    for form in sorted(forms, key=lambda form: (form.start, form.end)):
        mention = evidence.field.mention(form.kind, form.topic, form.term, form.start, form.end)
        yield mention._replace(passing=True) if form.kind == "sector" and form.topic not in counted else mention
    yield from _literals(evidence.field)


def _literals(field: FieldText) -> Iterator[Mention]:
    ends: dict[str, int] = {}
    for start, end, key in sorted(field.search.literals, key=_longest_first):
        if start >= ends.get(key, 0) and not field.masked.hides("literal", start, end):
            ends[key] = end
            yield field.mention("literal", key, term_of(key), start, end)


def _longest_first(place: LiteralPlace) -> tuple[int, int, str]:
    return place[0], -place[1], place[2]


def _sense_reason(verdict: Verdict) -> Reason:
    if verdict.rule is None:
        return Reason("sense.no_context")
    return Reason(f"sense.{verdict.rule.where}", {"word": verdict.word})


def _topics(mentions: tuple[Mention, ...], kind: MentionKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mention.topic for mention in mentions if mention.kind == kind))
