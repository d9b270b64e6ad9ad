"""``commitments`` shows how far each clause of the pact is, and sets the state that a person gives a clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.periods import PAGE_WORDS, cut_page
from handlers.verbs.verb import Verb

STATE_WORDS: Mapping[str, str] = {
    "planned": "계획",
    "underway": "진행",
    "done": "완료",
    "stalled": "지연",
    "clear": "지우기",
}
"""The words that set a state, with their Korean."""
CLEAR = "clear"
STATE_OF = {**{word: word for word in STATE_WORDS}, **{korean: word for word, korean in STATE_WORDS.items()}}
"""What people type for a state."""


@dataclass(frozen=True, slots=True)
class Commitments(Ask):
    """A request for the clauses of a name, or all; with a state, to give one clause that state."""

    name: Rest
    """A clause's id, or the name of a sector."""
    state: str | None = None
    page: int = 1

    @property
    def changes_channel(self) -> bool:
        """A state that is set is said in the channel."""
        return self.state is not None

    @property
    def configures(self) -> bool:
        """The state is the workspace's: every member gives it, and it is no setting of a channel."""
        return False


def parse(line: Line) -> Ask:
    """``commitments``, ``commitments space``, ``commitments page 2``, ``commitments space underway``."""
    rest, page = cut_page(line.rest())
    before, _, last = rest.text.rpartition(" ")
    state = STATE_OF.get(last.casefold())
    if state is None:
        return Commitments(rest, page=page)
    if not before.strip() or page != 1:
        offer = line.offer(line.word_for("space", "우주"), last)
        return Unclear(rest.offset, max(1, len(rest.text)), "commitment_needs", offer, example=True)
    return Commitments(Rest(before.strip(), rest.offset), state)


VERB = Verb(
    "commitments",
    "이행",
    group="read",
    order=29,
    request=Commitments,
    parse=parse,
    korean_words={**PAGE_WORDS, **STATE_WORDS},
)
