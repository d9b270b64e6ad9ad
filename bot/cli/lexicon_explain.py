"""``pactbot lexicon explain``: prints where a term stands in a text, whether it counts, and why."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator

from bot.cli.configured import lexicon_of
from bot.cli.json_lines import open_input, visible
from bot.matching.lexicon_tools.explain import Explainer, Explanation, TermPlace
from bot.matching.query.names import shown_names
from bot.model import Reason
from handlers.text.words import Names, note_text, topic_name
from settings.config import load

MAX_CHARS = 2_000_000
_CONTEXT_CHARS = 24


def run(options: Namespace) -> int:
    """Explains one term in one text."""
    settings = load()
    lexicon = lexicon_of(settings, options.lexicon)
    text = _read_input() if options.text.strip() == "-" else options.text
    explanation = Explainer(lexicon).explain(options.term.strip(), text[:MAX_CHARS])
    language = options.language or settings.language
    lines = lines_of(explanation, text, language, shown_names(lexicon))
    sys.stdout.write("".join(f"{visible(line)}\n" for line in lines))
    return 0


def _read_input() -> str:
    with open_input(None) as stream:
        return stream.read(4 * MAX_CHARS).decode("utf-8", "replace")


def lines_of(explanation: Explanation, text: str, language: str, names: Names) -> Iterator[str]:
    """Yields the lines of an explanation in a language."""
    yield _say(language, explanation.stands_for, names)
    yield from (_say(language, reason, names) for reason in explanation.absent)
    for number, place in enumerate(explanation.places, 1):
        verdict = note_text(language, "explain.counts" if place.found else "explain.counts_not", {})
        entry = f" ({place.entry})" if place.entry else ""
        yield f"{number}. {place.start}–{place.end} {_context(place, text)}: {verdict}{entry}"
        yield from (f"   {_say(language, reason, names)}" for reason in place.reasons)
        for reason in place.would:
            change = _say(language, reason, names)
            yield f"   → {note_text(language, 'explain.change', {'change': change})}"


def _context(place: TermPlace, text: str) -> str:
    before, after = (
        text[max(0, place.start - _CONTEXT_CHARS) : place.start],
        text[place.end : place.end + _CONTEXT_CHARS],
    )
    return f"{before.splitlines()[-1] if before else ''}[{place.quote}]{after.splitlines()[0] if after else ''}"


def _say(language: str, reason: Reason, names: Names) -> str:
    """Returns a reason as a note_text, with people and sectors by their names."""
    args = {key: topic_name(language, str(value), names) if key in ("topic", "official") else value
            for key, value in reason.args.items()}  # fmt: skip
    return note_text(language, reason.code, args)
