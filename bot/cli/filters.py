"""``match``, ``query`` and ``stories``: JSON lines of articles in, an answer for each out, in the same order."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from bot.cli.entries import Entry, entry_of
from bot.cli.lines import BadLine, read_lines, source, write_bad, write_line
from bot.cli.parser import WRONG_CALL
from bot.cli.vocabulary import lexicon_of, outlets_of, scanner_of
from bot.matching.query import QueryError, literals, parse
from handlers.words import sentence
from scrapers.outlet import Outlet
from settings.config import load


def match(options: Namespace) -> int:
    """Everything each line names."""
    from bot.cli.answers import matched

    settings = load()
    scanner, outlets = scanner_of(lexicon_of(settings, options.lexicon)), outlets_of(settings)
    return _each(options, outlets, lambda entry: matched(entry, scanner))


def query(options: Namespace) -> int:
    """Whether each line is a hit of the query."""
    from bot.cli.answers import asked

    settings = load()
    known = lexicon_of(settings, options.lexicon)
    text = options.query.strip()
    try:
        wanted = parse(text, known)
    except QueryError as error:
        return _refused(text, error)
    scanner, outlets = scanner_of(known, literals(wanted)), outlets_of(settings)
    return _each(options, outlets, lambda entry: asked(wanted, entry, scanner))


def _refused(text: str, error: QueryError) -> int:
    """What is wrong, the line with carets under it, and what may be meant."""
    from handlers.blocks_answers import caret_lines

    lines = [f"pactbot query: {sentence('en', error.code, error.arguments)}"]
    lines.append(caret_lines(text, error.position, error.length))
    if error.suggestion:
        lines.append(f"did you mean: {error.suggestion}")
    sys.stderr.write("\n".join(lines) + "\n")
    return WRONG_CALL


def stories(options: Namespace) -> int:
    """The story of each line; all lines are read before the first answer."""
    from bot.cli.story_lines import stories_of

    settings = load()
    scanner, outlets = scanner_of(lexicon_of(settings, options.lexicon)), outlets_of(settings)
    with source(options.file) as stream:
        found = [_entry(line, outlets) for line in read_lines(stream)]
    entries = [one for one in found if isinstance(one, Entry)]
    labels = iter(stories_of(entries, scanner))
    for one in found:
        if isinstance(one, BadLine):
            write_bad(one)
        else:
            write_line({"id": one.id, "story": next(labels)})
    return int(len(entries) < len(found))


def _entry(line: dict[str, Any] | BadLine, outlets: Mapping[str, Outlet]) -> Entry | BadLine:
    if isinstance(line, BadLine):
        return line
    try:
        return entry_of(line, outlets)
    except BadLine as problem:
        return problem


def _each(options: Namespace, outlets: Mapping[str, Outlet], answer: Callable[[Entry], Mapping[str, Any]]) -> int:
    """Answer every line as it comes; 1 when a line could not be used."""
    bad = False
    with source(options.file) as stream:
        for line in read_lines(stream):
            entry = _entry(line, outlets)
            if isinstance(entry, BadLine):
                bad = True
                write_bad(entry)
            else:
                write_line(answer(entry))
    return int(bad)


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {"match": match, "query": query, "stories": stories}
