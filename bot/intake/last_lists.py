"""Remembers what each source listed last, so that entries that stand there again are not looked up again.

Most entries of a changed list stood in it before, under the same names and with the same words, so nothing is to be
done about them, as in a list that is unchanged. A list that another process read since is looked up whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.intake.list_findings import SourceList
from bot.store.sources import SourceRow
from scrapers.article import Headline, SourceState
from scrapers.headline_marks import is_correction

MOST_LISTS = 1_000
"""So many lists are remembered; those that were read the longest ago are forgotten first."""
MOST_ENTRIES = 1_000
"""A longer list is not remembered."""


@dataclass(frozen=True, slots=True)
class _LastList:
    body_hash: str
    """That of the answer, by which the source's row says whether it was the last one."""
    entries: frozenset[int]
    """The hashes of its headlines with all that the source says of them."""


class LastLists:
    """The last list of each source that this process has stored as a whole."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, str], _LastList] = {}

    def changed(self, row: SourceRow | None, headlines: Sequence[Headline]) -> Sequence[Headline]:
        """Returns the headlines that did not stand so in a source's last list, with which ``row`` was stored."""
        last = self._lists.get((row.outlet, row.url)) if row is not None else None
        if row is None or last is None or last.body_hash != row.body_hash:
            return headlines
        return [headline for headline in headlines if hash(headline) not in last.entries]

    def keep(self, after: SourceState, listed: SourceList) -> None:
        """Remembers a list after all of it was stored, with the state of its source that was stored with it.

        A headline that is marked as a correction is looked up again, because its page may have been read since.
        """
        key = listed.outlet.key, listed.source.url
        self._lists.pop(key, None)
        if after.body_hash is None or len(listed.headlines) > MOST_ENTRIES:
            return
        changed = listed.headlines if listed.changed is None else listed.changed
        corrections = {hash(headline) for headline in changed if is_correction(headline.title)}
        self._lists[key] = _LastList(after.body_hash, frozenset(map(hash, listed.headlines)) - corrections)
        if len(self._lists) > MOST_LISTS:
            del self._lists[next(iter(self._lists))]
