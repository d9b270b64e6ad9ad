"""The digest: counts, then each section's stories as links, then the proof that everything was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.blocks.blockkit import (
    HEADLINE_MAX_CHARS,
    NAME_MAX_CHARS,
    QUERY_MAX_CHARS,
    URL_MAX_CHARS,
    Json,
    clean,
    context,
    foreign,
    header,
    link,
    rich,
    section,
    text,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import Message, MessageBuilder, weigh
from handlers.cards.digest import DigestCard, DigestLine, DigestSection

PAGE_CHARS = 8_000
"""What the sections of one page may weigh: the title, the counts and the proof stand beside them."""
BESIDE_CHARS = 400
"""What a line weighs without its linked headline: outlet, time, topics. More than a whole line in its barest form."""
LIST_FRAME_CHARS = 120
"""What a list weighs before its first item."""
COUNTS_SHOWN = 13


@dataclass(frozen=True, slots=True)
class _Form:
    """How much of each story stands on a page."""

    url_max_chars: int
    headline_max_chars: int
    facts_max_chars: int


_FORMS = (
    _Form(URL_MAX_CHARS, HEADLINE_MAX_CHARS, 400),
    _Form(400, HEADLINE_MAX_CHARS, 200),
    _Form(0, 60, 40),
)
"""From the fullest to the barest: what was cut into pages yesterday may have grown since, and all of it must stand."""


def digest_message(card: DigestCard, voice: Localizer) -> Message:
    """One page of a digest; an empty one is the all-clear in one line with its proof.

    Every story of a page stands there, in the fullest form in which all of them fit; what is shown as of now is not
    cut into pages, and says how many did not fit.
    """
    message, left = _message(card, _FORMS[0], voice)
    for form in () if card.preview else _FORMS[1:]:
        if left:
            barer, out = _message(card, form, voice)
            message, left = (barer, out) if out < left else (message, left)
    return message


def _message(card: DigestCard, form: _Form, voice: Localizer) -> tuple[Message, int]:
    """A page in one form, and how many stories found no room."""
    sheet = MessageBuilder()
    title = "digest.title_preview" if card.preview else f"digest.title{_rolled(card)}"
    sheet.body(header("pact:digest", voice.say(title, day=voice.day(card.on), n=card.stories) + _page(card)))
    small = _small(card, voice)
    if small:
        sheet.body(context("pact:digest:counts", " · ".join(small)))
    if card.doubtful:
        sheet.body(context("pact:digest:doubtful", voice.say("digest.doubtful", n=card.doubtful)))
    left = sum(_section(sheet, number, part, card.on, form, voice) for number, part in enumerate(card.sections))
    if not any(part.lines for part in card.sections):
        sheet.body(rich("pact:digest:none", section(text(_nothing(card, voice)))))
    if left:
        more = voice.say("digest.more", n=left, command=voice.line("digest now"))
        sheet.foot(context("pact:digest:more", more))
    sheet.foot(context("pact:digest:proof", voice.proof(card.proof)))
    return sheet.message(first_line(card, voice)), left


def first_line(card: DigestCard, voice: Localizer) -> str:
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


def _nothing(card: DigestCard, voice: Localizer) -> str:
    """The all-clear, which owns up to what was posted meanwhile."""
    return voice.say("digest.empty_alerted", n=card.alerted) if card.alerted else voice.say("digest.empty")


def line_chars(headline: str, url: str) -> int:
    """What a story's line weighs on a page, about; never less than in its barest form."""
    return weigh(link(url, headline)) + BESIDE_CHARS


def heading_chars(query: str) -> int:
    """What a section's heading weighs on a page, with the list that follows it; ``query`` may be empty."""
    return weigh(rich("pact:digest:99", section(foreign(query, QUERY_MAX_CHARS, bold=True)))) + LIST_FRAME_CHARS


def story_line(line: DigestLine, voice: Localizer, on: date | None = None, form: _Form = _FORMS[0]) -> list[Json]:
    """One story of a list: linked headline, outlet and time, how many articles, topics where the language differs."""
    facts = [clean(line.outlet, NAME_MAX_CHARS)]
    if line.published_at is not None:
        facts.append(voice.on(line.published_at, on))
    if line.articles > 1:
        facts.append(voice.say("digest.articles", n=line.articles))
    if line.headline_language != voice.language and line.topics:
        facts.append(voice.topics(line.topics, 4))
    said = " — " + clean(" · ".join(fact for fact in facts if fact), form.facts_max_chars)
    words = line.headline or voice.say("story.no_headline")
    linked = link(line.url, words, form.headline_max_chars)
    if len(linked.get("url", "")) > form.url_max_chars:
        linked = foreign(words, form.headline_max_chars)
    return [linked, text(said), text(f" · {clean(line.story, 20)}")]


def _page(card: DigestCard) -> str:
    return f" ({card.page}/{card.pages})" if card.pages > 1 else ""


def _small(card: DigestCard, voice: Localizer) -> list[str]:
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


def _section(sheet: MessageBuilder, number: int, part: DigestSection, on: date, form: _Form, voice: Localizer) -> int:
    """Adds a section's heading and stories; says how many did not fit."""
    if not part.lines:
        return 0
    if not sheet.body(_heading(number, part, voice)):
        return len(part.lines)
    return sheet.items(f"pact:digest:{number}", [story_line(line, voice, on, form) for line in part.lines])


def _heading(number: int, part: DigestSection, voice: Localizer) -> Json:
    if part.doubtful:
        return rich(f"pact:digest:{number}", section(text(voice.say("digest.doubtful_heading"), bold=True)))
    runs = [foreign(part.query or voice.say("digest.everything"), QUERY_MAX_CHARS, bold=True)]
    if part.subscription:
        runs.append(text(f"  {clean(part.subscription, 20)}"))
    return rich(f"pact:digest:{number}", section(*runs))
