"""Renders a delivery from stored rows at the moment it is sent; no card is ever stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, get_args

from bot.deliveries.cards_from_rows import merged_card, outlet_name, story_card
from bot.deliveries.changes import change_card
from bot.deliveries.digest_lines import digest_sections, digest_spikes, leads_on, numbers_of, sector_counts
from bot.deliveries.digest_pages import Section
from bot.deliveries.holds import burst_ends_at, held_until, is_running, story_muted_until
from bot.deliveries.linked_cards import cards_of, gives_way
from bot.deliveries.linked_stories import count_as_seen, story_as_seen
from bot.deliveries.quiet_hours import ROLL_UP_MARGIN
from bot.deliveries.reading_proof import proof
from bot.deliveries.samples import sample_alert, sample_digest
from bot.deliveries.week_heat import WeekHeat
from bot.model import Delivery, Destination, story_id
from bot.outbox.ports import Drop, Hold
from bot.store import articles, changes, destinations, subscriptions
from bot.store.deliveries.story_cards import LINKED
from bot.store.engine import Connection
from bot.stories.facts.text_read import has_vanished
from handlers.cards.answers import NoticeCard
from handlers.cards.digest import DigestCard, Rolled
from handlers.cards.shown import Card, Shown
from handlers.cards.story import ReplyCard, StoryCard
from handlers.cards.texts import Note
from handlers.requests import Asker
from scrapers.headline_marks import without_marks
from scrapers.outlet import Outlet


class Renderer:
    """Makes the card of a delivery. ``answer_line`` answers a command line that a person shared with a channel."""

    def __init__(
        self,
        outlets: Mapping[str, Outlet],
        now: Callable[[], datetime],
        answer_line: Callable[[str, Asker], Awaitable[Shown]],
    ) -> None:
        self._outlets = outlets
        self._now = now
        self._answer_line = answer_line
        self._heat = WeekHeat()

    async def render(self, c: Connection, delivery: Delivery) -> Shown | Hold | Drop:
        """The delivery's present card; Hold while it has to wait, Drop when what it shows is gone."""
        destination = await destinations.get(c, delivery.destination)
        if destination is None:
            return Drop("destination_gone")
        if delivery.kind == "share":
            return await self._shared(c, delivery, destination)
        if delivery.kind == "merged" and delivery.state == "sending":
            return Drop("merged")  # it was not posted when its story was merged, and another card stands for it
        if delivery.state == "sending" and _is_unwanted_reply(delivery, destination):
            return Drop("threads_off")
        linked = delivery.kind == "card" and await gives_way(c, delivery)
        if linked and delivery.state == "sending":
            return Drop(LINKED)
        until = await self._held_until(c, delivery) if delivery.state == "sending" else None
        if until is not None:
            return Hold(until)
        card = await self._card(c, replace(delivery, kind="merged") if linked else delivery, destination)
        if card is None:
            return Drop("nothing_to_show")
        broadcast = delivery.kind == "reply" and destination.broadcast
        is_sample = delivery.kind == "sample"
        return Shown(
            card,
            destination.language,
            repeat=delivery.repeat,
            broadcast=broadcast,
            direct=destination.person is not None,
            sample=is_sample,
        )

    async def _shared(self, c: Connection, delivery: Delivery, destination: Destination) -> Shown | Drop:
        """What a person shared: a story's card, as the channel would get it but calling nobody, or a line's answer."""
        payload: Mapping[str, Any] = delivery.payload
        user = str(payload["user"])
        if "story" in payload:
            card = await self._story(c, replace(delivery, story=int(payload["story"])), destination)
            if card is None:
                return Drop("nothing_to_show")
            uncalled = replace(card, mention_group=None)
            return Shown(uncalled, destination.language, shared_by=user, repeat=delivery.repeat)
        asker = Asker(delivery.team, user, destination.slack_id, False, str(payload["language"]))
        shown = await self._answer_line(str(payload["line"]), asker)
        return replace(shown, shared_by=user, repeat=delivery.repeat)

    async def _card(self, c: Connection, delivery: Delivery, destination: Destination) -> Card | None:
        if delivery.kind == "card":
            return await self._story(c, delivery, destination)
        if delivery.kind == "merged" and delivery.story is not None:
            return await merged_card(c, delivery.story, self._outlets, destination)
        if delivery.kind == "reply":
            return await self._reply(c, delivery, destination)
        if delivery.kind == "digest":
            return await self._digest(c, delivery, destination)
        if delivery.kind == "change":
            return await self._change(c, delivery, destination)
        if delivery.kind == "sample":
            is_digest, now = delivery.payload.get("sample") == "digest", self._now()
            return (
                await sample_digest(c, destination, self._outlets, now) if is_digest else sample_alert(destination, now)
            )
        return _notice(delivery, destination)

    async def _held_until(self, c: Connection, delivery: Delivery) -> datetime | None:
        """The end of a mute or of quiet hours that began after the delivery was enqueued.

        Only first posts are held: a message that is already posted is edited all the same.
        """
        seen = await story_as_seen(c, delivery.team, delivery.story) if delivery.story is not None else None
        if delivery.kind not in ("card", "reply") or seen is None:
            return None
        story, of_story = seen.story, seen.articles
        margin = ROLL_UP_MARGIN if delivery.kind == "card" else timedelta(0)
        until = await held_until(c, delivery.destination, story, of_story, self._now(), margin)
        burst = burst_ends_at(delivery)
        if until is None and burst is not None and is_running(burst, self._now()) and story.topics.severity < 1:
            return burst + margin
        return until

    async def _story(self, c: Connection, delivery: Delivery, destination: Destination) -> StoryCard | None:
        seen = await story_as_seen(c, delivery.team, delivery.story) if delivery.story is not None else None
        if seen is None:
            return None
        until = await story_muted_until(c, delivery.destination, seen.story.id, self._now())
        cards = await cards_of(c, delivery.team, seen.ids, destination.id)
        subscribed = sorted({number for card in (delivery, *cards) for number in card.subscriptions})
        return await story_card(c, seen.story.id, self._outlets, destination, subscribed, until)

    async def _reply(self, c: Connection, delivery: Delivery, destination: Destination) -> Card | None:
        payload: Mapping[str, Any] = delivery.payload
        article = await articles.get(c, int(payload["article"]))
        if article is None or delivery.story is None:
            return None
        what = str(payload["what"])
        what = "gone" if what == "correction" and has_vanished(article) else what
        return ReplyCard(
            story=story_id(delivery.story),
            what=what,
            headline=without_marks(article.headline, (what,)),
            outlet=outlet_name(self._outlets, article.outlet),
            url=article.url,
            published_at=article.published_at,
            zone=destination.timezone,
            mention_group=destination.mention_group if payload.get("raised") else None,
            raised=bool(payload.get("raised")),
        )

    async def _digest(self, c: Connection, delivery: Delivery, destination: Destination) -> Card:
        payload: Mapping[str, Any] = delivery.payload
        frozen: Sequence[tuple[int, Sequence[int]]] = [(pair[0], pair[1]) for pair in payload["sections"]]
        subscribed = await subscriptions.some(c, destination.team, tuple(number for number, _ in frozen))
        since = datetime.fromisoformat(payload["since"]) if payload.get("since") else None
        sections = [Section(number, tuple(story_numbers)) for number, story_numbers in frozen]
        leads, language = leads_on(int(payload["page"])), destination.language
        shown = await digest_sections(c, destination.team, self._outlets, frozen, subscribed, language, leads)
        merged = sum(len(section.stories) for section in sections) - sum(len(section.lines) for section in shown)
        count = int(payload["stories"]) - merged
        if "of" in payload:
            count = await count_as_seen(c, destination.team, payload["of"])
        opens = payload["page"] == 1
        of_all_pages: Sequence[int] = payload.get("of") or numbers_of(sections)
        return DigestCard(
            on=date.fromisoformat(str(payload["on"])),
            zone=destination.timezone,
            since_at=since,
            sections=shown,
            counts=await sector_counts(c, destination.team, of_all_pages) if opens else (),
            spikes=await digest_spikes(c, destination, of_all_pages, self._now(), self._heat)
            if opens and not payload.get("rolled")
            else (),
            stories=count,
            page=int(payload["page"]),
            pages=int(payload["pages"]),
            proof=await proof(c, self._outlets, self._now(), since),
            late=bool(payload["late"]),
            alerted=int(payload.get("alerted", 0)),
            rolled=next((known for known in get_args(Rolled) if known == payload.get("rolled")), ""),
            doubtful=int(payload.get("doubtful", 0)) if opens else 0,
            changed=int(payload.get("changed", 0)),
            unchanged=int(payload.get("unchanged", 0)),
            corrected=int(payload.get("corrected", 0)),
        )

    async def _change(self, c: Connection, delivery: Delivery, destination: Destination) -> Card | None:
        payload: Mapping[str, Any] = delivery.payload
        change = await changes.get(c, delivery.team, int(payload["change"]))
        if change is None:
            return None
        return await change_card(c, change, replace(destination, state="active"), self._now())


def _is_unwanted_reply(delivery: Delivery, destination: Destination) -> bool:
    """Whether the channel wants no threads; that a story has become severe is told all the same."""
    return delivery.kind == "reply" and not destination.threads and not delivery.payload.get("raised")


def _notice(delivery: Delivery, destination: Destination) -> Card:
    payload: Mapping[str, Any] = delivery.payload
    notes = tuple(map(_note, (payload, *payload.get("more", ()))))
    line, settled_at = payload.get("line"), payload.get("settled_at")
    return NoticeCard(
        notes,
        zone=destination.timezone,
        user=payload.get("user"),
        run=None if settled_at else line,
        was_run=line if settled_at else payload.get("was_run"),
        settled_by=payload.get("settled_by"),
        settled_at=datetime.fromisoformat(settled_at) if settled_at else None,
    )


def _note(line: Mapping[str, Any]) -> Note:
    return Note(str(line["code"]), {str(key): str(value) for key, value in line["args"].items()})
