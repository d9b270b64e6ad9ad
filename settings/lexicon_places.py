"""Where an entry stands in a lexicon file: TOML's reader keeps no line numbers, so headers and quoted texts are sought.

An entry is named as in every message of the lexicon: ``sector ai``, ``official Kim Jina.form 2``, ``cues.korea``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings.lexicon_extends import KEYS

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z][\w.-]*)\s*\]\]?\s*(?:#.*)?$")
_FORM = re.compile(r"(.*)\.form (\d+)")


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the file: what it is, and its lines (numbered from 1, the last included)."""

    entry: str
    first: int
    last: int


class Places:
    """The lines of one file's entries."""

    def __init__(self, text: str, data: Mapping[str, Any]) -> None:
        self._lines = text.split("\n")  # only these are lines to TOML
        self._data = data
        self._sections = tuple(self._read())

    def line_of(self, entry: str, text: str = "") -> int | None:
        """The line of a text in an entry, else of the entry's header; None when this file does not hold it.

        A form's number counts the forms of this file alone.
        """
        mine = [one for one in self._sections if one.entry == entry or one.entry.startswith(f"{entry}.")]
        if not mine:
            return None
        return next((at for one in mine if (at := self._seek(text, one.first, one.last))), mine[0].first)

    def any_line_of(self, text: str) -> int | None:
        """The first line of the whole file that holds this text in quotes."""
        return self._seek(text, 1, len(self._lines))

    def forms_of(self, entry: str) -> int:
        """How many forms an entry has in this file."""
        return max((int(found[2]) for one in self._sections if (found := _FORM.fullmatch(one.entry))
                    and found[1] == entry), default=0)  # fmt: skip

    def _seek(self, text: str, first: int, last: int) -> int | None:
        if not text:
            return None
        quoted = (f'"{text}"', f"'{text}'")
        wanted = re.compile("|".join(map(re.escape, quoted)))
        return next((at for at in range(first, last + 1) if wanted.search(self._lines[at - 1])), None)

    def _read(self) -> Iterator[Section]:
        starts = list(_headers(self._lines))
        counts: dict[str, int] = {}
        entry, name = "", ""
        for number, (at, many, header) in enumerate(starts):
            last = starts[number + 1][0] - 1 if number + 1 < len(starts) else len(self._lines)
            root, _, rest = header.partition(".")
            if many and not rest:
                counts[root] = counts.get(root, 0) + 1
                entry = self._entry(root, counts[root])
                name, counts["form"] = entry, 0
            elif rest == "form" and many:
                counts["form"] += 1
                name = f"{entry}.form {counts['form']}" if root != "pact" else f"pact.form {counts['form']}"
            elif not rest.startswith("form"):
                entry = name = header
                counts["form"] = 0
            yield Section(name, at, last)

    def _entry(self, root: str, number: int) -> str:
        """An entry as messages call it: by its id, name or term, else by its number."""
        listed = self._data.get(root)
        one = listed[number - 1] if isinstance(listed, list) and number <= len(listed) else {}
        if root == "mask":
            return f"mask {number} {one.get('name', '')}".strip()
        return f"{root} {one.get(KEYS.get(root) or '', number)}"


def _headers(lines: list[str]) -> Iterator[tuple[int, bool, str]]:
    """Every table's header with its line; what looks like one inside of a text of several lines is none."""
    inside = False
    for at, line in enumerate(lines, 1):
        found = None if inside else _HEADER.match(line)
        if found:
            yield at, found[1] == "[[", found[2]
        if (line.count('"""') + line.count("'''")) % 2:
            inside = not inside
