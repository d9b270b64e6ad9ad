"""Answers to one person: help, why, what was not understood, which sense is meant, are you sure, a notice."""

from __future__ import annotations

import unicodedata
from itertools import groupby

from handlers.blocks.blockkit import (
    HEADLINE_MAX_CHARS,
    NAME_MAX_CHARS,
    QUERY_MAX_CHARS,
    Json,
    actions,
    bullets,
    button,
    carried,
    clean,
    code,
    context,
    header,
    link,
    marked,
    plain,
    preformatted,
    quoted,
    rich,
    section,
    text,
)
from handlers.blocks.channel_cards import subscription_runs
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import Message, MessageBuilder
from handlers.cards.answers import ConfirmCard, ErrorCard, HelpCard, NoticeCard, SenseCard, WhyCard, WhyStage
from handlers.help import VERBS, page_of
from handlers.text.words import has_words, sentence

CARET_BEFORE, CARET_AFTER = 60, 40
CHOICES_SHOWN, NOTES_SHOWN, QUOTES_SHOWN = 10, 8, 5
_SIGN = {True: "✓", False: "✗", None: "–"}


def help_message(card: HelpCard, voice: Localizer) -> Message:
    """Everything that can be typed, grouped and most used first; with a verb, that verb's own page."""
    return _help_verb(card, voice) if card.verb else _help_all(card, voice)


def _help_all(card: HelpCard, voice: Localizer) -> Message:
    sheet = MessageBuilder()
    command = clean(card.command, NAME_MAX_CHARS)
    title = voice.say("help.title")
    sheet.body(header("pact:help", title))
    for group, verbs in groupby(VERBS, key=lambda verb: verb.group):
        pages = [page_of(verb, voice.language) for verb in verbs]
        rows = [[code(f"{command} {page.usage}"), text(f"  {page.about}")] for page in pages]
        heading = section(text(voice.say(f"help.group_{group}"), bold=True))
        sheet.body(rich(f"pact:help:{group}", heading, bullets(rows)))
    more = voice.say("help.more", line=f"{command} {page_of(VERBS[0], voice.language).help_line}")
    unique = voice.say("help.unique", line=f"{command} {VERBS[4].name[:3]}")
    sheet.foot(context("pact:help:more", more, unique, voice.say("help.undo")))
    if offer := carried(card.offer):
        sheet.foot(actions("pact:do", [_run_button(offer, voice)]))
    return sheet.message(title)


def _help_verb(card: HelpCard, voice: Localizer) -> Message:
    page = next((page_of(verb, voice.language) for verb in VERBS if verb.name == card.verb), None)
    if page is None:
        return _help_all(card, voice)
    sheet = MessageBuilder()
    command = clean(card.command, NAME_MAX_CHARS)
    title = f"{command} {page.usage}"
    sheet.body(rich("pact:help:verb", section(code(title)), section(text(page.about))))
    examples = "\n".join(f"{command} {example}" for example in page.examples)
    sheet.body(rich("pact:help:examples", section(text(voice.say("help.examples"), bold=True)), preformatted(examples)))
    sheet.foot(context("pact:help:korean", voice.say("help.korean", word=page.other_word)))
    return sheet.message(title)


def error_message(card: ErrorCard, voice: Localizer) -> Message:
    """One line that names the fix, the line with a caret under what was not understood, and what may be meant."""
    sheet = MessageBuilder()
    note = voice.note(card.note)
    parts = [section(note)]
    if card.position is not None and card.line.strip():
        parts.append(preformatted(caret_lines(card.line, card.position, card.length)))
    nearest = clean(card.nearest or "", QUERY_MAX_CHARS)
    if nearest:
        parts.append(section(text(voice.say("error.nearest", line=voice.line(nearest)))))
    sheet.body(rich("pact:error", *parts))
    small = [] if nearest else [voice.say("error.help", line=voice.hint("help"))]
    if card.reference:
        small = [voice.say("error.reference", reference=clean(card.reference, 60))]
    if small:
        sheet.foot(context("pact:error:small", *small))
    if offer := carried(card.nearest):
        sheet.foot(actions("pact:do", [_run_button(offer, voice)]))
    return sheet.message(note["text"])


def caret_lines(line: str, position: int, length: int) -> str:
    """The part of a line around a token with carets under it; wide letters are two columns, so is what is below."""
    shown = "".join(" " if letter.isspace() else letter for letter in line)
    at = max(0, min(position, len(shown)))
    start = max(0, at - CARET_BEFORE)
    end = min(len(shown), at + max(1, length) + CARET_AFTER)
    before, token = shown[start:at], shown[at : at + max(1, length)]
    lead, tail = ("…" if start else ""), ("…" if end < len(shown) else "")
    gap = "".join("\u3000" if _is_wide(letter) else " " for letter in lead + before)
    marks = "".join("＾" if _is_wide(letter) else "^" for letter in token[: CARET_AFTER * 2]) or "^"
    visible = lead + before + token[: CARET_AFTER * 2] + shown[at + len(token) : end] + tail
    return f"{_visible(visible)}\n{gap}{marks}"


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F")


def _visible(line: str) -> str:
    """The line letter for letter, with a mark for each sign that would not show: the caret must not slip."""
    return "".join(letter if clean(f"a{letter}b", 3) == f"a{letter}b" else "�" for letter in line)


def why_message(card: WhyCard, voice: Localizer) -> Message:
    """An article's way, stage by stage, and what would change it."""
    sheet = MessageBuilder()
    title = voice.say("why.title", subject=clean(card.headline or card.subject, 120))
    sheet.body(header("pact:why:title", title))
    if card.headline:
        sheet.body(rich("pact:why:subject", section(link(card.url or card.subject, card.headline))))
    for number, stage in enumerate(card.stages):
        sheet.body(rich(f"pact:why:{number}", *_stage(stage, voice)))
    if card.change:
        heading = section(text(voice.say("why.change"), bold=True))
        rows = [[voice.note(note)] for note in card.change[:NOTES_SHOWN]]
        sheet.foot(rich("pact:why:change", heading, bullets(rows)))
    return sheet.message(title)


def _stage(stage: WhyStage, voice: Localizer) -> list[Json]:
    key = f"why.{stage.stage}"
    name = voice.say(key) if has_words(key) else clean(stage.stage, NAME_MAX_CHARS)
    head = [text(f"{_SIGN[stage.passed]} {name}", bold=True)]
    if stage.at is not None:
        head.append(text(f"  {voice.both(stage.at)}"))
    if stage.passed is None and not stage.notes:
        head.append(text(f"  {voice.say('why.not_reached')}"))
    if len(stage.notes) == 1:
        head += [text("  "), voice.note(stage.notes[0])]
    parts = [section(*head)]
    if len(stage.notes) > 1:
        parts.append(bullets([[voice.note(note)] for note in stage.notes[:NOTES_SHOWN]]))
    return parts + [quoted(marked(lead)) for lead in stage.quotes[:QUOTES_SHOWN] if lead.text.strip()]


def sense_message(card: SenseCard, voice: Localizer) -> Message:
    """A term of several meanings: each with its own button."""
    title = voice.say("sense.title", term=clean(card.term, NAME_MAX_CHARS))
    sheet = MessageBuilder()
    sheet.body(rich("pact:sense", section(text(title, bold=True))))
    for number, (sense, line) in enumerate(card.choices[:CHOICES_SHOWN]):
        block: Json = {
            "type": "section",
            "block_id": f"pact:sense:{number}",
            "text": plain(sentence(voice.language, sense, {}), HEADLINE_MAX_CHARS),
        }
        if chosen := carried(line):
            block["accessory"] = button(f"pact:run:{number}", voice.say("sense.choose"), chosen)
        sheet.body(block)
        sheet.body(context(f"pact:sense:{number}:line", voice.line(clean(line, QUERY_MAX_CHARS))))
    return sheet.message(title)


def confirm_message(card: ConfirmCard, voice: Localizer) -> Message:
    """A question with one button; doing nothing changes nothing."""
    note = voice.note(card.note)
    sheet = MessageBuilder()
    sheet.body(rich("pact:confirm", section(note)))
    sheet.foot(context("pact:confirm:no", voice.say("confirm.no")))
    if line := carried(card.line):
        sheet.foot(actions("pact:do", [button("pact:run", voice.say("confirm.yes"), line, style="danger")]))
    return sheet.message(note["text"])


def notice_message(card: NoticeCard, voice: Localizer) -> Message:
    """A few sentences, and the subscriptions they speak of."""
    sheet = MessageBuilder()
    notes = [voice.note(note) for note in card.notes[:20]]
    runs = [voice.notes(note) for note in card.notes[:20]] or [[text("–")]]
    sheet.body(rich("pact:notice", *[section(*each) for each in runs]))
    left = sheet.items("pact:notice:sub", [subscription_runs(line, voice) for line in card.lines])
    if left:
        sheet.foot(context("pact:notice:more", f"+{left} · {voice.line('list')}"))
    return sheet.message(notes[0]["text"] if notes else "–")


def _run_button(line: str, voice: Localizer) -> Json:
    label = voice.say("button.run", line=clean(line, 50))
    return button("pact:run", label, line)
