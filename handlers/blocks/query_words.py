"""Says a stored query in a reader's words: the names of its topics and sectors, and *or* in the reader's language."""

from __future__ import annotations

import re

from handlers.blocks.localizer import Localizer

_PARTS = re.compile(
    r'"[^"]*"'  # a phrase stands as it is
    r"|(?<![\w:])(?:topic:(?P<topic>[\w-]+)|sector:(?P<sector>[\w-]+)|(?P<pact>pact)|(?P<either>OR))(?![\w:])"
)


def query_words(query: str, localizer: Localizer) -> str:
    """Returns the query to read; the line to type it again is the query itself."""

    def words_of(part: re.Match[str]) -> str:
        topic = part["topic"] or part["sector"] or part["pact"]
        if topic:
            return localizer.topic_names((topic,))
        return localizer.text("digest.or") if part["either"] else part[0]

    return _PARTS.sub(words_of, query)
