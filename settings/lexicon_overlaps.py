"""Checks the entries of a lexicon against each other: every name once, every form of one topic alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from settings.lexicon_entries import FormGroup, Lexicon
from settings.toml_table import TomlTable


def check_overlaps(lexicon: Lexicon, file: TomlTable) -> None:
    """Raises BadLexicon for the pact's unknown sector, for a name that stands twice, and for a form of two topics."""
    sector_ids = [sector.id for sector in lexicon.sectors]
    for sector_id in lexicon.pact_sectors:
        if sector_id not in sector_ids:
            raise file.error("pact.sectors", f"{sector_id!r} is no sector here", "add the sector or drop it")
    topic_ids = [*sector_ids, *(sister.id for sister in lexicon.sisters)]
    for kind, names in (("sector", topic_ids), ("official", [official.name for official in lexicon.officials])):
        twice = next((name for name, count in Counter(names).items() if count > 1), None)
        if twice is not None:
            raise file.error(f"{kind} {twice}", "stands twice", "keep one of the two")
    _check_forms(lexicon, file)


def _check_forms(lexicon: Lexicon, file: TomlTable) -> None:
    """A form that is written alike for two topics would be counted for both."""
    owner_of: dict[str, str] = {}
    for owner, text in _owned_texts(lexicon):
        spelling = re.sub(r"\(([a-z]{1,3})\)$", "", text).replace("~", "").replace(" ", "").casefold()
        first_owner = owner_of.setdefault(spelling, owner)
        if first_owner != owner:
            raise file.error(owner, f"the form {text!r} belongs to {first_owner} too", "keep it in one of the two")


def _owned_texts(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    entries: list[tuple[str, tuple[FormGroup, ...]]] = [
        *((f"sector {sector.id}", sector.forms) for sector in lexicon.sectors),
        *((f"official {official.name}", official.forms) for official in lexicon.officials),
    ]
    for owner, groups in entries:
        for group in groups:
            if not group.needs_full_name:
                yield from ((owner, text) for text in group.texts)
