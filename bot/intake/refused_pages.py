"""Leaves the pages of a host alone that refuses them again and again, and notifies the operators once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.intake.page_refusals import after_page, after_refusal, is_paused, is_refusal, is_told
from bot.store import installations, page_refusals
from bot.store.engine import Connection, Store
from bot.store.page_refusals import PageRefusals
from scrapers.errors import NotAsked, ScrapeError
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.intake")


class RefusedPages:
    """Keeps a row for each host that refuses an outlet's pages, so that a hundred headlines are no hundred requests."""

    def __init__(self, store: Store, now: Callable[[], datetime], operators: OperatorsChannel | None) -> None:
        self._store = store
        self._now = now
        self._operators = operators

    async def of_page(self, c: Connection, outlet: Outlet, url: str) -> PageRefusals:
        """Returns what is known of the page's host, inside the caller's connection."""
        host = _host(url)
        return await page_refusals.get(c, outlet.key, host) or PageRefusals(outlet.key, host)

    def check(self, row: PageRefusals, url: str) -> None:
        """Return when the page may be asked for.

        :raises NotAsked: while its host refuses the outlet's pages.
        """
        if is_paused(row, self._now()):
            raise NotAsked(url, f"its host refuses our pages: {row.reason}")

    async def page_failed(self, outlet: Outlet, url: str, error: ScrapeError) -> None:
        """Counts a refused page; other failures say nothing of the next page."""
        if not is_refusal(error, url):
            return
        now = self._now()
        async with self._store.begin() as c:
            before = await self.of_page(c, outlet, url)
            row = after_refusal(before, error, now)
            await page_refusals.save(c, row)
            if is_told(row) and not is_told(before):
                await self._notify(c, outlet, row, "pages_refused", now)

    async def page_read(self, outlet: Outlet, row: PageRefusals) -> None:
        """Forgets the refusals of a host that let a page be read; an outlet's pages are read one after the other.

        That a host without refusals was read is written with what others write; a crash before that loses no more.
        """
        now = self._now()
        if (after := after_page(row, now)) is None:
            return
        if not row.refusals:
            self._store.writes.do_later(page_refusals.save_some_in_step, after, partial(_not_noted, after))
            return
        async with self._store.begin() as c:
            await page_refusals.save(c, after)
            if is_told(row):
                await self._notify(c, outlet, row, "pages_read_again", now)

    async def _notify(self, c: Connection, outlet: Outlet, row: PageRefusals, code: str, now: datetime) -> None:
        log.warning(code, extra={"outlet": outlet.key, "host": row.host, "why": row.reason})
        since_at = row.since_at.isoformat() if row.since_at else ""
        args = {"outlet": outlet.name, "host": row.host, "why": row.reason}
        for team in await installations.present(c):
            once_key = f"{code}:{outlet.key}:{row.host}:{since_at}"
            await notify_operators(c, self._operators, team.team, once_key, code, args, now)


def _not_noted(row: PageRefusals, error: BaseException) -> None:
    log.warning("page_read_not_noted", extra={"outlet": row.outlet, "host": row.host, "why": str(error)})


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
