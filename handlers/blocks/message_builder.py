"""A message under construction, kept inside the house limits: 45 blocks, 12,000 characters, never a broken block."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from handlers.blocks.blockkit import Json, bullets, clean, escape, rich

MAX_BLOCKS = 45
MAX_CHARS = 12_000
MAX_TEXT_CHARS = 3_900
MAX_BLOCK_CHARS = 2_900
URL_STEPS = (400, 150, 0)
"""Where a text is too long: which addresses are left out first, those above so many characters."""
RUN_STEPS = (160, 80)
"""And then: how long the words of one run may be."""
FOOT_CHARS, FOOT_BLOCKS = 2_600, 6
"""Kept free below the body for what stands at the foot of a message."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the blocks, the fallback text that notifications show, and a form without any block."""

    text: str
    blocks: list[Json]
    plain: str


@dataclass
class MessageBuilder:
    """Collects blocks; the body stops where its share is used up, so that the foot always fits."""

    blocks: list[Json] = field(default_factory=list)
    chars: int = 0

    def body(self, block: Json) -> bool:
        """Adds a block of the body; False, and nothing added, when it does not fit."""
        weight = weigh(block)
        if self.chars + weight > MAX_CHARS - FOOT_CHARS or len(self.blocks) >= MAX_BLOCKS - FOOT_BLOCKS:
            return False
        self._add(block, weight)
        return True

    def foot(self, block: Json) -> bool:
        """Adds a block below the body, inside what was kept free for it."""
        weight = weigh(block)
        if self.chars + weight > MAX_CHARS or len(self.blocks) >= MAX_BLOCKS:
            return False
        self._add(block, weight)
        return True

    def items(self, block_id: str, items: Sequence[Sequence[Json]]) -> int:
        """Adds a bulleted list, cut into several blocks where it is long; says how many items did not fit."""
        batch: list[Sequence[Json]] = []
        added = placed = 0
        for item in items:
            trial = rich(f"{block_id}:{added}", bullets([*batch, item]))
            if batch and (text_chars(trial) > MAX_BLOCK_CHARS or not self._has_room(trial)):
                if not self.body(rich(f"{block_id}:{added}", bullets(batch))):
                    return len(items) - placed
                placed, added, batch = placed + len(batch), added + 1, []
            batch.append(item)
        if batch and self.body(rich(f"{block_id}:{added}", bullets(batch))):
            placed += len(batch)
        return len(items) - placed

    def message(self, first_line: str) -> Message:
        """The finished message; its text is the first line, escaped."""
        line = bounded_escaped(clean(first_line, MAX_TEXT_CHARS), MAX_TEXT_CHARS) or "–"
        return Message(line, self.blocks, as_plain(self.blocks) or line)

    def _has_room(self, block: Json) -> bool:
        return self.chars + weigh(block) <= MAX_CHARS - FOOT_CHARS

    def _add(self, block: Json, weight: int) -> None:
        self.blocks.append(block)
        self.chars += weight


def weigh(block: Json) -> int:
    """The characters of a block as it is sent."""
    return len(json.dumps(block, ensure_ascii=False)) + 2


def text_chars(value: object) -> int:
    """The characters of text inside a block."""
    if isinstance(value, list):
        return sum(text_chars(each) for each in value)
    if isinstance(value, dict):
        own = value.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(text_chars(each) for each in value.values())
    return 0


def bounded_escaped(line: str, max_chars: int) -> str:
    """A line escaped for mrkdwn that is at most so long, never cut inside an escape."""
    done = escape(line)
    if len(done) <= max_chars:
        return done
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(escape(line[:middle])) < max_chars else (low, middle - 1)
    return escape(line[:low].rstrip()) + "…"


def as_plain(blocks: Sequence[Json]) -> str:
    """Blocks as one mrkdwn text, for when Slack refuses the blocks.

    Where they are too long the longest addresses are not spelled out, then every run of words is shortened, and only
    what does not fit even so is left out, by whole lines.
    """
    lines = [line for block in blocks for line in _lines(block)]
    for form in _thinner(lines):
        if sum(len(line) + 1 for line in form) <= MAX_TEXT_CHARS:
            return "\n".join(form)
    return "\n".join(_cut([_joined(line) for line in lines]))


def _thinner(lines: Sequence[_Line]) -> Iterator[list[str]]:
    """The lines, each time in fewer characters."""
    longest = max((len(run.url) for line in lines for run in line), default=0)
    for url_max_chars in sorted({longest, *(most for most in URL_STEPS if most < longest)}, reverse=True):
        yield [_joined(line, url_max_chars) for line in lines]
    for run_max_chars in RUN_STEPS:
        yield [_joined(line, 0, run_max_chars) for line in lines]


def _joined(line: _Line, url_max_chars: int = MAX_TEXT_CHARS, run_max_chars: int = MAX_TEXT_CHARS) -> str:
    return "".join(_run(run, url_max_chars, run_max_chars) for run in line)


def _cut(lines: Sequence[str]) -> Iterator[str]:
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > MAX_TEXT_CHARS - 2:
            yield "…"
            return
        yield line


@dataclass(frozen=True, slots=True)
class _Run:
    """Words of a line, with the address behind them, if there is one; ``ready``: mrkdwn that is not to be escaped."""

    words: str
    url: str = ""
    ready: bool = False


_Line = list[_Run]


def _run(run: _Run, url_max_chars: int, run_max_chars: int) -> str:
    if run.ready:
        return run.words
    words = bounded_escaped(run.words, run_max_chars)
    if not run.url or len(run.url) > url_max_chars:
        return words
    return f"<{run.url}|{words.replace('|', '¦')}>"


def _lines(block: Json) -> list[_Line]:
    reader = _READERS.get(block["type"])
    return [line for line in reader(block) if _joined(line).strip()] if reader else []


def _rich_lines(block: Json) -> list[_Line]:
    lines: list[_Line] = []
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            bullet = _Run("• ", ready=True)
            lines += [[bullet, *map(_run_of, item["elements"])] for item in part["elements"]]
        else:
            lines.append([_run_of(each) for each in part["elements"]])
    return lines


def _run_of(run: Json) -> _Run:
    if run["type"] == "link":
        return _Run(run["text"], run["url"].replace("|", "%7C").replace(">", "%3E"))
    if run["type"] == "user":
        return _Run(f"<@{run['user_id']}>", ready=True)
    if run["type"] == "channel":
        return _Run(f"<#{run['channel_id']}>", ready=True)
    return _Run(run["text"])


_READERS: dict[str, Callable[[Json], list[_Line]]] = {
    "rich_text": _rich_lines,
    "header": lambda block: [[_Run(block["text"]["text"])]],
    "section": lambda block: [[_Run(block["text"]["text"])]],
    "context": lambda block: [[_Run(each["text"])] for each in block["elements"]],
}
