"""How things stand: the pact's clock, sectors against their usual, top stories, sources, and the home tab."""

from __future__ import annotations

from datetime import date, datetime

from handlers.blocks.blockkit import QUERY_MAX_CHARS, clean, context, header, preformatted, rich, section, text
from handlers.blocks.channel_cards import subscription_runs
from handlers.blocks.digest_card import story_line
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import Message, MessageBuilder
from handlers.cards.digest import DigestLine
from handlers.cards.status import Audited, Health, HomeCard, PactDate, SectorHeat, StatusCard
from handlers.cards.subscriptions import SubscriptionLine
from handlers.text.times import local_day

BARS = "▁▂▃▄▅▆▇█"
SECTORS_SHOWN, TOP_SHOWN, SUBSCRIPTIONS_SHOWN, DAYS_SHOWN = 13, 5, 10, 28


def status_message(card: StatusCard, voice: Localizer) -> Message:
    """The pact's clock first, because it is asked most; the bot's own health last."""
    title = voice.say("status.title")
    if card.query:
        title = voice.say("status.title_query", query=clean(card.query, QUERY_MAX_CHARS))
    sheet = MessageBuilder()
    sheet.body(header("pact:status", title))
    clock_lines = _clock(card.now, card.zone, card.in_force_on, card.notice_days, voice)
    events = _events(card.next_event, card.last_event, voice)
    sheet.body(rich("pact:status:clock", *[section(text(line)) for line in [clock_lines, *events]]))
    _heat(sheet, card, voice)
    today = voice.local_day(card.now)
    _stories(sheet, "pact:status:top", ("status.top", "status.none"), card.top, today, voice)
    _subscriptions(sheet, "pact:status:sub", card.subscriptions, voice)
    if card.next_digest_at is not None:
        when = voice.both(card.next_digest_at)
        sheet.foot(context("pact:status:next", voice.say("status.next_digest", when=when)))
    sheet.foot(context("pact:status:proof", voice.proof(card.proof)))
    _foot(sheet, "pact:status:health", card.health, card.now, voice)
    return sheet.message(f"{title}. {clock_lines}")


def _clock(now: datetime, zone: str, in_force_on: date, notice_days: int, voice: Localizer) -> str:
    """In force since when and for how many days (the day it was signed counts as the first), and how it ends."""
    today = local_day(now, zone)
    on = voice.day(in_force_on, year=True)
    days = (today - in_force_on).days + 1
    said = voice.say("status.in_force", day=on, n=days) if days > 0 else voice.say("status.starts", day=on)
    return f"{said}. {voice.say('status.notice', n=notice_days)}"


def _events(following: PactDate | None, last: PactDate | None, voice: Localizer) -> list[str]:
    lines = []
    for key, event in (("next", following), ("last", last)):
        if event is not None:
            words = event.text.get(voice.language) or next(iter(event.text.values()), "")
            until = {} if event.until is None else {"until": voice.day(event.until, year=True)}
            which = f"status.{key}_range" if until else f"status.{key}"
            lines.append(voice.say(which, day=voice.day(event.on, year=True), text=clean(words, 200), **until))
    return lines


def _heat(sheet: MessageBuilder, card: StatusCard, voice: Localizer) -> None:
    """Sectors with a sparkline each. It stands first and the name last, so that Hangul's width breaks no column."""
    rows = [row for row in card.heat if row.stories or row.usual >= 0.5][:SECTORS_SHOWN]
    if not rows:
        return
    sheet.body(rich("pact:status:heat:title", section(text(voice.say("status.heat", n=card.days), bold=True))))
    sheet.body(rich("pact:status:heat", preformatted("\n".join(heat_line(row, voice) for row in rows))))


def heat_line(row: SectorHeat, voice: Localizer) -> str:
    """``▁▁▂▁▅█▂  12 ▲ AI (usual 4)``; without a past there is no usual."""
    start = f"{sparkline(row.by_day)} {row.stories:>4}"
    if not row.usual:
        return f"{start}   {voice.topics((row.sector,))}"
    sign = "▲" if row.stories > row.usual * 1.5 + 0.5 else "▼" if row.stories < row.usual * 0.5 - 0.5 else " "
    usual = voice.say("status.heat_usual", usual=f"{row.usual:.0f}" if row.usual >= 10 else f"{row.usual:.1f}")
    return f"{start} {sign} {voice.topics((row.sector,))} ({usual})"


def sparkline(by_day: tuple[int, ...]) -> str:
    """One bar a day, against the busiest day; at most four weeks."""
    days = by_day[-DAYS_SHOWN:]
    most = max(max(days, default=0), 1)
    return "".join(BARS[min(len(BARS) - 1, max(0, n) * (len(BARS) - 1) // most)] for n in days)


def _stories(
    sheet: MessageBuilder,
    block_id: str,
    keys: tuple[str, str],
    lines: tuple[DigestLine, ...],
    today: date,
    voice: Localizer,
) -> None:
    """A heading and a few stories under it; ``keys`` are the heading and what is said when there are none."""
    title, nothing = keys
    sheet.body(rich(f"{block_id}:title", section(text(voice.say(title), bold=True))))
    if not lines:
        sheet.body(rich(f"{block_id}:none", section(text(voice.say(nothing)))))
    left = sheet.items(block_id, [story_line(line, voice, today) for line in lines[:TOP_SHOWN]])
    if left := left + max(0, len(lines) - TOP_SHOWN):
        sheet.body(context(f"{block_id}:more", f"+{left} · {voice.line('digest now')}"))


def _subscriptions(sheet: MessageBuilder, block_id: str, lines: tuple[SubscriptionLine, ...], voice: Localizer) -> None:
    if not lines:
        sheet.body(rich(f"{block_id}:none", section(text(voice.say("status.channel_nothing")))))
        return
    sheet.body(rich(f"{block_id}:title", section(text(voice.say("status.channel"), bold=True))))
    left = sheet.items(block_id, [subscription_runs(line, voice) for line in lines[:SUBSCRIPTIONS_SHOWN]])
    if left := left + max(0, len(lines) - SUBSCRIPTIONS_SHOWN):
        sheet.body(context(f"{block_id}:more", f"+{left} · {voice.line('list')}"))


def _foot(sheet: MessageBuilder, block_id: str, health: Health, now: datetime, voice: Localizer) -> None:
    """The bot itself: one line of the six figures, one of what the last audit found."""
    sheet.foot(context(block_id, f"{voice.say('status.health')}: {_figures(health, now, voice)}"))
    if health.audited is not None:
        sheet.foot(context(f"{block_id}:audit", _audit(health.audited, voice)))


def _figures(health: Health, now: datetime, voice: Localizer) -> str:
    """What waits and what is in doubt, then when the bot last spoke, read and heard."""
    waiting = [voice.say("status.queue", n=health.queue_depth)]
    if health.oldest_due_at is not None:
        waiting.append(voice.say("status.queue_oldest", when=voice.near(health.oldest_due_at, now)))
    waiting.append(voice.say("status.unknown", n=health.unknown))
    parts = [", ".join(waiting)]
    for key, at in (("post", health.last_post_at), ("read", health.last_sweep_at)):
        parts.append(voice.say(f"status.last_{key}", when=voice.near(at, now)) if at else voice.say(f"status.no_{key}"))
    heard = health.socket_age_seconds
    parts.append(voice.say("status.over_http") if heard is None else voice.say("status.heard", n=round(heard)))
    return " · ".join(parts)


def _audit(audit: Audited, voice: Localizer) -> str:
    """What is zero and rare is not said."""
    counts = {"doubled": audit.doubled, "lost": audit.lost, "n": audit.posted}
    parts = [voice.say("status.audit", day=voice.day(audit.on), **counts)]
    rare = (("missing", audit.missing), ("unsent", audit.unsent), ("unread", audit.unread))
    parts += [voice.say(f"status.audit_{key}", n=number) for key, number in rare if number]
    return " · ".join(parts)


def home_message(card: HomeCard, voice: Localizer) -> Message:
    """The home tab: what is new today, one's own subscriptions, the pact's next date, and whether all is well."""
    title = voice.say("home.title")
    sheet = MessageBuilder()
    sheet.body(header("pact:home", title))
    lines = [voice.say("status.in_force", day=voice.day(card.in_force_on, year=True), n=_days(card))]
    lines += _events(card.next_event, None, voice)
    sheet.body(rich("pact:home:clock", *[section(text(line)) for line in lines]))
    _stories(sheet, "pact:home:today", ("home.today", "home.today_none"), card.today, voice.local_day(card.now), voice)
    sheet.body(rich("pact:home:mine:title", section(text(voice.say("home.mine"), bold=True))))
    if not card.mine:
        hint = voice.say("home.mine_none", line=voice.hint("subscribe quantum for me"))
        sheet.body(rich("pact:home:mine:none", section(text(hint))))
    sheet.items("pact:home:mine", [subscription_runs(line, voice) for line in card.mine[:SUBSCRIPTIONS_SHOWN]])
    sheet.foot(context("pact:home:proof", voice.proof(card.proof)))
    _foot(sheet, "pact:home:health", card.health, card.now, voice)
    return sheet.message(title)


def _days(card: HomeCard) -> int:
    return (local_day(card.now, card.zone) - card.in_force_on).days + 1
