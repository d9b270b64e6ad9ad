"""What a delivery shows, made from rows at the moment it is sent: no card is ever stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.deliveries import changes as making
from bot.deliveries.cards_from_rows import outlet_name, story_card
from bot.deliveries.digest_lines import digest_sections, sector_counts
from bot.deliveries.digest_pages import Section
from bot.deliveries.holds import burst_ends_at, held_until, muted_until
from bot.deliveries.proof import proof
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN
from bot.model import Delivery, Destination, story_id
from bot.outbox.ports import Drop, Hold
from bot.store import articles, changes, destinations, stories, subscriptions
from bot.store.engine import Connection
from handlers.cards.answers import NoticeCard
from handlers.cards.digest import DigestCard
from handlers.cards.shown import Card, Shown
from handlers.cards.story import ReplyCard
from handlers.cards.texts import Note
from handlers.requests import Asker
from scrapers.outlet import Outlet


class Renderer:
    """Makes the card of a delivery. ``answer_line`` answers a shared line for everybody."""

    def __init__(
        self,
        outlets: Mapping[str, Outlet],
        now: Callable[[], datetime],
        answer_line: Callable[[str, Asker], Awaitable[Shown]],
    ) -> None:
        self._outlets = outlets
        self._now = now
        self._answer_line = answer_line

    async def render(self, c: Connection, delivery: Delivery) -> Shown | Hold | Drop:
        """The card of a delivery, as things stand now; Drop when what it speaks of is gone, Hold when it is to wait."""
        place = await destinations.get(c, delivery.destination)
        if place is None:
            return Drop("destination_gone")
        if delivery.kind == "share":
            return await self._shared(delivery, place)
        until = await self._held_until(c, delivery) if delivery.state == "sending" else None
        if until is not None:
            return Hold(until)
        card = await self._card(c, delivery, place)
        return Drop("nothing_to_show") if card is None else Shown(card, place.language, repeat=delivery.repeat)

    async def _shared(self, delivery: Delivery, place: Destination) -> Shown:
        payload: Mapping[str, Any] = delivery.payload
        asker = Asker(delivery.team, str(payload["user"]), place.slack_id, False, str(payload["language"]))
        return replace(await self._answer_line(str(payload["line"]), asker), shared_by=str(payload["user"]))

    async def _card(self, c: Connection, delivery: Delivery, place: Destination) -> Card | None:
        if delivery.kind == "card":
            return await self._story(c, delivery, place)
        if delivery.kind == "reply":
            return await self._reply(c, delivery, place)
        if delivery.kind == "digest":
            return await self._digest(c, delivery, place)
        if delivery.kind == "change":
            return await self._change(c, delivery, place)
        return _notice(delivery)

    async def _held_until(self, c: Connection, delivery: Delivery) -> datetime | None:
        """A mute, or quiet hours, may have come after it was owed. What stands there is edited all the same."""
        story = await stories.get(c, delivery.story) if delivery.story is not None else None
        if delivery.kind not in ("card", "reply") or story is None:
            return None
        mine = await articles.of_story(c, story.id)
        margin = ROLL_UP_MARGIN if delivery.kind == "card" else timedelta(0)
        until = await held_until(c, delivery.destination, story, mine, self._now(), margin)
        burst = burst_ends_at(delivery)
        if until is None and burst is not None and burst > self._now() and story.topics.severity < 1:
            return burst + margin
        return until

    async def _muted_until(self, c: Connection, delivery: Delivery) -> datetime | None:
        if delivery.story is None:
            return None
        mine = await articles.of_story(c, delivery.story)
        return await muted_until(c, delivery.destination, delivery.story, mine, self._now())

    async def _story(self, c: Connection, delivery: Delivery, place: Destination) -> Card | None:
        assert delivery.story is not None
        until = await self._muted_until(c, delivery)
        return await story_card(c, delivery.story, self._outlets, place, delivery.subscriptions, until)

    async def _reply(self, c: Connection, delivery: Delivery, place: Destination) -> Card | None:
        payload: Mapping[str, Any] = delivery.payload
        article = await articles.get(c, int(payload["article"]))
        if article is None or delivery.story is None:
            return None
        return ReplyCard(
            story=story_id(delivery.story),
            what=str(payload["what"]),
            headline=article.headline,
            outlet=outlet_name(self._outlets, article.outlet),
            url=article.url,
            published_at=article.published_at,
            zone=place.timezone,
        )

    async def _digest(self, c: Connection, delivery: Delivery, place: Destination) -> Card:
        payload: Mapping[str, Any] = delivery.payload
        frozen: Sequence[tuple[int, Sequence[int]]] = [(one[0], one[1]) for one in payload["sections"]]
        asked = await subscriptions.some(c, place.team, tuple(number for number, _ in frozen))
        since = datetime.fromisoformat(payload["since"]) if payload.get("since") else None
        sections = [Section(number, tuple(numbers)) for number, numbers in frozen]
        return DigestCard(
            on=date.fromisoformat(str(payload["on"])),
            zone=place.timezone,
            since_at=since,
            sections=await digest_sections(c, self._outlets, frozen, asked, place.language),
            counts=await sector_counts(c, sections),
            stories=int(payload["stories"]),
            page=int(payload["page"]),
            pages=int(payload["pages"]),
            proof=await proof(c, self._outlets, self._now(), since),
            late=bool(payload["late"]),
            alerted=int(payload.get("alerted", 0)),
            rolled=str(payload.get("rolled", "")),
            doubtful=int(payload.get("doubtful", 0)) if payload["page"] == 1 else 0,
        )

    async def _change(self, c: Connection, delivery: Delivery, place: Destination) -> Card | None:
        payload: Mapping[str, Any] = delivery.payload
        change = await changes.get(c, delivery.team, int(payload["change"]))
        if change is None:
            return None
        return await making.change_card(c, change, replace(place, state="active"), self._now())


def _notice(delivery: Delivery) -> Card:
    payload: Mapping[str, Any] = delivery.payload
    return NoticeCard(tuple(map(_note, (payload, *payload.get("more", ())))))


def _note(said: Mapping[str, Any]) -> Note:
    return Note(str(said["code"]), {str(key): str(value) for key, value in said["args"].items()})
