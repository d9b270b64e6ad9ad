"""Explains for every place of a term in a text whether it counts, and what would change that.

The engine's own reading decides what counts. Here every step is repeated, so that the step that refused can be named:
an edge, a mask, a rule and its word, a surname without its full name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import islice

from bot.matching.engine.field import FieldText
from bot.matching.engine.forms import literal_spellings, spellings
from bot.matching.engine.patterns import FormOwner, Group
from bot.matching.engine.senses import Senses
from bot.matching.engine.vocabulary import FormHit, Vocabulary
from bot.matching.lexicon_tools.findings import form_entries
from bot.matching.query.names import names_of, nearest
from bot.matching.query.terms import Meaning, meaning_of
from bot.matching.scan import Scanner
from bot.matching.text.korean import ends_here, is_hangul, jamo, latin_right_edge, left_edge
from bot.matching.text.normalize import fold
from bot.model import Mention, Page, Reading, Reason
from scrapers.language import guess_language
from settings.lexicon import Lexicon

MOST_PLACES = 200
_SHOWN_WORDS = 4
_MAX_WORDS = 3_000
_PUNCTUATION = ".,!?\"'()[]{}<>:;·…"
_FIELDS = {"official": "who", "sector": "sector", "pact": "topic", "sister": "topic"}
"""The field of a query that takes the name of such a topic."""
_MENTIONED = ("pact", "sister", "official", "sector")


@dataclass(frozen=True, slots=True)
class TermPlace:
    """One place of the term, with the decision on it."""

    start: int
    end: int
    """Code points of the text, end exclusive."""
    quote: str
    kind: str
    topic: str
    entry: str
    """The form group's name in the lexicon's messages; empty for a literal."""
    found: bool
    reasons: tuple[Reason, ...]
    would: tuple[Reason, ...] = ()
    """What would change the decision."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The meaning of a term, with every place of it."""

    stands_for: Reason
    places: tuple[TermPlace, ...]
    absent: tuple[Reason, ...] = ()
    """For a term that is not in the text: the reason that says so, and the nearest words."""


class Explainer:
    """Explains terms in texts. What it makes of the lexicon costs more than a text, so many texts share it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._vocabulary = Vocabulary(lexicon)

    @cached_property
    def _scanner(self) -> Scanner:
        return Scanner(self._lexicon)

    def explain(self, term: str, text: str) -> Explanation:
        """Explains every place of a term (a form, a topic, a person, or any other word) in one text."""
        meaning = meaning_of(term, self._lexicon)
        scanner = Scanner(self._lexicon, (term,)) if meaning.literal else self._scanner
        reading = scanner.read(Page("", text))
        search = _TermSearch(self._lexicon, self._vocabulary, text, reading)
        places = list(_literals(term, search) if meaning.literal else _forms(meaning, search))
        shown = tuple(_without_inner(places, meaning))
        return Explanation(meaning.reason, shown, () if shown else tuple(_absent(term, meaning, search)))


class _TermSearch:
    """A text with everything that the steps need."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary, text: str, reading: Reading) -> None:
        self.lexicon = lexicon
        self.vocabulary = vocabulary
        self.reading = reading
        self.field = FieldText("text", text, vocabulary)
        self.senses = Senses((self.field,), guess_language(f"\n{text[:4_000]}"))
        self.flat = self.field.text.replace("\n", " ")
        self.entries = tuple(entry.name for entry in form_entries(lexicon))

    def covering(self, kind: str, topic: str, start: int, end: int) -> Mention | None:
        """The mention of this topic that contains this place of the folded text, else one that overlaps it."""
        first, last = self.field.folded.original(start, end)
        of_topic = [mention for mention in self.reading.mentions if (mention.kind, mention.topic) == (kind, topic)]
        whole = next((mention for mention in of_topic if mention.start <= first and last <= mention.end), None)
        return whole or next((mention for mention in of_topic if mention.start < last and first < mention.end), None)

    def place(self, start: int, end: int, kind: str, topic: str, entry: str, found: bool) -> TermPlace:
        """A place without its reasons yet."""
        first, last = self.field.folded.original(start, end)
        return TermPlace(first, last, self.field.folded.raw[first:last], kind, topic, entry, found, ())


def _standing(text: str, spelled: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places of these spellings, whatever their edges."""
    for spelling in dict.fromkeys(spelled):
        at = text.find(spelling) if spelling.strip() else -1
        while at >= 0:
            yield at, at + len(spelling)
            at = text.find(spelling, at + 1)


# ---------------------------------------------------------------- forms of the lexicon


def _forms(meaning: Meaning, search: _TermSearch) -> Iterator[TermPlace]:
    best: dict[tuple[int, int], TermPlace] = {}
    owners = [owner for owner in search.vocabulary.forms() if meaning.has(owner, search.vocabulary.groups[owner.group])]
    for owner in owners:
        wanted = (meaning.spelling,) if meaning.spelling else spellings(owner.written)
        for start, end in islice(_standing(search.flat, wanted), MOST_PLACES):
            if len(best) < MOST_PLACES:
                place = _form(owner, start, end, search)
                before = best.get((start, end))
                if before is None or (place.found and not before.found):
                    best[start, end] = place
    yield from (best[key] for key in sorted(best, key=lambda key: (key[0], -key[1])))
    yield from _misspelled(meaning, search, list(best.values()))


def _form(owner: FormOwner, start: int, end: int, search: _TermSearch) -> TermPlace:
    group = search.vocabulary.groups[owner.group]
    place = search.place(start, end, group.kind, group.topic, search.entries[owner.group], False)
    mention = search.covering(group.kind, group.topic, start, end)
    refused = (*_edges(owner, group, start, end, search), *_case_or_mask(group, start, end, search))
    if mention is not None and (mention.start, mention.end) != (place.start, place.end):
        if refused and mention.quote in place.quote:
            return replace(place, reasons=refused[::2], would=refused[1::2])
        inside = (Reason("explain.inside_longer", {"form": mention.quote}), *_passing(mention))
        return replace(place, found=not mention.passing, reasons=inside)
    if refused:
        return replace(place, reasons=refused[::2], would=refused[1::2])
    return _decided(place, group, FormHit(start, end, owner.group, owner.term), mention, search)


def _edges(owner: FormOwner, group: Group, start: int, end: int, search: _TermSearch) -> tuple[Reason, ...]:
    """The reason why an edge refuses the place, then what would change it; empty where the edges are good."""
    text, form = search.flat, search.field.quote(start, end)
    if not (owner.any_left or left_edge(text, start)):
        args = {"letter": search.field.quote(start - 1, start), "form": form}
        return Reason("explain.left_edge", args), Reason("explain.would_left_edge", args)
    if not latin_right_edge(text, end):
        args = {"letter": text[end], "form": form}
        return Reason("explain.right_edge_latin", args), Reason("explain.would_right_edge_latin", args)
    ends = owner.any_right or not is_hangul(text[end - 1]) or ends_here(text, end) or text.startswith(group.right, end)
    if not ends:
        run = text[end : end + 8].split(" ")[0]
        args = {"letter": text[end], "form": form, "run": run}
        return Reason("explain.right_edge", args), Reason("explain.would_right_edge", args)
    return ()


def _case_or_mask(group: Group, start: int, end: int, search: _TermSearch) -> tuple[Reason, ...]:
    quote = search.field.quote(start, end)
    if group.source.case and quote not in group.source.texts:
        args = {"form": quote, "written": ", ".join(group.source.texts[:_SHOWN_WORDS])}
        return Reason("explain.case", args), Reason("explain.would_case", args)
    mask = search.field.masked.hides(group.kind, start, end)
    if mask is not None:
        return Reason("mask.hidden", {"mask": mask}), Reason("explain.would_mask", {"mask": mask})
    return ()


def _decided(place: TermPlace, group: Group, hit: FormHit, mention: Mention | None, search: _TermSearch) -> TermPlace:
    """The decision where the edges are good: by rules, then by the full name, then by the article as a whole."""
    held = search.senses.held(group, search.field, hit)
    decided, word = held[0] if held else (0, "")
    meant = group.rules[decided - 1].say if decided else group.source.meant
    reasons = [_deciding(group, decided, word, meant)] if held or not group.source.needs_full_name else []
    reasons += [Reason("explain.held_too", {"rule": str(number), "word": other}) for number, other in held[1:]]
    would = list(_would(group, held, meant))
    if not meant:
        return replace(place, reasons=tuple(reasons), would=tuple(would))
    if group.kind not in _MENTIONED:
        return replace(place, found=True, reasons=(*reasons, Reason("explain.cue", {"cue": group.name})))
    if group.source.needs_full_name and not held:
        code = "official.no_full_name" if mention is None else "explain.full_name"
        reasons.append(Reason(code, {"official": group.topic}))
        would = [Reason("explain.would_full_name", {"official": group.topic})] if mention is None else would
    elif mention is None:
        of_article = list(_article(group, search))
        reasons += [reason for reason in of_article if ".would_" not in reason.code]
        would = [*(reason for reason in of_article if ".would_" in reason.code), *would]
    counts = mention is not None and not mention.passing
    return replace(place, found=counts, reasons=(*reasons, *_passing(mention)), would=tuple(would))


def _passing(mention: Mention | None) -> tuple[Reason, ...]:
    return (Reason("explain.passing"),) if mention is not None and mention.passing else ()


def _deciding(group: Group, number: int, word: str, meant: bool) -> Reason:
    if not number:
        return Reason("explain.meant" if meant else "sense.no_context")
    where = group.rules[number - 1].where
    return Reason(f"explain.{where}" if meant else f"sense.{where}", {"word": word, "rule": str(number)})


def _would(group: Group, held: tuple[tuple[int, str], ...], meant: bool) -> Iterator[Reason]:
    """What happens without the deciding word, and the first earlier rule that would decide otherwise."""
    decided = held[0][0] if held else len(group.rules) + 1
    if held:
        then = group.rules[held[1][0] - 1].say if len(held) > 1 else group.source.meant
        code = "explain.without_same" if then == meant else "explain.without_other"
        yield Reason(code, {"word": held[0][1]})
    for number, rule in enumerate(group.rules[: decided - 1], 1):
        if rule.say != meant:
            words = ", ".join(word.strip() for word in rule.words[:_SHOWN_WORDS])
            yield Reason(f"explain.would_{rule.where}", {"rule": str(number), "words": words})
            return


def _article(group: Group, search: _TermSearch) -> Iterator[Reason]:
    """The reasons of the article as a whole, for a meant form of the pact that is no mention."""
    if group.kind in ("pact", "sister"):
        yield from (reason for reason in search.reading.reasons if not reason.code.startswith("severity."))


def _misspelled(meaning: Meaning, search: _TermSearch, known: list[TermPlace]) -> Iterator[TermPlace]:
    """The places of misspelled rare names, where no form stands."""
    for mention in search.reading.mentions:
        of_person = mention.kind == "official" and mention.topic == meaning.topic
        if of_person and not any(place.start < mention.end and mention.start < place.end for place in known):
            reason = Reason("explain.misspelling", {"form": mention.term, "official": mention.topic})
            entry = f"official {mention.topic}"
            yield TermPlace(
                mention.start, mention.end, mention.quote, "official", mention.topic, entry, True, (reason,)
            )  # fmt: skip


def _without_inner(places: list[TermPlace], meaning: Meaning) -> Iterator[TermPlace]:
    """The places without shorter forms inside longer ones, for a whole topic."""
    for place in places:
        inside = any(other is not place and other.start <= place.start and place.end <= other.end for other in places)
        if not (inside and meaning.topic and not meaning.spelling):
            yield place


# ---------------------------------------------------------------- words that the lexicon does not know


def _literals(term: str, search: _TermSearch) -> Iterator[TermPlace]:
    exact = len(term) > 2 and term[0] == term[-1] == '"'
    text = search.flat
    for start, end in sorted(_standing(text, (fold(term[1:-1]),) if exact else literal_spellings(term)))[:MOST_PLACES]:
        place = search.place(start, end, "literal", term, "", search.covering("literal", term, start, end) is not None)
        if place.found:
            yield replace(place, reasons=(Reason("explain.literal_found"),))
            continue
        refused = _literal_edges(text, start, end, exact)
        if not refused and (mask := search.field.masked.hides("literal", start, end)):
            refused = Reason("mask.hidden", {"mask": mask}), Reason("explain.would_mask", {"mask": mask})
        yield replace(place, reasons=refused[:1], would=refused[1:])


def _literal_edges(text: str, start: int, end: int, exact: bool) -> tuple[Reason, ...]:
    form, free = text[start:end], exact and is_hangul(text[start])
    if not (free or left_edge(text, start)):
        args = {"letter": text[start - 1], "form": form}
        return Reason("explain.left_edge", args), Reason("explain.would_literal_quoted", args)
    if not latin_right_edge(text, end):
        args = {"letter": text[end], "form": form}
        return Reason("explain.right_edge_latin", args), Reason("explain.would_right_edge_latin", args)
    if not exact and is_hangul(text[end - 1]) and not ends_here(text, end):
        args = {"letter": text[end], "form": form, "run": text[end : end + 8].split(" ")[0]}
        return Reason("explain.right_edge", args), Reason("explain.would_literal_quoted", args)
    return ()


# ---------------------------------------------------------------- nothing there


def _absent(term: str, meaning: Meaning, search: _TermSearch) -> Iterator[Reason]:
    words = {
        jamo(word): word for word in (word.strip(_PUNCTUATION) for word in search.flat.split()[:_MAX_WORDS]) if word
    }
    plain = fold(term).strip().removeprefix("@")
    if meaning.topic and words.pop(jamo(plain), None) is not None:
        yield Reason("explain.only_name", {"field": _FIELDS[meaning.kind], "term": plain})
    else:
        yield Reason("explain.absent", {"term": term})
    for form in (term, *meaning.examples(search.vocabulary)):
        like = get_close_matches(jamo(fold(form)), words, n=1, cutoff=0.6)
        if like:
            yield Reason("explain.nearest_in_text", {"word": words[like[0]], "form": form})
            break
    if meaning.literal and (known := nearest(term, names_of(search.lexicon).words)):
        yield Reason("explain.nearest_form", {"form": known})
