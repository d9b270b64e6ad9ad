"""Loads the outlets: every spec of the built-in set, or of an operator's folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from scrapers.outlet import Outlet
from scrapers.spec import read_spec
from settings.errors import BadSpec


def outlet_at(outlets: Mapping[str, Outlet], address: str) -> Outlet | None:
    """Returns the outlet that has this address."""
    return next((outlet for outlet in outlets.values() if outlet.lives_at(address)), None)


def load_outlets(folders: Sequence[Path] | None = None) -> dict[str, Outlet]:
    """Returns every outlet of these folders by key, or the built-in set.

    :raises BadSpec: for the first spec that cannot be used, naming file, key and cure.
    """
    outlets: dict[str, Outlet] = {}
    for file in _spec_files(folders):
        outlet = read_spec(file.name, file.read_bytes())
        if outlet.key in outlets:
            raise BadSpec(file.name, "", "this outlet is described twice", "rename or remove one of the files")
        outlets[outlet.key] = outlet
    return outlets


def _spec_files(folders: Sequence[Path] | None) -> list[Traversable]:
    if folders is None:
        return _toml_files(resources.files("scrapers") / "outlets")
    specs: list[Traversable] = []
    for folder in folders:
        if not folder.is_dir():
            raise BadSpec(str(folder), "", "there is no such folder", "set PACT_OUTLETS to folders of *.toml files")
        in_folder = _toml_files(folder)
        if not in_folder:
            raise BadSpec(str(folder), "", "holds no *.toml file", "put one spec per outlet there")
        specs += in_folder
    return specs


def _toml_files(folder: Traversable) -> list[Traversable]:
    return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
