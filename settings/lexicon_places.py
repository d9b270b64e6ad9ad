"""Finds the lines of entries in a lexicon file: TOML's reader keeps no line numbers, so headers and texts are searched.

An entry is named as in every message about a lexicon: ``sector ai``, ``official Kim Jina.form 2``, ``cues.korea``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings.lexicon_extends import NAME_KEYS

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z][\w.-]*)\s*\]\]?\s*(?:#.*)?$")
_FORM = re.compile(r"(.*)\.form (\d+)")


@dataclass(frozen=True, slots=True)
class EntryLines:
    """A table of the file: its entry, its first and its last line, both counted from 1."""

    entry: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table, as ``[[sector.form]]``."""

    line: int
    is_list: bool
    name: str


class Places:
    """The lines of one file's entries."""

    def __init__(self, text: str, data: Mapping[str, Any]) -> None:
        self._lines = text.split("\n")  # TOML has no other line breaks
        self._data = data
        self._sections = tuple(self._find_sections())

    def line_of(self, entry: str, text: str = "") -> int | None:
        """Returns the line of a text in an entry, else of the entry's header; None when this file lacks the entry.

        A form's number counts the forms of this file alone.
        """
        sections = [
            section for section in self._sections if section.entry == entry or section.entry.startswith(f"{entry}.")
        ]
        if not sections:
            return None
        lines = (self._line_with(text, section.first, section.last) for section in sections)
        return next(filter(None, lines), sections[0].first)

    def any_line_of(self, text: str) -> int | None:
        """Returns the first line of the file that holds this text in quotes."""
        return self._line_with(text, 1, len(self._lines))

    def forms_of(self, entry: str) -> int:
        """Returns how many forms an entry has in this file."""
        forms = (_FORM.fullmatch(section.entry) for section in self._sections)
        return max((int(form[2]) for form in forms if form and form[1] == entry), default=0)

    def _line_with(self, text: str, first: int, last: int) -> int | None:
        if not text:
            return None
        quoted = re.compile("|".join(map(re.escape, (f'"{text}"', f"'{text}'"))))
        return next((line for line in range(first, last + 1) if quoted.search(self._lines[line - 1])), None)

    def _find_sections(self) -> Iterator[EntryLines]:
        headers = list(_headers(self._lines))
        counts: dict[str, int] = {}
        entry = name = ""
        for index, header in enumerate(headers):
            last = headers[index + 1].line - 1 if index + 1 < len(headers) else len(self._lines)
            root, _, rest = header.name.partition(".")
            if header.is_list and not rest:
                counts[root] = counts.get(root, 0) + 1
                entry = name = self._entry_name(root, counts[root])
                counts["form"] = 0
            elif rest == "form" and header.is_list:
                counts["form"] += 1
                name = f"{'pact' if root == 'pact' else entry}.form {counts['form']}"
            elif not rest.startswith("form"):
                entry = name = header.name
                counts["form"] = 0
            yield EntryLines(name, header.line, last)

    def _entry_name(self, root: str, number: int) -> str:
        """Returns an entry's name in messages: with its id, name or term, else with its number."""
        entries = self._data.get(root)
        entry = entries[number - 1] if isinstance(entries, list) and number <= len(entries) else {}
        if root == "mask":
            return f"mask {number} {entry.get('name', '')}".strip()
        return f"{root} {entry.get(NAME_KEYS.get(root) or '', number)}"


def _headers(lines: list[str]) -> Iterator[Header]:
    """Yields every table's header; a line inside a text of several lines is no header."""
    in_text = False
    for line, content in enumerate(lines, 1):
        header = None if in_text else _HEADER.match(content)
        if header:
            yield Header(line, header[1] == "[[", header[2])
        if (content.count('"""') + content.count("'''")) % 2:
            in_text = not in_text
