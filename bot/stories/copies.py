"""Recognizes a report that repeats another one: its text, as wire copies do, or its headline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.stories.features.article_features import HEAD, HEAD_ENTITY, HEAD_NAME, MOST_HEADS, SENTENCE, SHIFT, Features
from bot.stories.headline_similarity import figures_differ, title_similarity
from bot.stories.scoring import are_of_rival_pacts
from bot.stories.weighed import Weighed, days_apart
from scrapers.headline_marks import is_correction

SAME_SENTENCES = 0.6
SAME_HEAD = 0.4
WHOLE_TEXT = 0.85
"""A copy shares so many of the shorter text's sentences, and so many of its head's words or all sentences."""
SAME_HEADLINE, SAME_HEADLINE_DAYS = 0.6, 2.0

Repeats = Literal["text", "headline"]


class CopySearch:
    """Compares one report with others; what most of them cannot repeat is not looked at."""

    def __init__(self, entry: Weighed, fingerprint: Features, *, has_known_sentence: bool) -> None:
        self._entry = entry
        self._title = _heads_of_headline(fingerprint)
        words = len(self._title)
        self._least_shared = max(1.0, SAME_HEADLINE * words - max(0.0, words / SAME_HEADLINE - MOST_HEADS))
        """A headline that is the same shares so many heads; of a long headline some heads are not kept."""
        self._has_known_sentence = has_known_sentence

    def repeated(self, other: Weighed) -> Repeats | None:
        """Returns what of another report this one repeats; None where it is a report of its own."""
        if self._has_known_sentence and is_copy(self._entry, other):
            return "text"
        shared = len(self._title.intersection(other.features[other.head_from : other.head_to]))
        return "headline" if shared >= self._least_shared and has_same_headline(self._entry, other) else None


def _heads_of_headline(fingerprint: Features) -> frozenset[int]:
    """Returns the heads before the second sentence: the first one is the headline."""
    heads, sentences = set(), 0
    for feature in fingerprint:
        kind = feature >> SHIFT
        sentences += kind == SENTENCE
        if sentences > 1:
            break
        if kind == HEAD:
            heads.add(feature)
    return frozenset(heads)


def is_copy(entry: Weighed, other: Weighed) -> bool:
    """Whether a report runs the text of another one again, as wire copies do; shared stock sentences are no copy."""
    sentences, others = entry.sentences, other.sentences
    same = _shared(sentences, others)
    if same < 2 or same < SAME_SENTENCES * min(len(sentences), len(others)):
        return False
    head, other_head = entry.heads, other.heads
    is_whole = same >= WHOLE_TEXT * max(len(sentences), len(others))
    return is_whole or _shared(head, other_head) >= SAME_HEAD * min(len(head), len(other_head))


def has_same_headline(a: Weighed, b: Weighed) -> bool:
    """Whether two headlines of two days say the same in nearly the same words: an edited one, a flash that grew.

    Headlines of one template, as of notices of launches or of bird flu, differ in their names. An outlet's correction
    of its own article may change any name or figure.
    """
    if days_apart(a, b) > SAME_HEADLINE_DAYS or are_of_rival_pacts(a, b):
        return False
    similarity = title_similarity(a.headline, b.headline)
    if similarity < SAME_HEADLINE:
        return False
    if a.outlet == b.outlet and _are_editions(a.headline, b.headline, similarity):
        return True
    if figures_differ(a.headline, b.headline):
        return False
    return not any(_names_differ(a.of_kind(kind), b.of_kind(kind)) for kind in (HEAD_ENTITY, HEAD_NAME))


def _are_editions(left: str, right: str, similarity: float) -> bool:
    """Whether one of two headlines of an outlet corrects the other one, or differs from it in its marks alone."""
    return is_correction(left) != is_correction(right) or (similarity == 1.0 and left != right)


def _names_differ(left: Sequence[int], right: Sequence[int]) -> bool:
    """Whether each of two heads names something that the other one does not."""
    return not set(left).issubset(right) and not set(right).issubset(left)


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    return len(set(left).intersection(right))
