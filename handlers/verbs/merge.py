"""``merge`` makes two stories one for this workspace."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, ends_here, parse_story_number, unclear
from handlers.verbs.verb import Verb

_BETWEEN = frozenset({"story", "and", "with", "into", "기사", "기사묶음", "소식", "와", "과"})
"""Words that may stand between the two stories."""


@dataclass(frozen=True, slots=True)
class Merge(Ask):
    """A request to make two stories one."""

    story: int
    other: int

    @property
    def changes_channel(self) -> bool:
        """The channels of the workspace get one card for both."""
        return True


def parse(line: Line) -> Ask:
    """``merge ST12 ST15``, ``merge ST12 with ST15``."""
    words, example = line.words_without(_BETWEEN), line.offer("ST12", "ST15")
    numbers: list[int] = []
    for word in words[:2]:
        number = parse_story_number(word.text)
        if number is None:
            return unclear(word, "merge_story_wanted", example, example=True)
        if number in numbers:
            return unclear(word, "merge_same", example, example=True)
        numbers.append(number)
    if len(numbers) < 2:
        return line.missing("merge_needs", line.offer(words[0].text, "ST15") if words else example)
    return ends_here(words[2:], Merge(numbers[0], numbers[1]), line.offer(words[0].text, words[1].text))


VERB = Verb("merge", "병합", group="channel", order=55, request=Merge, parse=parse)
