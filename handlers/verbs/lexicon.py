"""``lexicon`` adds a spelling that was proposed for the lexicon, or takes one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handlers.requests import Ask
from handlers.verbs.grammar import Line, unclear
from handlers.verbs.verb import Verb

MAX_SPELLING_CHARS = 100
EXAMPLE = "크래치오스"
_ACTIONS: dict[str, Literal["add", "remove"]] = {"add": "add", "추가": "add", "remove": "remove", "삭제": "remove"}


@dataclass(frozen=True, slots=True)
class ChangeLexicon(Ask):
    """A request to add a proposed spelling, or to take back one that was added."""

    action: Literal["add", "remove"]
    spelling: str

    @property
    def changes_channel(self) -> bool:
        """What is read for every channel changes."""
        return True

    @property
    def configures(self) -> bool:
        """The lexicon is the workspace's, and no setting of a channel."""
        return False

    @property
    def admins_only(self) -> bool:
        """What is read for all is for the workspace's admins to say."""
        return True


def parse(line: Line) -> Ask:
    """``lexicon add 크래치오스``, ``lexicon remove 크래치오스``; a spelling may have several words."""
    example = line.offer(line.word_for("add", "추가"), EXAMPLE)
    if not line.words:
        return line.missing("lexicon_needs", example)
    first, rest = line.words[0], line.words[1:]
    action = _ACTIONS.get(first.word)
    if action is None:
        return unclear(first, "lexicon_needs", example, example=True)
    spelling = " ".join(word.text for word in rest)
    if not spelling:
        return line.missing("lexicon_needs", line.offer(first.text, EXAMPLE))
    if len(spelling) > MAX_SPELLING_CHARS:
        return unclear(rest[0], "lexicon_needs", line.offer(first.text, EXAMPLE), example=True)
    return ChangeLexicon(action, spelling)


VERB = Verb(
    "lexicon",
    "사전",
    group="admin",
    order=30,
    request=ChangeLexicon,
    parse=parse,
    korean_words={"add": "추가", "remove": "삭제"},
)
