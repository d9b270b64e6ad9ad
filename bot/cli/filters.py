"""``match``, ``query`` and ``stories``: JSON lines of articles in, an answer for each out, in the same order."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from bot.cli import match_lines
from bot.cli.arguments import WRONG_CALL
from bot.cli.from_settings import lexicon_of, outlets_of, say, scanner_of
from bot.cli.input_article import kinds_of, placed, whole
from bot.cli.json_lines import BadLine, read_lines, source, write_bad, write_line
from bot.matching.query.query import QueryError, literals, parse
from handlers.text.words import note_text
from settings.config import load

Answer = Callable[[dict[str, Any]], Mapping[str, Any]]


def match(options: Namespace) -> int:
    """Everything each line names."""
    settings = load()
    scanner, kind = scanner_of(lexicon_of(settings, options.lexicon)), kinds_of(outlets_of(settings))
    return _each(options, lambda line: match_lines.answer_match(line, scanner, say, kind))


def query(options: Namespace) -> int:
    """Whether each line is a hit of the query."""
    settings = load()
    known = lexicon_of(settings, options.lexicon)
    text = options.query.strip()
    try:
        wanted = parse(text, known)
    except QueryError as error:
        return _refused(text, error)
    scanner, outlets = scanner_of(known, literals(wanted)), outlets_of(settings)
    kind = kinds_of(outlets)
    return _each(options, lambda line: match_lines.answer_query(placed(line, outlets), wanted, scanner, kind))


def _refused(text: str, error: QueryError) -> int:
    """What is wrong, the line with carets under it, and what may be meant."""
    from handlers.blocks.caret import caret_lines

    lines = [f"pactbot query: {note_text('en', error.code, error.arguments)}"]
    if text:
        lines.append(caret_lines(text, error.position, error.length))
    if error.suggestion:
        lines.append(f"did you mean: {error.suggestion}")
    sys.stderr.write("\n".join(lines) + "\n")
    return WRONG_CALL


def stories(options: Namespace) -> int:
    """The story of each line; all lines are read before the first answer."""
    from bot.cli.story_lines import Entry, entry_of, stories_of

    settings = load()
    scanner, outlets = scanner_of(lexicon_of(settings, options.lexicon)), outlets_of(settings)

    def entry(line: dict[str, Any] | BadLine) -> Entry | BadLine:
        if isinstance(line, BadLine):
            return line
        try:
            return entry_of(whole(line), outlets)
        except match_lines.BadLine as problem:
            return BadLine(str(problem), line.get("id"))

    with source(options.file) as stream:
        found = [entry(line) for line in read_lines(stream)]
    labels = iter(stories_of([one for one in found if isinstance(one, Entry)], scanner))
    for one in found:
        if isinstance(one, BadLine):
            write_bad(one)
        else:
            write_line({"id": one.id, "story": next(labels)})
    return int(any(isinstance(one, BadLine) for one in found))


def _each(options: Namespace, answer: Answer) -> int:
    """Answer every line as it comes; 1 when a line could not be used."""
    bad = False
    with source(options.file) as stream:
        for line in read_lines(stream):
            if isinstance(line, BadLine):
                bad = True
                write_bad(line)
            else:
                said = answer(whole(line))
                bad = bad or "error" in said
                write_line(said)
    return int(bad)


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {"match": match, "query": query, "stories": stories}
