"""``lexicon explain``: where a term stands in a text, whether it counts there, why, and what would change it."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator

from bot.cli.from_settings import lexicon_of
from bot.cli.json_lines import source, visible
from bot.matching.lexicon_tools.explain import Explanation, Place, explain
from bot.matching.query.names import shown_names
from bot.model import Reason
from handlers.text.words import Names, note_text, topic_name
from settings.config import load

MOST_CHARACTERS = 2_000_000
_AROUND = 24


def run(options: Namespace) -> int:
    """Explain one term in one text."""
    settings = load()
    known = lexicon_of(settings, options.lexicon)
    text = _read() if options.text.strip() == "-" else options.text
    found = explain(options.term.strip(), text[:MOST_CHARACTERS], known)
    language = options.language or settings.language
    sys.stdout.write("".join(f"{visible(line)}\n" for line in lines(found, text, language, shown_names(known))))
    return 0


def _read() -> str:
    with source(None) as stream:
        return stream.read(4 * MOST_CHARACTERS).decode("utf-8", "replace")


def lines(found: Explanation, text: str, language: str, names: Names) -> Iterator[str]:
    """The explanation as a person reads it."""
    yield _say(language, found.stands_for, names)
    yield from (_say(language, reason, names) for reason in found.absent)
    for number, place in enumerate(found.places, 1):
        verdict = note_text(language, "explain.counts" if place.found else "explain.counts_not", {})
        entry = f" ({place.entry})" if place.entry else ""
        yield f"{number}. {place.start}–{place.end} {_context(place, text)}: {verdict}{entry}"
        yield from (f"   {_say(language, reason, names)}" for reason in place.reasons)
        for reason in place.would:
            change = _say(language, reason, names)
            yield f"   → {note_text(language, 'explain.change', {'change': change})}"


def _context(place: Place, text: str) -> str:
    before, after = text[max(0, place.start - _AROUND) : place.start], text[place.end : place.end + _AROUND]
    return f"{before.splitlines()[-1] if before else ''}[{place.quote}]{after.splitlines()[0] if after else ''}"


def _say(language: str, reason: Reason, names: Names) -> str:
    """A reason in words, people and sectors by their names."""
    args = {key: topic_name(language, str(value), names) if key in ("topic", "official") else value
            for key, value in reason.args.items()}  # fmt: skip
    return note_text(language, reason.code, args)
