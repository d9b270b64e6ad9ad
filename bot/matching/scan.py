"""The scanner: one article in, everything it names out, with places, senses and reasons.

The order of the steps is in this folder's README. Nothing here raises for any text, and the cost grows with its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.matching.engine.cues import countries_of
from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.engine.field import FieldText
from bot.matching.engine.literals import LiteralPlace, term_of
from bot.matching.engine.misspellings import Misspellings
from bot.matching.engine.senses import Senses, Verdict
from bot.matching.engine.vocabulary import FormHit, Vocabulary
from bot.matching.pact.attribution import source_agencies
from bot.matching.pact.decide import decide
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.severity import severity
from bot.model import Mention, MentionKind, Page, Reading, Reason, Rejected, Topics
from scrapers.language import guess_language
from settings.lexicon import Lexicon

_MAX_REJECTED = 200
_MENTION_KINDS: dict[str, MentionKind] = {
    "pact": "pact",
    "sister": "sister",
    "official": "official",
    "sector": "sector",
}


@dataclass(slots=True)
class _WaitingSurname:
    """A surname or title that counts only when the full name stands in the article."""

    own: Evidence
    hit: FormHit
    topic: str


class Scanner:
    """Reads articles with one lexicon and the literals of all queries."""

    def __init__(self, lexicon: Lexicon, literals: Iterable[str] = ()) -> None:
        self.lexicon = lexicon
        self._vocabulary = Vocabulary(lexicon, literals)
        self._misspellings = Misspellings(lexicon)

    def read(self, page: Page) -> Reading:
        """Everything the page names. Never raises; linear in the page's length."""
        guessed = guess_language(f"{page.headline}\n{page.text[:4_000]}")
        text = FieldText("text", page.text, self._vocabulary)
        head = (FieldText("headline", page.headline, self._vocabulary),) if page.headline else ()
        fields = (*head, text)
        return _Reader(self.lexicon, self._vocabulary, self._misspellings, fields, page, guessed).reading()


class _Reader:
    """The steps of one reading."""

    def __init__(
        self, lexicon: Lexicon, vocabulary: Vocabulary, misspellings: Misspellings,
        fields: tuple[FieldText, ...], page: Page, guessed: str,
    ) -> None:  # fmt: skip
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._misspellings = misspellings
        self._page = page
        self._language = page.language if page.language and page.language != "mixed" else guessed
        self._senses = Senses(fields, guessed)
        self._evidence = [Evidence(field, countries_of(lexicon)) for field in fields]
        self._rejected: list[Rejected] = []

    def reading(self) -> Reading:
        self._judge()
        self._longest()
        decision = decide(self._evidence, self._lexicon, self._page.published_on)
        if decision.pact:
            self._drop_background(decision)
        level, urgent = severity(self._evidence, decision, self._page.official)
        mentions = self._mentions(decision)
        reasons = (*decision.reasons, *((urgent,) if urgent else ()))
        topics = Topics(
            pact=bool(decision.pact),
            sister_pact=tuple(sorted(decision.sisters)),
            officials=_topics(mentions, "official"),
            sectors=_topics(mentions, "sector"),
            severity=level,
            after=source_agencies(self._evidence),
        )
        return Reading(
            topics=topics,
            language=self._language,
            mentions=mentions,
            rejected=tuple(self._rejected[:_MAX_REJECTED]),
            reasons=reasons,
        )

    # -- senses

    def _judge(self) -> None:
        undecided: list[_WaitingSurname] = []
        for own in self._evidence:
            for hit, mask in own.field.hidden:
                group = self._vocabulary.groups[hit.group]
                self._reject(own, hit, _MENTION_KINDS[group.kind], group.topic, Reason("mask.hidden", {"mask": mask}))
            for hit in own.field.hits:
                self._judge_hit(own, hit, undecided)
            for wrong in self._misspellings.find(own.field, self._senses):
                own.accepted.append(Accepted("official", wrong.official, wrong.term, wrong.start, wrong.end))
            for spans in own.cues.values():
                spans.sort()
        full = {a.topic for own in self._evidence for a in own.of_kind("official")}
        for later in undecided:
            if later.topic in full:
                hit = later.hit
                later.own.accepted.append(Accepted("official", later.topic, hit.term, hit.start, hit.end))
            else:
                self._reject(later.own, later.hit, "official", later.topic, Reason("official.no_full_name"))

    def _judge_hit(self, own: Evidence, hit: FormHit, undecided: list[_WaitingSurname]) -> None:
        group = self._vocabulary.groups[hit.group]
        if group.kind == "agency":
            own.agencies.append((hit.start, hit.end, group.topic))
            return
        if group.kind == "cue":
            if self._senses.decide(group, own.field, hit).meant if group.rules else group.source.meant:
                own.cues.setdefault(group.name, []).append((hit.start, hit.end))
                if group.topic != group.name:
                    own.cues.setdefault(group.topic, []).append((hit.start, hit.end))
            return
        verdict = self._senses.decide(group, own.field, hit)
        kind = _MENTION_KINDS[group.kind]
        if not verdict.meant:
            self._reject(own, hit, kind, group.topic, _sense_reason(verdict))
        elif group.source.needs_full_name and verdict.rule is None:
            undecided.append(_WaitingSurname(own, hit, group.topic))
        else:
            own.accepted.append(Accepted(kind, group.topic, hit.term, hit.start, hit.end))

    def _reject(self, own: Evidence, hit: FormHit, kind: MentionKind, topic: str, reason: Reason) -> None:
        if len(self._rejected) < _MAX_REJECTED:
            rejected = own.field.rejected(kind, topic, hit.term, hit.start, hit.end, reason)
            self._rejected.append(rejected)

    def _longest(self) -> None:
        """Of overlapping forms of one topic the leftmost and longest stays."""
        for own in self._evidence:
            ends: dict[tuple[str, str], int] = {}
            kept: list[Accepted] = []
            for found in sorted(own.accepted, key=lambda a: (a.start, -a.end)):
                key = (found.kind, found.topic)
                if found.start >= ends.get(key, 0):
                    kept.append(found)
                    ends[key] = found.end
            own.accepted = kept

    def _drop_background(self, decision: PactDecision) -> None:
        """In an article about the pact, a foreign field that stands only in sentences about a rival is no subject."""
        fields: dict[str, list[tuple[Evidence, Accepted]]] = {}
        for own in self._evidence:
            for found in own.of_kind("sector"):
                if found.topic not in self._lexicon.pact_sectors:
                    fields.setdefault(found.topic, []).append((own, found))
        for topic, places in fields.items():
            if all(self._about_rival(own, a) for own, a in places):
                for own in self._evidence:
                    own.accepted = [a for a in own.accepted if a.kind != "sector" or a.topic != topic]
                for own, found in places:
                    hit = FormHit(found.start, found.end, 0, found.term)
                    self._reject(own, hit, "sector", topic, Reason("sector.background"))

    @staticmethod
    def _about_rival(own: Evidence, found: Accepted) -> bool:
        begin, stop = own.field.sentences.around(found.start)
        return own.cue(("background",), max(begin, found.start - 300), min(stop, found.end + 300))

    # -- mentions

    def _mentions(self, decision: PactDecision) -> tuple[Mention, ...]:
        found: list[Mention] = []
        for own in self._evidence:
            plain = [a for a in own.accepted if a.kind in ("official", "sector")]
            pacts = [a for e, a in decision.pact if e is own]
            sisters = [
                Accepted("sister", sister, a.term, a.start, a.end)
                for sister, places in decision.sisters.items() for e, a in places if e is own
            ]  # fmt: skip
            every = sorted((*pacts, *sisters, *plain), key=lambda a: (a.start, a.end))
            found += [own.field.mention(a.kind, a.topic, a.term, a.start, a.end) for a in every]
            found += self._literals(own.field)
        return tuple(found)

    @staticmethod
    def _literals(field: FieldText) -> Iterator[Mention]:
        ends: dict[str, int] = {}
        for start, end, key in sorted(field.search.literals, key=_longest_first):
            if start >= ends.get(key, 0) and not field.masked.hides("literal", start, end):
                ends[key] = end
                yield field.mention("literal", key, term_of(key), start, end)


def _longest_first(place: LiteralPlace) -> tuple[int, int]:
    return place[0], -place[1]


def _sense_reason(verdict: Verdict) -> Reason:
    if verdict.rule is None:
        return Reason("sense.no_context")
    return Reason(f"sense.{verdict.rule.where}", {"word": verdict.word})


def _topics(mentions: tuple[Mention, ...], kind: MentionKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.topic for m in mentions if m.kind == kind))
