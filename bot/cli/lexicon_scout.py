"""``pactbot lexicon scout``: prints spellings of stored articles that the lexicon lacks, with lines to paste."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cli.configured import lexicon_of
from bot.cli.json_lines import visible, write_line
from bot.cli.stored import open_stored
from bot.matching.lexicon_tools.sightings import Proposal
from bot.matching.query.names import shown_names
from bot.operations.alias_scout import proposals_of
from bot.store import sentences
from bot.store.sentences import StoredText
from handlers.text.words import Names, note_text, topic_name
from settings.config import Settings, load


def run(options: Namespace) -> int:
    """Prints the proposals, most often seen first."""
    settings = load()
    lexicon = lexicon_of(settings)
    texts = asyncio.run(_stored_texts(settings, timedelta(days=options.since)))
    proposals = proposals_of(lexicon, texts)
    language, zone = options.language or settings.language, ZoneInfo(settings.timezone)
    for proposal in proposals:
        if options.json:
            write_line(_as_json(proposal, language))
        else:
            sys.stdout.write("\n".join(_as_text(proposal, language, zone, shown_names(lexicon))) + "\n\n")
    counted = f"{len(texts)} articles of {options.since} days, {len(proposals)} proposals"
    sys.stderr.write(f"pactbot lexicon scout: {counted}\n")
    return 0


async def _stored_texts(settings: Settings, span: timedelta) -> list[StoredText]:
    async with open_stored(settings) as store, store.read() as c:
        return await sentences.texts_since(c, datetime.now(UTC) - span)


def _as_json(proposal: Proposal, language: str) -> dict[str, Any]:
    return {
        "spelling": proposal.spelling,
        "kind": proposal.kind,
        "entity": proposal.topic,
        "distance": proposal.distance,
        "why": note_text(language, proposal.why.code, proposal.why.args),
        "articles": proposal.articles,
        "outlets": proposal.outlets,
        "first_at": proposal.first_at.isoformat(),
        "last_at": proposal.last_at.isoformat(),
        "examples": list(proposal.examples),
        "toml": proposal.toml,
    }


def _as_text(proposal: Proposal, language: str, zone: ZoneInfo, names: Names) -> Iterator[str]:
    first, last = (at.astimezone(zone).strftime("%Y-%m-%d") for at in (proposal.first_at, proposal.last_at))
    args = {"articles": proposal.articles, "outlets": proposal.outlets, "first": first, "last": last}
    yield visible(f"{proposal.spelling} → {topic_name(language, proposal.topic, names)}")
    yield visible(
        f"  {note_text(language, proposal.why.code, proposal.why.args)}; {note_text(language, 'scout.seen', args)}"
    )
    yield from (visible(f"  “{example}”") for example in proposal.examples)
    yield from (f"    {visible(line)}" for line in proposal.toml.split("\n"))
