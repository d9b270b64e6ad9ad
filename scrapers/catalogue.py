"""Combines the built-in outlets with an operator's own specs, and decides what changed when the files are read again.

An operator's spec replaces the built-in one of the same key. A spec of a built-in key that holds only ``enabled`` and
its ``reason`` switches that outlet on or off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from scrapers.outlet import Outlet
from scrapers.spec import read_spec
from scrapers.spec_files import SpecFile, read_spec_files
from settings.errors import BadSpec, SettingsError


@dataclass(frozen=True, slots=True)
class OwnSpec:
    """One file of an operator: its last usable outlet, if there was any, and the fault of its present content."""

    file: SpecFile
    outlet: Outlet | None
    fault: SettingsError | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The built-in outlets that are in use, and the operator's files by path."""

    built_in: Mapping[str, Outlet]
    own: Mapping[Path, OwnSpec] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    """The names of the settings that hold a key; an outlet whose ``headers`` need another is not read."""

    def own_outlets(self) -> dict[str, Outlet]:
        """The operator's outlets by key."""
        return {spec.outlet.key: spec.outlet for spec in self.own.values() if spec.outlet is not None}

    def outlets(self) -> dict[str, Outlet]:
        """Every outlet by key; the operator's stand first, so that an address that two outlets have is theirs."""
        outlets = self.own_outlets()
        outlets |= {key: outlet for key, outlet in self.built_in.items() if key not in outlets}
        return {key: self._off_without_key(outlet) for key, outlet in outlets.items()}

    def _off_without_key(self, outlet: Outlet) -> Outlet:
        lacks_key = not self.keys.issuperset(outlet.key_settings)
        return replace(outlet, enabled=False) if lacks_key and outlet.enabled else outlet

    def faults(self) -> list[SettingsError]:
        """The faults of the operator's files, in the order of the files."""
        return [spec.fault for spec in self.own.values() if spec.fault is not None]


def outlet_at(outlets: Mapping[str, Outlet], address: str) -> Outlet | None:
    """Returns the outlet that has this address."""
    return next((outlet for outlet in outlets.values() if outlet.lives_at(address)), None)


def pause_at(outlets: Mapping[str, Outlet], host: str) -> float:
    """Returns the longest ``pause_seconds`` of the outlets that have a source at this host, or 0."""
    pauses = (
        outlet.pause_seconds
        for outlet in outlets.values()
        if outlet.pause_seconds and any(urlsplit(source.url).hostname == host for source in outlet.sources)
    )
    return max(pauses, default=0.0)


def load_catalogue(folders: Sequence[Path] = (), *, built_in: bool = True, keys: Collection[str] = ()) -> Catalogue:
    """Returns the built-in outlets, unless they are left out, together with those of these folders.

    :param keys: the names of the settings that hold a key.
    :raises BadSpec: for the first spec that cannot be used, naming file, key and cure; or where no outlet is left.
    """
    catalogue = reread(Catalogue(_built_in() if built_in else {}, keys=frozenset(keys)), read_spec_files(folders))
    for fault in catalogue.faults():
        raise fault
    if not catalogue.built_in and not catalogue.own:
        where = ", ".join(str(folder) for folder in folders) or "PACT_OUTLETS"
        cure = "put one spec per outlet there, or remove PACT_BUILTIN_OUTLETS=off"
        raise BadSpec(where, "", "holds no *.toml file, and the built-in outlets are off", cure)
    return catalogue


def reread(before: Catalogue, files: Iterable[SpecFile]) -> Catalogue:
    """Returns the catalogue that these files make.

    A file that cannot be used keeps the outlet that it described last. Of two files with one key the first counts.
    """
    own: dict[Path, OwnSpec] = {}
    keys: set[str] = set()
    for file in files:
        own[file.path] = _twice(file) if file.key in keys else _reread_file(before, file)
        keys.add(file.key)
    return replace(before, own=own)


def _twice(file: SpecFile) -> OwnSpec:
    fault = BadSpec(str(file.path), "", "this outlet is described twice", "rename or remove one of the files")
    return OwnSpec(file, None, fault)


def _reread_file(before: Catalogue, file: SpecFile) -> OwnSpec:
    known = before.own.get(file.path)
    if known is not None and known.file == file and known.outlet is not None:
        return known
    try:
        if isinstance(file.data, BadSpec):
            raise file.data
        return OwnSpec(file, read_spec(file.path.name, file.data, before.built_in.get(file.key)))
    except SettingsError as fault:
        placed = BadSpec(file.place(fault.key), fault.key, fault.problem, fault.cure)
        return OwnSpec(file, known.outlet if known is not None else None, placed)


@cache
def _built_in() -> dict[str, Outlet]:
    """Reads the specs that the program brings along; a test tries their selectors, so no start does."""
    folder = resources.files("scrapers") / "outlets"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    outlets = (read_spec(file.name, file.read_bytes(), tries_selectors=False) for file in files)
    return {outlet.key: outlet for outlet in outlets}
