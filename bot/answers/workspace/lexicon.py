"""Answers ``lexicon``: adds a proposed spelling, says what was missed without it, or takes it back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.workspace.proposed_spellings import reported
from bot.answers.workspace.workspace_change import record_for_all
from bot.deliveries.cards_from_rows import outlet_name
from bot.deliveries.linked_stories import stories_as_seen
from bot.matching.scan import Scanner
from bot.model import DUPLICATE, Mention, Page, StoredArticle, story_id
from bot.store import articles, lexicon_additions, mentions, sentences
from bot.store.engine import Connection
from bot.store.lexicon_additions import LexiconAddition
from bot.store.sentences import StoredText
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.lexicon import ChangeLexicon
from settings.errors import BadLexicon
from settings.lexicon import Lexicon, load_with

LOOK_BACK = timedelta(days=7)
STORIES_SHOWN = 5


@answers(ChangeLexicon)
async def change_lexicon(context: AnswerContext, requester: Requester, ask: ChangeLexicon) -> Shown:
    """Adds a spelling that a report proposed, or takes one back; nothing is alerted about older articles."""
    if ask.action == "remove":
        return await _remove(context, requester, ask.spelling)
    now, args = context.now(), {"spelling": ask.spelling}
    async with context.store.read() as c:
        added = {row.spelling for row in await lexicon_additions.present(c)}
        proposed = _proposed(await reported(c, requester.asker.team, now))
    if ask.spelling in added:
        return requester.error("lexicon_known", args, about=ask.spelling)
    proposal = proposed.get(ask.spelling)
    if proposal is None:
        return requester.error("lexicon_not_proposed", args, about=ask.spelling)
    toml, topic = str(proposal["toml"]), str(proposal["topics"])
    lexicon = await asyncio.to_thread(_lexicon_with, context.lexicon_path, toml)
    if lexicon is None:
        return requester.error("lexicon_refused", args)
    async with context.store.read() as c:
        missed = await _missed(c, context, lexicon, topic, ask.spelling)
        notes = await _missed_notes(c, context, requester.asker.team, missed)
    async with context.store.begin() as c:
        await lexicon_additions.save(c, LexiconAddition(ask.spelling, topic, toml, requester.asker.user, now))
        await record_for_all(c, context, requester, "spelling_added", args)
    done = (Note("lexicon_added", {**args, "topics": topic}), Note("lexicon_soon"))
    undo = Note("own_undo", {"line": f"lexicon remove {ask.spelling}"})
    return replace(requester.shown(NoticeCard((*done, *notes, undo))), changed=True)


async def _remove(context: AnswerContext, requester: Requester, spelling: str) -> Shown:
    args = {"spelling": spelling}
    async with context.store.begin() as c:
        if spelling not in {row.spelling for row in await lexicon_additions.present(c)}:
            return requester.error("lexicon_not_added", args, about=spelling)
        await lexicon_additions.remove(c, spelling, context.now())
        await record_for_all(c, context, requester, "spelling_removed", args)
    again = Note("own_undo", {"line": f"lexicon add {spelling}"})
    return replace(requester.shown(NoticeCard((Note("lexicon_removed", args), again))), changed=True)


def _proposed(reports: Sequence[tuple[Note, ...]]) -> dict[str, Mapping[str, object]]:
    """Returns the proposals by spelling; reports of an older version lack the entry that would be added."""
    return {
        str(note.args["spelling"]): note.args for report in reversed(reports) for note in report if "toml" in note.args
    }


def _lexicon_with(path: Path | None, toml: str) -> Lexicon | None:
    """Returns the lexicon with one addition; None where it does not fit the present file."""
    try:
        return load_with(path, [toml])
    except BadLexicon:
        return None


async def _missed(
    c: Connection, context: AnswerContext, lexicon: Lexicon, topic: str, spelling: str
) -> list[StoredArticle]:
    """Returns the articles of the last days that name the topic by the new lexicon alone, as far as they are stored."""
    texts = await sentences.texts_since(c, context.now() - LOOK_BACK)
    with_it = {text.article: text for text in await asyncio.to_thread(_with_spelling, texts, spelling)}
    rows = [row for row in await articles.some(c, list(with_it)) if row.suspect != DUPLICATE]
    known = await mentions.mentions_of(c, [row.id for row in rows])
    new = [row for row in rows if not names(known.get(row.id, ()), topic)]
    pages = [_page(row, with_it[row.id]) for row in new]
    named = await asyncio.to_thread(_naming, lexicon, topic, pages)
    return [row for row, is_named in zip(new, named, strict=True) if is_named]


def names(mentions_of_article: Sequence[Mention], topic: str) -> bool:
    """Returns whether the topic is named, and not only in passing."""
    return any(mention.topic == topic and not mention.passing for mention in mentions_of_article)


def _with_spelling(texts: Sequence[StoredText], spelling: str) -> list[StoredText]:
    """Returns the texts that have these letters anywhere, so that only few are read by the whole lexicon."""
    letters = spelling.casefold()
    return [text for text in texts if any(letters in sentence.casefold() for sentence in text.sentences)]


def _page(row: StoredArticle, text: StoredText) -> Page:
    return Page(row.headline, "\n".join(text.sentences[1:]), row.language)


def _naming(lexicon: Lexicon, topic: str, pages: Sequence[Page]) -> list[bool]:
    scanner = Scanner(lexicon, frozenset()) if pages else None
    return [scanner is not None and names(scanner.read(page).mentions, topic) for page in pages]


async def _missed_notes(
    c: Connection, context: AnswerContext, team: str, missed: Sequence[StoredArticle]
) -> tuple[Note, ...]:
    """Returns how many articles were missed, and the stories of the newest."""
    if not missed:
        return (Note("lexicon_missed_none"),)
    numbers = {row.story for row in missed if row.story is not None}
    story_of = {number: seen.story for seen in await stories_as_seen(c, team, numbers) for number in seen.ids}
    lines: dict[object, Note] = {}
    for row in reversed(missed):
        story = story_of.get(row.story) if row.story is not None else None
        args = {"headline": row.headline, "outlet": outlet_name(context.outlets, row.outlet)}
        if story is None:
            lines[row.url] = Note("lexicon_missed_article", args)
        else:
            lines.setdefault(story.id, Note("lexicon_missed_story", {**args, "story": story_id(story.id)}))
    shown = tuple(lines.values())[:STORIES_SHOWN]
    more = (Note("lexicon_missed_more", {"n": str(len(lines) - len(shown))}),) if len(lines) > len(shown) else ()
    return (Note("lexicon_missed", {"n": str(len(missed))}), *shown, *more)
