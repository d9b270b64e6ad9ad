"""A field of an article (headline or text), folded and searched once, with everything that was found in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from bot.matching.engine.masks import Masked
from bot.matching.engine.names import ORGANISATION, NameKind, name_at
from bot.matching.engine.patterns import Group
from bot.matching.engine.vocabulary import FormHit, SearchResult, Vocabulary
from bot.matching.text.normalize import Folded
from bot.matching.text.sentences import Contexts, Sentences
from bot.model import Field, Mention, MentionKind, Reason, Rejected

_MAX_HIDDEN = 100


class FieldText:
    """A searched field. Places are those of the folded text until a mention is made."""

    def __init__(self, name: Field, raw: str, vocabulary: Vocabulary) -> None:
        self.name: Field = name
        self.folded = Folded(raw)
        self.text = self.folded.text
        self.sentences = Sentences(self.text)
        self._contexts = Contexts(self.folded, self.sentences)
        self.search: SearchResult = vocabulary.find(self.text)
        self.masked = Masked(self.text, self.search, vocabulary)
        self.hidden: list[tuple[FormHit, str]] = []
        self.in_names: list[tuple[FormHit, NameKind]] = []
        groups = vocabulary.groups
        hits = [hit for hit in self.search.hits if self._stands(hit, groups[hit.group])]
        self.hits = sorted(hits, key=lambda hit: (hit.start, -hit.end))
        sectors = [hit for hit in self.hits if groups[hit.group].kind == "sector"]
        self.sector_starts = sorted({hit.start for hit in sectors})
        self.sector_ends = sorted({hit.end for hit in sectors})

    def _stands(self, hit: FormHit, group: Group) -> bool:
        if group.source.case and self.quote(hit.start, hit.end) not in group.source.texts:
            return False
        mask = self.masked.hides(group.kind, hit.start, hit.end)
        if mask == ORGANISATION:
            self.in_names.append((hit, ORGANISATION))
        elif mask is not None and len(self.hidden) < _MAX_HIDDEN:
            self.hidden.append((hit, mask))
        if mask is not None or group.kind != "sector":
            return mask is None
        name = name_at(self.folded, hit.start, hit.end, self.name == "headline")
        if name is not None:
            self.in_names.append((hit, name))
        return name is None

    def quote(self, start: int, end: int) -> str:
        """The original text at this place of the folded text."""
        first, last = self.folded.original(start, end)
        return self.folded.raw[first:last]

    def near(self, words: Iterable[str], start: int, end: int) -> str | None:
        """The first of these words that begins between two places."""
        for word in words:
            places = self.search.words.get(word)
            if places:
                at = bisect_left(places, start)
                if at < len(places) and places[at] < end:
                    return word
        return None

    def mention(self, kind: MentionKind, topic: str, term: str, start: int, end: int) -> Mention:
        """A mention with its exact place, quote and sentence."""
        first, last = self.folded.original(start, end)
        sentence = self._contexts.around(start, end, (first, last))
        return Mention(kind, topic, term, self.name, first, last, self.folded.raw[first:last], sentence)

    def rejected(self, kind: MentionKind, topic: str, term: str, start: int, end: int, reason: Reason) -> Rejected:
        """A rejected candidate with its reason."""
        first, last = self.folded.original(start, end)
        return Rejected(kind, topic, term, self.name, first, last, self.folded.raw[first:last], reason)


_LEFT_JOINT = re.compile(r"(?:[·,/+&;、|▲△▶○-] ?|(?:와|과|및|이나|그리고|또는|,? and|,? or|&) ?|\) ?|[\"'] ?)+$")
_RIGHT_JOINT = re.compile(
    r"[\"')]*(?:\([^)\n]{1,30}\))?"
    r"(?: ?[·,/+&;、|] ?(?:and |or |및 |그리고 )?|(?:와|과|이나) ?| 및 ?| and | or | & | 그리고 )+"
)
_SEPARATORS = re.compile(r"[.!?\n;:]|니다|했다|한다|이다")


def in_list(field: FieldText, start: int, end: int) -> bool:
    """Is this a member of a list of fields: does another sector's form stand beside it across a joint?"""
    return _left_neighbour(field, start) or _right_neighbour(field, end)


def _left_neighbour(field: FieldText, start: int) -> bool:
    window = field.text[max(0, start - 24) : start]
    joint = _LEFT_JOINT.search(window)
    if not joint or not re.search(r"[^\s\"')]", joint.group()):
        return False
    at = start - len(joint.group())
    gloss = re.search(r"\([^()\n]{1,24}$", field.text[max(0, at - 26) : at])
    return _between(field, field.sector_ends, at - 12, at) or (
        gloss is not None and ")" in joint.group() and _between(field, field.sector_ends, at - 28, at)
    )


def _right_neighbour(field: FieldText, end: int) -> bool:
    joint = _RIGHT_JOINT.match(field.text, end, end + 44)
    if not joint:
        return False
    return _between(field, field.sector_starts, joint.end(), joint.end() + 9)


def _between(field: FieldText, places: Sequence[int], low: int, high: int) -> bool:
    at = bisect_right(places, high)
    if places is field.sector_starts:
        at = bisect_left(places, low)
        return at < len(places) and places[at] < high and not _SEPARATORS.search(field.text[low : places[at]])
    return at > 0 and places[at - 1] > low and not _SEPARATORS.search(field.text[places[at - 1] : high])
