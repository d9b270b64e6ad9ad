"""Reads the spellings and specs that admins stored in the database of the settings, where there is one."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.cli.configured import catalogue_of, lexicon_of
from bot.stored_additions import catalogue_with, usable_lexicon
from scrapers.catalogue import Catalogue
from scrapers.outlet import Outlet
from settings.config import Settings
from settings.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class StoredRows:
    """What admins added in Slack."""

    spellings: tuple[str, ...] = ()
    """The TOML of each added spelling."""
    specs: tuple[tuple[str, str], ...] = ()
    """Key and TOML of each added outlet."""

    def lexicon_of(self, settings: Settings, file: Path | None = None) -> Lexicon:
        """Returns the lexicon that a running bot reads by; a file that the call names stands alone."""
        if file or not self.spellings:
            return lexicon_of(settings, file)
        return usable_lexicon(settings.lexicon, self.spellings)

    def catalogue_of(self, settings: Settings) -> Catalogue:
        """Returns the outlets that a running bot reads, with where they come from."""
        catalogue = catalogue_of(settings)
        return catalogue_with(catalogue, settings.outlets, self.specs) if self.specs else catalogue

    def outlets_of(self, settings: Settings) -> dict[str, Outlet]:
        """Returns the outlets that a running bot reads."""
        return self.catalogue_of(settings).outlets()


def read_stored_rows(settings: Settings, *, says: bool = True) -> StoredRows:
    """Returns the rows; none where there is no database, or one that cannot be read, which it ``says`` in one line."""
    url = settings.database_url.get_secret_value()
    file = url.partition(":///")[2].partition("?")[0]
    if url.startswith("sqlite") and not Path(file).exists():
        return StoredRows()
    return asyncio.run(_read(url, says))


async def _read(url: str, says: bool) -> StoredRows:
    # imported here, because commands without a database shall not load its driver
    from bot.errors import PactbotError
    from bot.store import lexicon_additions, outlet_specs
    from bot.store.engine import Store

    store: Store | None = None
    try:
        store = Store.open(url)
        await store.check_schema()
        async with store.read() as c:
            spellings = tuple(row.toml for row in await lexicon_additions.present(c))
            specs = tuple((row.key, row.spec) for row in await outlet_specs.present(c))
    except PactbotError as error:
        if says:
            sys.stderr.write(f"what admins added in Slack is left out: {error}\n")
        return StoredRows()
    finally:
        if store is not None:
            await store.close()
    return StoredRows(spellings, specs)
