"""Connects the page's tools with the sandbox: the clock, the stories on the shelf, and the outlets' log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.cli.sandbox_tools.time_moves import MOVES, due_times_of, target_of
from bot.present import Present
from bot.store.engine import Store
from handlers.fake_slack.server import FakeSlack
from scrapers.fake_outlets.server import FakeOutlets, RecordedRequest
from scrapers.fake_outlets.shelf import KINDS, Shelf
from scrapers.fake_outlets.sites import SITES

PUBLISHED_LINES, PAGE_LINES = 12, 30
SITE_OF = {site.key: site for site in SITES}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageTools:
    """What the page shows of the sandbox, and what its buttons do. Without demo outlets only the clock is there."""

    slack: FakeSlack
    present: Present
    store: Store
    fake_outlets: FakeOutlets | None = None
    shelf: Shelf | None = None

    def install(self) -> None:
        """Puts the tools on the page."""
        self.slack.pages.tools = self.state
        self.slack.pages.actions["move"] = self.move
        if self.shelf is not None:
            self.slack.pages.actions["publish"] = self.publish

    def state(self) -> Json:
        """What the page shows: the moves, the stories that are left, what was published, what outlets were asked."""
        state: Json = {
            "moves": list(MOVES),
            "ahead_seconds": int(self.present.ahead.total_seconds()),
            "kinds": [],
            "left": {},
            "published": [],
            "outlets": [],
            "pages": [],
        }
        if self.fake_outlets is None or self.shelf is None:
            return state
        return state | {
            "kinds": list(KINDS),
            "left": {kind: self.shelf.left(kind) for kind in KINDS},
            "published": [
                {"at": each.changed_at.timestamp(), "outlet": site.name, "headline": each.article.headline}
                for site, each in self.fake_outlets.newest(PUBLISHED_LINES)
            ],
            **requests_of(self.fake_outlets.requests),
        }

    async def move(self, form: Json) -> None:
        """Puts the clock forward; raises ValueError for an unknown move."""
        move = next((each for each in MOVES if each == form["to"]), None)
        if move is None:
            raise ValueError(f"no such move: {form['to']}")
        zone = self.slack.context.find_user(form["user"]).tz
        now = self.present.now()
        self.present.move_forward(target_of(move, now, await due_times_of(self.store), zone) - now)
        self.slack.context.state.changed("clock")

    async def publish(self, form: Json) -> None:
        """Publishes a story of a kind, once every outlet has been read; raises ValueError where there is none."""
        assert self.shelf is not None
        assert self.fake_outlets is not None
        await self.fake_outlets.wait_until_read()
        self.shelf.publish(form["kind"])
        self.slack.context.state.changed("published")


def requests_of(requests: Iterable[RecordedRequest]) -> Json:
    """When each outlet's source was asked last, how often and with what answer; and the pages that were read."""
    outlets: dict[str, Json] = {}
    pages: list[Json] = []
    for request in requests:
        site = SITE_OF[request.outlet]
        line = {"at": request.at.timestamp(), "outlet": site.name, "status": request.status}
        if request.path == site.source_path:
            before = outlets.get(site.key, {"times": 0})
            outlets[site.key] = line | {"times": before["times"] + 1}
        elif request.path != "/robots.txt":
            pages.append(line | {"path": request.path})
    return {"outlets": list(outlets.values()), "pages": pages[: -PAGE_LINES - 1 : -1]}
