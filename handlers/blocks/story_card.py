"""The story card and what is told in its thread: one glance at one event."""

from __future__ import annotations

from handlers.blocks.blockkit import (
    HEADLINE_MAX_CHARS,
    NAME_MAX_CHARS,
    Json,
    actions,
    button,
    clean,
    context,
    link,
    marked,
    option,
    quoted,
    rich,
    safe_url,
    section,
    text,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import Message, MessageBuilder, bounded_escaped
from handlers.cards.story import ReplyCard, StoryCard

TEXT_MAX_CHARS = 300
MUTES = (("hours", 4, "4h"), ("days", 1, "1d"), ("days", 3, "3d"), ("days", 7, "7d"))
SUBSCRIPTIONS_SHOWN = 5


def story_message(card: StoryCard, voice: Localizer) -> Message:
    """Headline, the sentence that matched, one line of facts, and what can be done with it."""
    sheet = MessageBuilder()
    story = clean(card.story, 40)
    sheet.body(rich(f"pact:story:{story}", *_head(card, voice)))
    sheet.foot(context("pact:facts", " · ".join(_facts(card, voice))))
    sheet.foot(actions("pact:do", _actions(card, story, voice)))
    message = sheet.message(card.headline)
    return Message(fallback_line(card, voice), message.blocks, message.plain)


def fallback_line(card: StoryCard, voice: Localizer) -> str:
    """``<headline> — <outlet>, <time zone-short>``: what a notification shows, at most 300 characters, escaped."""
    outlet = bounded_escaped(clean(card.outlet, 60), 120)
    tail = f" — {outlet}, {voice.clock(card.published_at or card.seen_at)}"
    headline = clean(card.headline, HEADLINE_MAX_CHARS) or voice.say("story.no_headline")
    return bounded_escaped(headline, TEXT_MAX_CHARS - len(tail)) + tail


def _head(card: StoryCard, voice: Localizer) -> list[Json]:
    headline = clean(card.headline, HEADLINE_MAX_CHARS) or voice.say("story.no_headline")
    parts = [section(*_marks(card, voice), link(card.url, headline, bold=True))]
    if card.headline_language != voice.language and card.topics:
        tag = card.headline_language if card.headline_language in ("ko", "en") else "other"
        parts.append(section(text(voice.say(f"story.line_{tag}", topics=voice.topics(card.topics)))))
    if card.lead is not None and card.lead.text.strip():
        parts.append(quoted(marked(card.lead)))
    if safe_url(card.official_url):
        parts.append(section(link(card.official_url, voice.say("story.official"))))
    return parts


def _marks(card: StoryCard, voice: Localizer) -> list[Json]:
    """What must be seen before the headline is read: corrected, flash, severity."""
    marks = [
        voice.say(f"story.{name}")
        for name, on in (("corrected", card.corrected), ("flash", card.flash), ("severity", card.severity > 0))
        if on
    ]
    return [text(f"[{' · '.join(marks)}] ", bold=True)] if marks else []


def _facts(card: StoryCard, voice: Localizer) -> list[str]:
    """The one line under the headline: who, when in both capitals, how many, who was first, which subscriptions."""
    facts = [clean(card.outlet, NAME_MAX_CHARS)]
    if card.published_at is None:
        facts.append(voice.say("story.undated", when=voice.moment(card.seen_at)))
    else:
        facts.append(voice.both(card.published_at))
    facts.append(_coverage(card, voice))
    if card.first_outlet and card.articles_ko + card.articles_en + card.articles_other > 1:
        facts.append(_first(card.first_outlet, card.first_by_minutes, voice))
    if card.after:
        facts.append(voice.say("story.after", names=", ".join(clean(each, 40) for each in card.after[:3])))
    if card.muted_until is not None:
        facts.append(voice.say("story.muted", when=voice.moment(card.muted_until)))
    ids = [clean(each, 20) for each in card.subscriptions]
    facts += [clean(card.story, 20), *ids[:SUBSCRIPTIONS_SHOWN]]
    if len(ids) > SUBSCRIPTIONS_SHOWN:
        facts.append(f"+{len(ids) - SUBSCRIPTIONS_SHOWN}")
    return [fact for fact in facts if fact]


def _coverage(card: StoryCard, voice: Localizer) -> str:
    counts = (("ko", card.articles_ko), ("en", card.articles_en), ("other", card.articles_other))
    parts = [voice.say(f"story.articles_{name}", n=n) for name, n in counts if n > 0]
    return voice.say("story.articles", parts=", ".join(parts)) if parts else ""


def _first(outlet: str, by_minutes: int | None, voice: Localizer) -> str:
    name = clean(outlet, NAME_MAX_CHARS)
    if by_minutes is None or by_minutes <= 0:
        return voice.say("story.first", outlet=name)
    return voice.say("story.first_by", outlet=name, time=voice.span(by_minutes))


def _actions(card: StoryCard, story: str, voice: Localizer) -> list[Json]:
    row: list[Json] = []
    if url := safe_url(card.url):
        row.append(button("pact:open", voice.say("button.open"), story or "–") | {"url": url})
    row.append(button("pact:why", voice.say("button.why"), f"why {story}"))
    row.append(
        {
            "type": "static_select",
            "action_id": "pact:mute",
            "placeholder": {"type": "plain_text", "text": voice.say("button.mute"), "emoji": False},
            "options": [option(voice.say(f"mute.{unit}", n=n), f"mute story {story} for {s}") for unit, n, s in MUTES],
        }
    )
    receipt = option(voice.say("more.receipt"), f"why {story} receipt")
    more = [receipt, option(voice.say("more.list"), "list"), option(voice.say("more.status"), "status")]
    if card.muted_until is not None:
        more.insert(0, option(voice.say("more.unmute"), f"unmute story {story}"))
    row.append({"type": "overflow", "action_id": "pact:more", "options": more})
    return row


def reply_message(card: ReplyCard, voice: Localizer) -> Message:
    """A material change: what kind, the headline, the outlet and the time."""
    what = card.what if card.what in ("official", "second_language", "milestone", "correction") else "other"
    said = voice.say(f"reply.{what}")
    facts = [clean(card.outlet, NAME_MAX_CHARS), *([voice.both(card.published_at)] if card.published_at else [])]
    sheet = MessageBuilder()
    headline = link(card.url, card.headline or voice.say("story.no_headline"))
    sheet.body(rich(f"pact:reply:{clean(card.story, 40)}", section(text(f"{said}: ", bold=True), headline)))
    sheet.foot(context("pact:facts", " · ".join(facts)))
    return sheet.message(f"{said}: {clean(card.headline, HEADLINE_MAX_CHARS)}")
