"""``split`` says that articles of a story report another event, for this workspace."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, Token, parse_story_number, unclear
from handlers.verbs.verb import Verb

_BETWEEN = frozenset(
    {"story", "from", "article", "articles", "no", "number", "and", "기사", "기사묶음", "소식", "에서", "와", "과"}
)
"""Words that may stand between the story and its articles."""
_NUMBERS = re.compile(r"#?[0-9]{1,4}번?(?:,#?[0-9]{1,4}번?)*,?")
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class NamedArticle:
    """An article as it was typed, with its place in the line (for the caret)."""

    text: str
    """Its address, or its number in the story's list."""
    position: int

    @property
    def number(self) -> int | None:
        """Its number in the list; None for an address."""
        return int(self.text) if self.text.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Split(Ask):
    """A request to see some articles of a story as a story of their own."""

    story: int
    articles: tuple[NamedArticle, ...]

    @property
    def changes_channel(self) -> bool:
        """The channels of the workspace get a story more."""
        return True


def parse(line: Line) -> Ask:
    """``split ST12 2``, ``split ST12 2 and 3``, ``split ST12 https://…``."""
    words, example = line.words_without(_BETWEEN), line.offer("ST12", "2")
    if not words:
        return line.missing("split_needs", example)
    story = parse_story_number(words[0].text)
    if story is None:
        return unclear(words[0], "merge_story_wanted", example, example=True)
    if len(words) == 1:
        return line.missing("split_needs_article", line.offer(words[0].text, "2"))
    named: list[NamedArticle] = []
    for word in words[1:]:
        articles = _named(word)
        if not articles:
            return unclear(word, "split_article_wanted", line.offer(words[0].text, "2"), example=True)
        known = {each.text for each in named}
        named += [each for each in articles if each.text not in known]
    return Split(story, tuple(named))


def _named(word: Token) -> list[NamedArticle]:
    """Returns the articles that a word names: an address, ``2``, ``2번``, ``2,3``; none where it names nothing."""
    if "://" in word.text:
        return [NamedArticle(word.text, word.position)]
    if not _NUMBERS.fullmatch(word.text):
        return []
    found = [(int(match[0]), word.position + match.start()) for match in _NUMBER.finditer(word.text)]
    return [NamedArticle(str(number), position) for number, position in found] if all(n for n, _ in found) else []


VERB = Verb("split", "분리", group="channel", order=57, request=Split, parse=parse)
