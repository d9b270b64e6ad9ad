"""``export`` sends the stored articles of some days as a file, in a direct message."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, unclear
from handlers.verbs.near_word import unclear_word
from handlers.verbs.periods import cut_days
from handlers.verbs.verb import Verb

FORMATS = {"csv": "csv", "excel": "csv", "엑셀": "csv", "jsonl": "jsonl", "json": "jsonl"}
DEFAULT_DAYS = 30
MAX_DAYS = 400


@dataclass(frozen=True, slots=True)
class Export(Ask):
    """A request for a file with the articles of the last days."""

    written_as: str = "csv"
    days: int = DEFAULT_DAYS

    @property
    def shareable(self) -> bool:
        """A file goes to one person."""
        return False


def parse(line: Line) -> Ask:
    """``export``, ``export csv 30d``, ``export jsonl 2w``."""
    rest, span = cut_days(line.rest(), MAX_DAYS)
    if span is not None and not 1 <= span.days <= MAX_DAYS:
        nearest = line.word_for(f"{MAX_DAYS}d", f"{MAX_DAYS}일") if span.days else line.word_for("1d", "1일")
        return Unclear(span.position, span.length, "export_span_wrong", line.offer(*rest.text.split()[:1], nearest))
    words = rest.text.split()
    written_as = FORMATS.get(words[0].casefold()) if words else "csv"
    if written_as is None:
        return unclear_word(line, line.words[0], "export_format_wrong", FORMATS, line.offer("csv"))
    if len(words) > 1:
        return unclear(line.words[1], "export_format_wrong", line.offer("csv"), example=True)
    return Export(written_as, span.days if span else DEFAULT_DAYS)


VERB = Verb("export", "내보내기", group="read", order=70, request=Export, parse=parse)
