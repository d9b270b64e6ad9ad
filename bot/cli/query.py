"""``pactbot query``: JSON lines of articles in, whether each of them is a hit of the query out, in the same order."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from bot.cli.article_line import (
    OutletKind,
    about_of,
    outlet_kinds,
    page_of,
    unknown_kind,
    with_outlet_key,
)
from bot.cli.configured import lexicon_of, outlets_of
from bot.cli.json_lines import BadLine, answer_lines
from bot.cli.match import as_json
from bot.cli.parser import WRONG_CALL
from bot.matching.query.evaluate import hits
from bot.matching.query.nodes import Query, QueryError, literals
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from handlers.text.words import note_text
from settings.config import load


def run(options: Namespace) -> int:
    """Answers every line; 1 when a line could not be used, 2 when the query cannot be read."""
    settings = load()
    lexicon = lexicon_of(settings, options.lexicon)
    text = options.query.strip()
    try:
        query = parse(text, lexicon)
    except QueryError as error:
        refuse("query", text, error)
        return WRONG_CALL
    scanner, outlets = Scanner(lexicon, literals(query)), outlets_of(settings)
    outlet_kind = outlet_kinds(outlets)
    return answer_lines(
        options.file, lambda line: answer_query(with_outlet_key(line, outlets), query, scanner, outlet_kind)
    )


def answer_query(
    line: Mapping[str, Any], query: Query, scanner: Scanner, outlet_kind: OutletKind = unknown_kind
) -> dict[str, Any]:
    """Returns whether the line's article is a hit, and by which mentions. The scanner must know ``literals(query)``."""
    try:
        page = page_of(line, outlet_kind)
    except BadLine as error:
        return {"id": line.get("id"), "error": str(error)}
    mentions = hits(query, scanner.read(page), about_of(line, page, outlet_kind))
    return {
        "id": line.get("id"),
        "hit": mentions is not None,
        "mentions": [as_json(mention) for mention in mentions or ()],
    }


def refuse(command: str, text: str, error: QueryError) -> None:
    """Prints what is wrong, the query with carets under the bad token, and the nearest match."""
    from handlers.blocks.caret import caret_lines

    lines = [f"pactbot {command}: {note_text('en', error.code, error.arguments)}"]
    if text:
        lines.append(caret_lines(text, error.position, error.length))
    if error.suggestion:
        lines.append(f"did you mean: {error.suggestion}")
    sys.stderr.write("\n".join(lines) + "\n")
