"""``lexicon scout``: spellings in the database in use that the lexicon may want, each with lines to paste."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cli.doctor.report import file_of, is_there
from bot.cli.from_settings import lexicon_of
from bot.cli.json_lines import visible, write_line
from bot.errors import CannotStart
from bot.matching.lexicon_tools.sightings import Proposal
from bot.matching.query.names import shown_names
from bot.operations.alias_scout import proposals_of
from bot.store import scout_texts
from bot.store.engine import Store
from bot.store.scout_texts import StoredText
from handlers.text.words import Names, note_text, topic_name
from settings.config import Settings, load


def run(options: Namespace) -> int:
    """Print what is proposed, most often seen first."""
    settings = load()
    known = lexicon_of(settings)
    kept = asyncio.run(_kept(settings, timedelta(days=options.since)))
    found = proposals_of(known, kept)
    language, zone = options.language or settings.language, ZoneInfo(settings.timezone)
    for one in found:
        if options.json:
            write_line(_as_line(one, language))
        else:
            sys.stdout.write("\n".join(_as_text(one, language, zone, shown_names(known))) + "\n\n")
    sys.stderr.write(f"pactbot lexicon scout: {len(kept)} articles of {options.since} days, {len(found)} proposals\n")
    return 0


async def _kept(settings: Settings, span: timedelta) -> list[StoredText]:
    url = settings.database_url.get_secret_value()
    store = Store.open(url)
    try:
        if store.embedded and not is_there(file_of(url)):
            raise CannotStart(f"{file_of(url)} is not there yet: pactbot run makes it", exit_code=2)
        await store.check_schema()
        async with store.read() as c:
            return await scout_texts.kept_since(c, datetime.now(UTC) - span)
    finally:
        await store.close()


def _as_line(one: Proposal, language: str) -> dict[str, Any]:
    return {
        "spelling": one.spelling,
        "kind": one.kind,
        "entity": one.topic,
        "distance": one.distance,
        "why": note_text(language, one.why.code, one.why.args),
        "articles": one.articles,
        "outlets": one.outlets,
        "first_at": one.first_at.isoformat(),
        "last_at": one.last_at.isoformat(),
        "examples": list(one.examples),
        "toml": one.toml,
    }


def _as_text(one: Proposal, language: str, zone: ZoneInfo, names: Names) -> Iterator[str]:
    first, last = (at.astimezone(zone).strftime("%Y-%m-%d") for at in (one.first_at, one.last_at))
    args = {"articles": one.articles, "outlets": one.outlets, "first": first, "last": last}
    yield visible(f"{one.spelling} → {topic_name(language, one.topic, names)}")
    yield visible(f"  {note_text(language, one.why.code, one.why.args)}; {note_text(language, 'scout.seen', args)}")
    yield from (visible(f"  “{example}”") for example in one.examples)
    yield from (f"    {visible(line)}" for line in one.toml.split("\n"))
