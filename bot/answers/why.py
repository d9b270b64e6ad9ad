"""Why an article was posted, or was not: every stage it went through, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.answers.context import AnswerContext, Requester
from bot.answers.history import met_by, stored_from
from bot.answers.receipt import receipt_card
from bot.deliveries.cards_from_rows import may_quote, outlet_name
from bot.deliveries.leads import lead_with_matches
from bot.deliveries.quiet_hours import quiet_until
from bot.intake.duplicates import DUPLICATE, SAME_TEXT_AGE
from bot.model import Delivery, Mention, Rejected, StoredArticle, Story, Subscription, story_id, subscription_id
from bot.store import articles, matches, mentions, mutes, sources, stories, subscriptions
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.rollups import ROLLED_UP
from bot.store.engine import Connection
from handlers.cards.answers import WhyCard, WhyStage
from handlers.cards.shown import Shown
from handlers.cards.texts import Lead, Note
from handlers.requests import Why
from scrapers.canonical_url import identities
from scrapers.catalogue import outlet_at
from scrapers.outlet import Outlet

STAGES = ("fetched", "duplicate", "matched", "story", "subscription", "muted", "queued", "posted")
QUOTES = 5


async def why(rooms: AnswerContext, here: Requester, ask: Why) -> Shown:
    """What became of an address, ST91, or the ts of one of our cards in this channel; or only its receipt."""
    async with rooms.store.read() as c:
        article, story = await _subject(c, rooms, here, ask.subject)
        if ask.receipt_only:
            return here.shown(receipt_card(ask.subject, await _delivery(c, here, story), here.zone))
        if article is None and story is None:
            card = await _never_seen(c, rooms, here, ask.subject)
        else:
            card = await _told(c, rooms, here, ask.subject, article, story)
    return here.shown(card, share=True)


async def _subject(
    c: Connection, rooms: AnswerContext, here: Requester, subject: str
) -> tuple[StoredArticle | None, Story | None]:
    digits = subject.upper().removeprefix("ST")
    if digits.isdigit() and subject.upper().startswith("ST"):
        story = await stories.get(c, int(digits))
        mine = await articles.of_story(c, story.id) if story else ()
        return (mine[0] if mine else None), story
    if "://" in subject:
        article = await _by_address(c, rooms, subject)
        counting = await _counting(c, article) if article else None
        story = await stories.get(c, counting.story) if counting and counting.story is not None else None
        return article, story
    delivery = await deliveries.by_ts(c, here.asker.team, here.asker.channel, subject)
    if delivery is None or delivery.story is None:
        return None, None
    story = await stories.get(c, delivery.story)
    mine = await articles.of_story(c, story.id) if story else ()
    return (mine[0] if mine else None), story


async def _by_address(c: Connection, rooms: AnswerContext, url: str) -> StoredArticle | None:
    return await articles.by_identities(c, identities(outlet_at(rooms.outlets, url), url))


async def _counting(c: Connection, article: StoredArticle) -> StoredArticle:
    """The article itself, or the one that stands for it."""
    if article.suspect != DUPLICATE:
        return article
    same = await articles.by_content_hash(c, article.content_hash, article.first_seen_at - SAME_TEXT_AGE)
    return next((one for one in same if one.outlet == article.outlet and one.suspect != DUPLICATE), article)


async def _never_seen(c: Connection, rooms: AnswerContext, here: Requester, subject: str) -> WhyCard:
    outlet = outlet_at(rooms.outlets, subject) if "://" in subject else None
    change: tuple[Note, ...] = ()
    if "://" not in subject:
        note = Note("no_such_subject", {"subject": subject[:80]})
    elif outlet is None:
        note = Note("not_an_outlet", {"host": urlsplit(subject).hostname or subject[:80]})
        change = (Note("add_outlet"),)
    elif not outlet.enabled:
        note = Note("outlet_off", {"outlet": outlet.name, "why": outlet.reason or ""})
    else:
        rows = [row for row in await sources.all_of(c) if row.outlet == outlet.key]
        error = next((row.error for row in rows if row.error), None)
        code = "outlet_broken" if error else "not_announced"
        note = Note(code, {"outlet": outlet.name, "why": error or ""})
        change = () if error else (Note("wait_or_other_source"),)
    stages = (WhyStage("fetched", False, (note,)), *(WhyStage(name, None, ()) for name in STAGES[1:]))
    return WhyCard(subject, None, subject if "://" in subject else None, here.zone, stages, change)


async def _told(
    c: Connection,
    rooms: AnswerContext,
    here: Requester,
    subject: str,
    article: StoredArticle | None,
    story: Story | None,
) -> WhyCard:
    asked = await subscriptions.of_destination(c, here.place.id) if here.place else ()
    found: tuple[Mention, ...] = ()
    refused: tuple[Rejected, ...] = ()
    if article is not None:
        found = (await mentions.mentions_of(c, [article.id])).get(article.id, ())
        refused = await mentions.rejected_of(c, article.id)
    delivery = await _delivery(c, here, story)
    stages = [
        _fetched(article, rooms.outlets),
        _duplicate(article),
        _matched(article, found, refused, quotable=article is not None and may_quote(article.outlet, rooms.outlets)),
        WhyStage("story", story is not None, _story_notes(story)),
        await _subscription(c, rooms, article, story, found, asked),
        await _muted(c, rooms, here, article, story),
        *_posted(delivery),
    ]
    headline = article.headline if article else story.headline if story else None
    url = article.url if article else story.url if story else None
    return WhyCard(
        subject, headline, url, here.zone, tuple(stages), _what_would(article, found, refused, asked, delivery)
    )


def _fetched(article: StoredArticle | None, outlets: Mapping[str, Outlet]) -> WhyStage:
    if article is None:
        return WhyStage("fetched", None, ())
    name = outlet_name(outlets, article.outlet)
    code = {"headline": "page_waits", "read": "page_read", "failed": "page_failed", "gone": "page_gone"}[article.state]
    if article.baseline:
        code = "baseline"
    notes = [Note(code, {"outlet": name})]
    if article.suspect and article.suspect != DUPLICATE:
        notes.append(Note("suspect", {"why": article.suspect}))
    return WhyStage("fetched", article.state == "read" or article.baseline, tuple(notes), at=article.first_seen_at)


def _duplicate(article: StoredArticle | None) -> WhyStage:
    twin = article is not None and article.suspect == DUPLICATE
    return WhyStage("duplicate", not twin, (Note("is_duplicate" if twin else "no_duplicate"),))


def _matched(
    article: StoredArticle | None, found: Sequence[Mention], refused: Sequence[Rejected], *, quotable: bool
) -> WhyStage:
    if article is None:
        return WhyStage("matched", None, ())
    topics = list(dict.fromkeys(mention.topic for mention in found))
    if article.topics.pact and "pact" not in topics:
        topics.insert(0, "pact")
    notes = [Note("names", {"topics": ", ".join(topics)})] if topics else [Note("names_nothing")]
    notes += [Note(one.reason.code, {**one.reason.args, "quote": one.quote}) for one in refused[:3]]
    quotes = {m.context: m for m in found if m.context and (m.field == "headline" or quotable)}
    leads: list[Lead] = [
        lead_with_matches(text, [m for m in found if m.context == text]) for text in list(quotes)[:QUOTES]
    ]
    return WhyStage("matched", bool(topics), tuple(notes), tuple(leads))


def _story_notes(story: Story | None) -> tuple[Note, ...]:
    return (
        (Note("in_story", {"story": story_id(story.id), "headline": story.headline}),) if story else (Note("no_story"),)
    )


async def _subscription(
    c: Connection,
    rooms: AnswerContext,
    article: StoredArticle | None,
    story: Story | None,
    found: tuple[Mention, ...],
    asked: Sequence[Subscription],
) -> WhyStage:
    if not asked:
        return WhyStage("subscription", False, (Note("no_subscriptions"),))
    met = await matches.of_destination(c, asked[0].destination, story.id) if story else ()
    wanted = {match.subscription: match for match in met}
    names = [one for one in asked if one.id in wanted]
    if names:
        notes = [Note("wanted_by", {"subscriptions": _ids(names)})]
        waiting = [one for one in names if wanted[one.id].told_by is None]
        notes += await _waits(c, story, waiting) if story and waiting else []
        return WhyStage("subscription", True, tuple(notes))
    younger = [one for one in asked if article is not None and _would_meet(rooms, article, found, one)]
    if younger:
        return WhyStage("subscription", False, (Note("subscription_younger", {"subscriptions": _ids(younger)}),))
    queries = " · ".join(f"{subscription_id(one.id)} {one.query}" for one in asked[:5])
    return WhyStage("subscription", False, (Note("wanted_by_none", {"queries": queries}),))


async def _waits(c: Connection, story: Story, waiting: Sequence[Subscription]) -> list[Note]:
    """What a match that nobody told yet waits for: more outlets, or the next digest."""
    outlets = len({article.outlet for article in await articles.of_story(c, story.id)})
    few = [one for one in waiting if outlets < one.min_outlets]
    notes = [Note("waits_for_outlets", {"subscriptions": _ids(few), "n": str(outlets)})] if few else []
    return [*notes, Note("waits_for_digest")] if len(few) < len(waiting) else notes


def _ids(asked: Sequence[Subscription]) -> str:
    return ", ".join(subscription_id(one.id) for one in asked)


def _would_meet(rooms: AnswerContext, article: StoredArticle, found: tuple[Mention, ...], one: Subscription) -> bool:
    """Whether it would be wanted if it came today, as far as what is kept of it tells."""
    query = rooms.watch.query_of(one)
    return query is not None and bool(met_by(query, [stored_from(article, found, rooms.outlets)], rooms.watch.lexicon))


async def _muted(
    c: Connection, rooms: AnswerContext, here: Requester, article: StoredArticle | None, story: Story | None
) -> WhyStage:
    active = await mutes.active(c, here.place.id, rooms.now()) if here.place else ()
    for mute in active:
        mine = (mute.kind == "story" and story is not None and mute.target == str(story.id)) or (
            mute.kind == "outlet" and article is not None and mute.target == article.outlet
        )
        if mine:
            target = story_id(int(mute.target)) if mute.kind == "story" else outlet_name(rooms.outlets, mute.target)
            return WhyStage("muted", False, (Note("is_muted", {"target": target}),), at=mute.until_at)
    until = (
        quiet_until(here.place, rooms.now()) if here.place and (story is None or story.topics.severity < 1) else None
    )
    if until is not None:
        return WhyStage("muted", False, (Note("is_quiet"),), at=until)
    return WhyStage("muted", True, (Note("not_muted_now"),))


async def _delivery(c: Connection, here: Requester, story: Story | None) -> Delivery | None:
    if story is None or here.place is None:
        return None
    mine = [one for one in await deliveries.of_story(c, story.id, here.asker.team) if one.destination == here.place.id]
    card = next((one for one in mine if one.kind == "card"), None)
    if card is not None and card.error != ROLLED_UP:
        return card
    told = [m.told_by for m in await matches.of_destination(c, here.place.id, story.id) if m.told_by is not None]
    return await deliveries.get(c, told[0]) if told else card


def _posted(delivery: Delivery | None) -> tuple[WhyStage, WhyStage]:
    """The receipt: when it was owed, how often tried, when posted, when edited."""
    if delivery is None:
        return WhyStage("queued", None, ()), WhyStage("posted", None, ())
    queued = WhyStage("queued", True, (Note(f"queued_as_{delivery.kind}"),), at=delivery.created_at)
    code = f"delivery_{delivery.state}"
    notes = [Note(code, {"why": delivery.error or ""}), Note("attempts", {"n": str(delivery.attempts)})]
    if delivery.edited_at is not None:
        notes.append(Note("edited", {"n": str(delivery.shown_revision)}))
    return queued, WhyStage("posted", delivery.state == "sent", tuple(notes), at=_posted_at(delivery))


def _posted_at(delivery: Delivery) -> datetime | None:
    return delivery.sent_at or delivery.last_try_at


def _what_would(
    article: StoredArticle | None,
    found: Sequence[Mention],
    refused: Sequence[Rejected],
    asked: Sequence[Subscription],
    delivery: Delivery | None,
) -> tuple[Note, ...]:
    """What would change it; nothing, where it was posted."""
    if delivery is not None and delivery.state == "sent":
        return (
            (Note("would_mute", {"line": f"mute story {story_id(delivery.story)} for 3d"}),) if delivery.story else ()
        )
    topics = list(dict.fromkeys(mention.topic for mention in found if mention.kind != "literal"))
    if not asked:
        return (Note("would_subscribe", {"line": "subscribe pact"}),)
    if article is not None and article.baseline:
        return ()
    if delivery is None and topics:
        topic = f'"{topics[0]}"' if " " in topics[0] else topics[0]
        return (Note("would_subscribe", {"line": f"subscribe {topic}"}),)
    if article is not None and not topics and refused:
        return (Note("would_quote", {"line": f'subscribe "{refused[0].quote}"'}),)
    return ()
