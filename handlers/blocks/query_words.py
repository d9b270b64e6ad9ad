"""Says a stored query in a reader's words: the names of its topics and sectors, and *or* in the reader's language."""

from __future__ import annotations

import re

from handlers.blocks.localizer import Localizer
from handlers.text.words import has_key

_PARTS = re.compile(
    r'(?<!\S)-(?P<left_out>"[^"]*"|[^\s"()]+)'
    r'|"[^"]*"'  # a phrase stands as it is
    r"|(?<![\w:@-])(?:(?:topic|sector):(?P<topic>[\w-]+)|(?P<either>OR)|(?P<both>AND)|(?P<word>[a-z][\w-]*))(?![\w:])"
)


def query_words(query: str, localizer: Localizer) -> str:
    """Returns the query to read; the line to type it again is the query itself."""

    def words_of(part: re.Match[str]) -> str:
        if part["left_out"]:
            return localizer.text("digest.without", words=_PARTS.sub(words_of, part["left_out"]))
        topic = part["topic"] or part["word"]
        if topic and (part["topic"] or has_key(f"topic.{topic}") or topic in localizer.names):
            return localizer.topic_names((topic,))
        named = "or" if part["either"] else "and" if part["both"] else None
        return localizer.text(f"digest.{named}") if named else part[0]

    return _PARTS.sub(words_of, query)
