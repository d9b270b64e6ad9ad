"""Holds the outlets that the spec files describe at present, and replaces all of them at once."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass

from scrapers.catalogue import Catalogue
from scrapers.outlet import Outlet


@dataclass(frozen=True, slots=True)
class OutletChanges:
    """The keys of outlets that are new, are described otherwise, or are described no longer."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def changes_between(before: Mapping[str, Outlet], after: Mapping[str, Outlet]) -> OutletChanges:
    """Returns what differs between two sets of outlets, by key."""
    return OutletChanges(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(key for key in after.keys() & before.keys() if after[key] != before[key])),
        removed=tuple(sorted(before.keys() - after.keys())),
    )


class LiveOutlets(Mapping[str, Outlet]):
    """The outlets by key. A view (``items()`` and so on) stays as it was when it was taken."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._current = catalogue.outlets()

    def replace(self, catalogue: Catalogue) -> OutletChanges:
        """Puts the outlets of this catalogue in the place of all; returns what changed."""
        before, self._current, self.catalogue = self._current, catalogue.outlets(), catalogue
        return changes_between(before, self._current)

    def __getitem__(self, key: str) -> Outlet:
        return self._current[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current)

    def __len__(self) -> int:
        return len(self._current)

    def keys(self) -> KeysView[str]:
        """The keys at present."""
        return self._current.keys()

    def values(self) -> ValuesView[Outlet]:
        """The outlets at present."""
        return self._current.values()

    def items(self) -> ItemsView[str, Outlet]:
        """Keys and outlets at present."""
        return self._current.items()
