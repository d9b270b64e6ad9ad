"""Writes blocks as one mrkdwn text, for notifications and for when Slack rejects the blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from handlers.blocks.blockkit import Json, escape_mrkdwn
from handlers.text.graphemes import cut_between_graphemes

MAX_TEXT_CHARS = 3_900
URL_STEPS = (400, 150, 0)
"""In a text that is too long, links above so many characters lose their URL, the longest first."""
RUN_STEPS = (160, 80)
"""In a text that is still too long, every run is cut to so many characters."""


def fallback_text(blocks: Sequence[Json]) -> str:
    """Returns the blocks as mrkdwn of at most 3,900 characters.

    A text that is too long loses its longest URLs first, then the ends of its runs, and last whole lines.
    """
    lines = [line for block in blocks for line in _lines(block)]
    for shortened in _shortened(lines):
        if sum(len(line) + 1 for line in shortened) <= MAX_TEXT_CHARS:
            return "\n".join(shortened)
    return "\n".join(_cut([_joined(line) for line in lines]))


def escape_bounded(line: str, max_chars: int) -> str:
    """Escapes a line for mrkdwn and cuts it to ``max_chars``, never inside an escape."""
    escaped = escape_mrkdwn(line)
    if len(escaped) <= max_chars:
        return escaped
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(escape_mrkdwn(line[:middle])) < max_chars else (low, middle - 1)
    return escape_mrkdwn(cut_between_graphemes(line, low).rstrip()) + "…"


@dataclass(frozen=True, slots=True)
class _Run:
    """Text of a line, with the URL that it links to; ``is_mrkdwn``: it is not to be escaped."""

    text: str
    url: str = ""
    is_mrkdwn: bool = False


_Line = list[_Run]


def _shortened(lines: Sequence[_Line]) -> Iterator[list[str]]:
    """Yields the lines, each time in fewer characters."""
    longest_url_chars = max((len(run.url) for line in lines for run in line), default=0)
    steps = {longest_url_chars, *(step for step in URL_STEPS if step < longest_url_chars)}
    for url_max_chars in sorted(steps, reverse=True):
        yield [_joined(line, url_max_chars) for line in lines]
    for run_max_chars in RUN_STEPS:
        yield [_joined(line, 0, run_max_chars) for line in lines]


def _joined(line: _Line, url_max_chars: int = MAX_TEXT_CHARS, run_max_chars: int = MAX_TEXT_CHARS) -> str:
    return "".join(_run_text(run, url_max_chars, run_max_chars) for run in line)


def _cut(lines: Sequence[str]) -> Iterator[str]:
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > MAX_TEXT_CHARS - 2:
            yield "…"
            return
        yield line


def _run_text(run: _Run, url_max_chars: int, run_max_chars: int) -> str:
    if run.is_mrkdwn:
        return run.text
    text = escape_bounded(run.text, run_max_chars)
    if not run.url or len(run.url) > url_max_chars:
        return text
    return f"<{run.url}|{text.replace('|', '¦')}>"


def _lines(block: Json) -> list[_Line]:
    reader = _READERS.get(block["type"])
    return [line for line in reader(block) if _joined(line).strip()] if reader else []


def _rich_text_lines(block: Json) -> list[_Line]:
    lines: list[_Line] = []
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            for number, item in enumerate(part["elements"], start=part.get("offset", 0) + 1):
                mark = f"{number}. " if part["style"] == "ordered" else "• "
                lines.append([_Run(mark, is_mrkdwn=True), *map(_run_of, item["elements"])])
        else:
            lines.append([_run_of(element) for element in part["elements"]])
    return lines


def _run_of(element: Json) -> _Run:
    if element["type"] == "link":
        return _Run(element["text"], element["url"].replace("|", "%7C").replace(">", "%3E"))
    if element["type"] == "user":
        return _Run(f"<@{element['user_id']}>", is_mrkdwn=True)
    if element["type"] == "channel":
        return _Run(f"<#{element['channel_id']}>", is_mrkdwn=True)
    if element["type"] == "date":
        return _Run(element["fallback"])
    if element["type"] == "usergroup":
        return _Run(f"<!subteam^{element['usergroup_id']}>", is_mrkdwn=True)
    return _Run(element["text"])


_READERS: dict[str, Callable[[Json], list[_Line]]] = {
    "rich_text": _rich_text_lines,
    "header": lambda block: [[_Run(block["text"]["text"])]],
    "section": lambda block: [[_Run(block["text"]["text"])]],
    "context": lambda block: [[_Run(element["text"])] for element in block["elements"]],
}
