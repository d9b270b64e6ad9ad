"""Why a term counts in a text or does not, place by place, and what would have changed it.

The engine's own reading says what counts; here every step on the way is looked at again, so that the step that
refused can be named: an edge, a mask, a rule and its word, a surname without its full name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice

from bot.matching.engine.field import FieldText
from bot.matching.engine.forms import literal_spellings, spellings
from bot.matching.engine.patterns import FormOwner, Group
from bot.matching.engine.senses import Senses
from bot.matching.engine.vocabulary import FormHit, Vocabulary
from bot.matching.lexicon_tools.findings import form_entries as entries_of
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
_MOST_WORDS = 3_000
_SIGNS = ".,!?\"'()[]{}<>:;·…"
_MENTIONED = ("pact", "sister", "official", "sector")


@dataclass(frozen=True, slots=True)
class TermPlace:
    """One place where the term stands, and what became of it."""

    start: int
    end: int
    """Code points of the text, end exclusive."""
    quote: str
    kind: str
    topic: str
    entry: str
    """The form's group, as the lexicon's messages call it; empty for a literal."""
    found: bool
    reasons: tuple[Reason, ...]
    would: tuple[Reason, ...] = ()
    """What would have changed it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a term stands for, and every place of it."""

    stands_for: Reason
    places: tuple[TermPlace, ...]
    absent: tuple[Reason, ...] = ()
    """Where it does not stand in the text: that it does not, and what is nearest."""


def explain(term: str, text: str, lexicon: Lexicon) -> Explanation:
    """Look for a term (a form, a topic, a person, or any other word) in one text."""
    meaning = meaning_of(term, lexicon)
    scanner = Scanner(lexicon, (term,) if meaning.literal else ())
    reading = scanner.read(Page("", text))
    looked = _TermSearch(lexicon, Vocabulary(lexicon), text, reading)
    found = list(_literals(term, looked) if meaning.literal else _forms(meaning, looked))
    shown = tuple(_without_inner(found, meaning))
    return Explanation(meaning.reason, shown, () if shown else tuple(_absent(term, meaning, looked)))


class _TermSearch:
    """A text with everything that the steps ask for."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary, text: str, reading: Reading) -> None:
        self.lexicon = lexicon
        self.vocabulary = vocabulary
        self.reading = reading
        self.field = FieldText("text", text, vocabulary)
        self.senses = Senses((self.field,), guess_language(f"\n{text[:4_000]}"))
        self.flat = self.field.text.replace("\n", " ")
        self.entries = tuple(place.entry for place in entries_of(lexicon))

    def covering(self, kind: str, topic: str, start: int, end: int) -> Mention | None:
        """The mention of this topic that holds this place of the folded text, else one that runs into it."""
        first, last = self.field.folded.original(start, end)
        mine = [m for m in self.reading.mentions if (m.kind, m.topic) == (kind, topic)]
        whole = next((m for m in mine if m.start <= first and last <= m.end), None)
        return whole or next((m for m in mine if m.start < last and first < m.end), None)

    def place(self, start: int, end: int, kind: str, topic: str, entry: str, found: bool) -> TermPlace:
        """A place, still without its reasons."""
        first, last = self.field.folded.original(start, end)
        return TermPlace(first, last, self.field.folded.raw[first:last], kind, topic, entry, found, ())


def _standing(text: str, spelled: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where any of these spellings stands, edges or not."""
    for spelling in dict.fromkeys(spelled):
        at = text.find(spelling) if spelling.strip() else -1
        while at >= 0:
            yield at, at + len(spelling)
            at = text.find(spelling, at + 1)


# ---------------------------------------------------------------- forms of the lexicon


def _forms(meaning: Meaning, looked: _TermSearch) -> Iterator[TermPlace]:
    best: dict[tuple[int, int], TermPlace] = {}
    owners = [owner for owner in looked.vocabulary.forms() if meaning.has(owner, looked.vocabulary.groups[owner.group])]
    for owner in owners:
        wanted = (meaning.spelling,) if meaning.spelling else spellings(owner.written)
        for start, end in islice(_standing(looked.flat, wanted), MOST_PLACES):
            if len(best) < MOST_PLACES:
                place = _form(owner, start, end, looked)
                before = best.get((start, end))
                if before is None or (place.found and not before.found):
                    best[start, end] = place
    yield from (best[key] for key in sorted(best, key=lambda key: (key[0], -key[1])))
    yield from _misspelled(meaning, looked, list(best.values()))


def _form(owner: FormOwner, start: int, end: int, looked: _TermSearch) -> TermPlace:
    group = looked.vocabulary.groups[owner.group]
    place = looked.place(start, end, group.kind, group.topic, looked.entries[owner.group], False)
    mention = looked.covering(group.kind, group.topic, start, end)
    refused = (*_edges(owner, group, start, end, looked), *_case_or_mask(group, start, end, looked))
    if mention is not None and (mention.start, mention.end) != (place.start, place.end):
        if refused and mention.quote in place.quote:
            return replace(place, reasons=refused[::2], would=refused[1::2])
        return replace(place, found=True, reasons=(Reason("explain.inside_longer", {"form": mention.quote}),))
    if refused:
        return replace(place, reasons=refused[::2], would=refused[1::2])
    return _decided(place, group, FormHit(start, end, owner.group, owner.term), mention, looked)


def _edges(owner: FormOwner, group: Group, start: int, end: int, looked: _TermSearch) -> tuple[Reason, ...]:
    """Why an edge refuses the place, then what would let it through; nothing where the edges are good."""
    text, form = looked.flat, looked.field.quote(start, end)
    if not (owner.any_left or left_edge(text, start)):
        args = {"letter": looked.field.quote(start - 1, start), "form": form}
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


def _case_or_mask(group: Group, start: int, end: int, looked: _TermSearch) -> tuple[Reason, ...]:
    quote = looked.field.quote(start, end)
    if group.source.case and quote not in group.source.texts:
        args = {"form": quote, "written": ", ".join(group.source.texts[:_SHOWN_WORDS])}
        return Reason("explain.case", args), Reason("explain.would_case", args)
    mask = looked.field.masked.hides(group.kind, start, end)
    if mask is not None:
        return Reason("mask.hidden", {"mask": mask}), Reason("explain.would_mask", {"mask": mask})
    return ()


def _decided(place: TermPlace, group: Group, hit: FormHit, mention: Mention | None, looked: _TermSearch) -> TermPlace:
    """The edges are good: the rules, then the full name, then what the article as a whole decides."""
    held = looked.senses.held(group, looked.field, hit)
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
        whole = list(_article(group, looked))
        reasons += [reason for reason in whole if ".would_" not in reason.code]
        would = [*(reason for reason in whole if ".would_" in reason.code), *would]
    return replace(place, found=mention is not None, reasons=tuple(reasons), would=tuple(would))


def _deciding(group: Group, number: int, word: str, meant: bool) -> Reason:
    if not number:
        return Reason("explain.meant" if meant else "sense.no_context")
    where = group.rules[number - 1].where
    return Reason(f"explain.{where}" if meant else f"sense.{where}", {"word": word, "rule": str(number)})


def _would(group: Group, held: tuple[tuple[int, str], ...], meant: bool) -> Iterator[Reason]:
    """Without the deciding word; and by the first rule of the other opinion that could have come before it."""
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


def _article(group: Group, looked: _TermSearch) -> Iterator[Reason]:
    """The form is meant and yet no mention: the article as a whole decides about the pact and about rivals' fields."""
    if group.kind in ("pact", "sister"):
        yield from (reason for reason in looked.reading.reasons if not reason.code.startswith("severity."))
    yield from {r.reason.code: r.reason for r in looked.reading.rejected if r.topic == group.topic
                and r.reason.code == "sector.background"}.values()  # fmt: skip


def _misspelled(meaning: Meaning, looked: _TermSearch, known: list[TermPlace]) -> Iterator[TermPlace]:
    """A rare name with a letter or two wrong stands where no form does."""
    for mention in looked.reading.mentions:
        mine = mention.kind == "official" and mention.topic == meaning.topic
        if mine and not any(one.start < mention.end and mention.start < one.end for one in known):
            reason = Reason("explain.misspelling", {"form": mention.term, "official": mention.topic})
            entry = f"official {mention.topic}"
            yield TermPlace(
                mention.start, mention.end, mention.quote, "official", mention.topic, entry, True, (reason,)
            )  # fmt: skip


def _without_inner(found: list[TermPlace], meaning: Meaning) -> Iterator[TermPlace]:
    """Asked for a whole topic, a shorter form inside of a longer one is not told of beside it."""
    for place in found:
        inside = any(one is not place and one.start <= place.start and place.end <= one.end for one in found)
        if not (inside and meaning.topic and not meaning.spelling):
            yield place


# ---------------------------------------------------------------- words that the lexicon does not know


def _literals(term: str, looked: _TermSearch) -> Iterator[TermPlace]:
    exact = len(term) > 2 and term[0] == term[-1] == '"'
    text = looked.flat
    for start, end in sorted(_standing(text, (fold(term[1:-1]),) if exact else literal_spellings(term)))[:MOST_PLACES]:
        place = looked.place(start, end, "literal", term, "", looked.covering("literal", term, start, end) is not None)
        if place.found:
            yield replace(place, reasons=(Reason("explain.literal_found"),))
            continue
        refused = _literal_edges(text, start, end, exact)
        if not refused and (mask := looked.field.masked.hides("literal", start, end)):
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


def _absent(term: str, meaning: Meaning, looked: _TermSearch) -> Iterator[Reason]:
    yield Reason("explain.absent", {"term": term})
    words = {jamo(word): word for word in (word.strip(_SIGNS) for word in looked.flat.split()[:_MOST_WORDS]) if word}
    for form in (term, *meaning.examples(looked.vocabulary)):
        like = get_close_matches(jamo(fold(form)), words, n=1, cutoff=0.6)
        if like:
            yield Reason("explain.nearest_in_text", {"word": words[like[0]], "form": form})
            break
    if meaning.literal and (known := nearest(term, names_of(looked.lexicon).words)):
        yield Reason("explain.nearest_form", {"form": known})
