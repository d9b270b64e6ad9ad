"""``share`` posts a story in another channel."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, ends_here, parse_story_number, unclear
from handlers.verbs.verb import Verb

_BETWEEN = frozenset({"story", "in", "to", "기사", "기사묶음", "소식", "에", "로", "으로"})
_CHANNEL = re.compile(r"#?([CG][A-Z0-9]{6,30})")
"""A channel as Slack writes it in a typed line, by its id."""
_NAMED = re.compile(r"#\S{1,80}")


@dataclass(frozen=True, slots=True)
class ShareStory(Ask):
    """A request to post a story in a channel."""

    story: int
    channel: str | None = None
    """The channel's id where Slack gave one, else ``#name``; None asks for it."""

    @property
    def changes_channel(self) -> bool:
        """Something is posted in the channel."""
        return self.channel is not None

    @property
    def configures(self) -> bool:
        """A post is no setting."""
        return False

    @property
    def shareable(self) -> bool:
        """The choice of a channel is one person's."""
        return False


def parse(line: Line) -> Ask:
    """``share ST91``, ``share ST91 in #policy``."""
    words, example = line.words_without(_BETWEEN), line.offer("ST91")
    if not words:
        return line.missing("share_needs", example)
    story = parse_story_number(words[0].text)
    if story is None:
        return unclear(words[0], "merge_story_wanted", example, example=True)
    if len(words) == 1:
        return ShareStory(story)
    channel = _CHANNEL.fullmatch(words[1].text)
    if channel is None and not _NAMED.fullmatch(words[1].text):
        return unclear(words[1], "share_channel_wanted", line.offer(words[0].text))
    named = channel[1] if channel else words[1].text
    return ends_here(words[2:], ShareStory(story, named), line.offer(words[0].text, words[1].text))


VERB = Verb("share", "공유", group="read", order=95, request=ShareStory, parse=parse, korean_words={"in": ""})
