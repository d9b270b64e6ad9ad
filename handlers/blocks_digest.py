"""The digest: counts, then each section's stories as links, then the proof that everything was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from handlers.cards import DigestCard, DigestLine, DigestSection
from handlers.rich import (
    NAME_MAX_CHARS,
    QUERY_MAX_CHARS,
    Json,
    bullets,
    clean,
    context,
    foreign,
    header,
    link,
    rich,
    section,
    text,
)
from handlers.sheet import Message, Sheet, weigh
from handlers.voice import Voice, voice_for
from handlers.words import NO_NAMES, Names

PAGE_CHARS = 8_000
"""What the sections of one page may weigh: the title, the counts and the proof stand beside them."""
PAGE_LINES = 25
BLOCK_FRAME_CHARS = 90
"""What a list weighs before its first item."""
COUNTS_SHOWN = 13


def digest_message(card: DigestCard, voice: Voice) -> Message:
    """One page of a digest; an empty one is the all-clear in one line with its proof."""
    first = first_line(card, voice)
    sheet = Sheet()
    title = "digest.title_preview" if card.preview else f"digest.title{_rolled(card)}"
    sheet.body(header("pact:digest", voice.say(title, day=voice.day(card.on), n=card.stories) + _page(card)))
    small = _small(card, voice)
    if small:
        sheet.body(context("pact:digest:counts", " · ".join(small)))
    left = sum(_section(sheet, number, part, card.on, voice) for number, part in enumerate(card.sections))
    if not any(part.lines for part in card.sections):
        sheet.body(rich("pact:digest:none", section(text(_nothing(card, voice)))))
    if left:
        more = voice.say("digest.more", n=left, command=voice.line("digest now"))
        sheet.foot(context("pact:digest:more", more))
    sheet.foot(context("pact:digest:proof", voice.proof(card.proof)))
    return sheet.message(first)


def first_line(card: DigestCard, voice: Voice) -> str:
    """What a notification shows of a digest."""
    if not card.stories:
        return f"{_nothing(card, voice)} {voice.proof(card.proof)}"
    if rolled := _rolled(card):
        return voice.say(f"digest.title{rolled}", day=voice.day(card.on), n=card.stories) + _page(card)
    many = {"page": card.page, "pages": card.pages} if card.pages > 1 else {}
    key = "digest.first_line_page" if many else "digest.first_line"
    return voice.say(key, day=voice.day(card.on), n=card.stories, **many)


def _rolled(card: DigestCard) -> str:
    """What the keys of a roll-up end in; nothing for a digest."""
    return f"_{card.rolled}" if card.rolled in ("quiet", "burst") else ""


def _nothing(card: DigestCard, voice: Voice) -> str:
    """The all-clear, which owns up to what was posted meanwhile."""
    return voice.say("digest.empty_alerted", n=card.alerted) if card.alerted else voice.say("digest.empty")


def cut_digest(card: DigestCard, language: str, names: Names = NO_NAMES) -> tuple[DigestCard, ...]:
    """A digest as the pages that each fit one message: every story on exactly one page, sections kept in order."""
    voice = voice_for(language, card.zone, names)
    pages: list[list[DigestSection]] = [[]]
    used = lines = 0
    for number, part in enumerate(card.sections):
        pages[-1].append(replace(part, lines=()))
        heading = weigh(_heading(number, part, voice)) + BLOCK_FRAME_CHARS
        used += heading
        for line in part.lines:
            weight = weigh(bullets([story_line(line, voice, card.on)]))
            if lines and (used + weight > PAGE_CHARS or lines >= PAGE_LINES):
                pages.append([replace(part, lines=())])
                used, lines = heading, 0
            pages[-1][-1] = replace(pages[-1][-1], lines=(*pages[-1][-1].lines, line))
            used, lines = used + weight, lines + 1
    kept = [_filled(page) for page in pages]
    return tuple(replace(card, sections=each, page=n, pages=len(kept)) for n, each in enumerate(kept, start=1))


def _filled(page: Iterable[DigestSection]) -> tuple[DigestSection, ...]:
    return tuple(part for part in page if part.lines)


def story_line(line: DigestLine, voice: Voice, on: date | None = None) -> list[Json]:
    """One story of a list: linked headline, outlet and time, how many articles, topics where the language differs."""
    facts = [clean(line.outlet, NAME_MAX_CHARS)]
    if line.published_at is not None:
        facts.append(voice.on(line.published_at, on))
    if line.articles > 1:
        facts.append(voice.say("digest.articles", n=line.articles))
    if line.headline_language != voice.language and line.topics:
        facts.append(voice.topics(line.topics, 4))
    facts.append(clean(line.story, 20))
    headline = link(line.url, line.headline or voice.say("story.no_headline"))
    return [headline, text(" — " + " · ".join(fact for fact in facts if fact))]


def _page(card: DigestCard) -> str:
    return f" ({card.page}/{card.pages})" if card.pages > 1 else ""


def _small(card: DigestCard, voice: Voice) -> list[str]:
    """The line under the title: how late, since when, counts by sector."""
    parts = [voice.say("digest.late")] if card.late else []
    if card.since_at is not None:
        parts.append(voice.say("digest.since", when=voice.moment(card.since_at)))
    if card.stories:
        parts.append(voice.say("digest.stories", n=card.stories))
        if card.alerted:
            parts.append(voice.say("digest.alerted", n=card.alerted))
    shown = [(voice.topics((sector,)), n) for sector, n in card.counts[:COUNTS_SHOWN]]
    return parts + [f"{name} {n:,}" for name, n in shown if name]


def _section(sheet: Sheet, number: int, part: DigestSection, on: date, voice: Voice) -> int:
    """Adds a section's heading and stories; says how many did not fit."""
    if not part.lines:
        return 0
    if not sheet.body(_heading(number, part, voice)):
        return len(part.lines)
    return sheet.items(f"pact:digest:{number}", [story_line(line, voice, on) for line in part.lines])


def _heading(number: int, part: DigestSection, voice: Voice) -> Json:
    runs = [foreign(part.query or voice.say("digest.everything"), QUERY_MAX_CHARS, bold=True)]
    if part.subscription:
        runs.append(text(f"  {clean(part.subscription, 20)}"))
    return rich(f"pact:digest:{number}", section(*runs))
