"""The outlets we know: every spec of the built-in set, or of an operator's folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from scrapers.outlet import Outlet
from scrapers.spec import read_spec
from settings.errors import BadSpec


def outlet_at(outlets: Mapping[str, Outlet], address: str) -> Outlet | None:
    """The outlet that lives at this address."""
    return next((outlet for outlet in outlets.values() if outlet.lives_at(address)), None)


def load_outlets(folders: Sequence[Path] | None = None) -> dict[str, Outlet]:
    """Every outlet of these folders by key, or the built-in set.

    :raises BadSpec: for the first spec that cannot be used, naming file, key and cure.
    """
    outlets: dict[str, Outlet] = {}
    for entry in _spec_files(folders):
        outlet = read_spec(entry.name, entry.read_bytes())
        if outlet.key in outlets:
            raise BadSpec(entry.name, "", "this outlet is described twice", "rename or remove one of the files")
        outlets[outlet.key] = outlet
    return outlets


def _spec_files(folders: Sequence[Path] | None) -> list[Traversable]:
    if folders is None:
        return _toml_in(resources.files("scrapers") / "outlets")
    found: list[Traversable] = []
    for folder in folders:
        if not folder.is_dir():
            raise BadSpec(str(folder), "", "there is no such folder", "set PACT_OUTLETS to folders of *.toml files")
        files = _toml_in(folder)
        if not files:
            raise BadSpec(str(folder), "", "holds no *.toml file", "put one spec per outlet there")
        found += files
    return found


def _toml_in(folder: Traversable) -> list[Traversable]:
    return sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
