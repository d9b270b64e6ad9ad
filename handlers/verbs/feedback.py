"""``feedback`` says why a story is not relevant; the workspace's admins see it, and nothing else changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers.requests import Ask
from handlers.verbs.grammar import Line, ends_here, parse_story_number, unclear
from handlers.verbs.near_word import unclear_word
from handlers.verbs.verb import Verb

REASONS = {"other-pact": "다른협약", "passing": "스침", "not-news": "소식아님"}
"""The reasons by their English word, with the Korean one."""
_REASON_OF = {word: reason for reason, korean in REASONS.items() for word in (reason, korean)}
_BETWEEN = frozenset({"story", "기사", "기사묶음", "소식"})


@dataclass(frozen=True, slots=True)
class Feedback(Ask):
    """A person's word on a story."""

    story: int
    reason: str | None = None
    """One of ``REASONS``; None asks for them."""

    @property
    def changes_channel(self) -> bool:
        """A reason is kept, so only members give one."""
        return self.reason is not None

    @property
    def configures(self) -> bool:
        """No channel's settings change."""
        return False

    @property
    def opens_modal(self) -> bool:
        """The reason is asked for in a form."""
        return self.reason is None

    @property
    def shareable(self) -> bool:
        """The choice of reasons is one person's."""
        return False


def parse(line: Line) -> Ask:
    """``feedback ST91``, ``feedback ST91 passing``."""
    words, example = line.words_without(_BETWEEN), line.offer("ST91", line.word_for("passing", "스침"))
    if not words:
        return line.missing("feedback_needs", example)
    story = parse_story_number(words[0].text)
    if story is None:
        return unclear(words[0], "merge_story_wanted", example, example=True)
    if len(words) == 1:
        return Feedback(story)
    reason = _REASON_OF.get(words[1].word)
    if reason is None:
        near = unclear_word(line, words[1], "feedback_reason_wanted", _REASON_OF)
        return near if near.nearest else replace(near, nearest=line.offer(words[0].text))
    return ends_here(words[2:], Feedback(story, reason), line.offer(words[0].text, words[1].text))


VERB = Verb("feedback", "의견", group="read", order=90, request=Feedback, parse=parse, korean_words=REASONS)
