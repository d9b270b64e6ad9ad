"""A message under construction, kept inside the house limits: 45 blocks, 12,000 characters, never a broken block."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from handlers.rich import Json, bullets, clean, escape, rich

MAX_BLOCKS = 45
MAX_CHARS = 12_000
MAX_TEXT_CHARS = 3_900
MAX_BLOCK_CHARS = 2_900
FOOT_CHARS, FOOT_BLOCKS = 2_600, 6
"""Kept free below the body for what stands at the foot of a message."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the blocks, the fallback text that notifications show, and a form without any block."""

    text: str
    blocks: list[Json]
    plain: str


@dataclass
class Sheet:
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
    """Blocks as one mrkdwn text, for when Slack refuses the blocks: whole lines, as many as fit."""
    lines: list[str] = []
    length = 0
    for line in (line for block in blocks for line in _lines(block)):
        if length + len(line) + 1 > MAX_TEXT_CHARS - 2:
            lines.append("…")
            break
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines)


def _lines(block: Json) -> list[str]:
    reader = _READERS.get(block["type"])
    return [line for line in reader(block) if line.strip()] if reader else []


def _rich_lines(block: Json) -> list[str]:
    lines: list[str] = []
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            lines += ["• " + "".join(map(_run, item["elements"])) for item in part["elements"]]
        else:
            lines.append("".join(map(_run, part["elements"])))
    return lines


def _run(run: Json) -> str:
    if run["type"] == "link":
        label = escape(run["text"]).replace("|", "¦")
        return f"<{run['url'].replace('|', '%7C').replace('>', '%3E')}|{label}>"
    if run["type"] == "user":
        return f"<@{run['user_id']}>"
    if run["type"] == "channel":
        return f"<#{run['channel_id']}>"
    return escape(run["text"])


_READERS: dict[str, Callable[[Json], list[str]]] = {
    "rich_text": _rich_lines,
    "header": lambda block: [escape(block["text"]["text"])],
    "section": lambda block: [escape(block["text"]["text"])],
    "context": lambda block: [escape(each["text"]) for each in block["elements"]],
}
