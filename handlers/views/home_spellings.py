"""Renders the admins' part of the home tab on the lexicon: proposed spellings, and buttons for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handlers.blocks.blockkit import Json, actions_block, bullet_list, button, clean, rich_text_block, text_block
from handlers.blocks.localizer import Localizer
from handlers.cards.home import HomeAdmin
from handlers.verbs.lexicon import MAX_SPELLING_CHARS

SPELLINGS_SHOWN = 10
SPELLING_CHARS = 40


def spelling_blocks(admin: HomeAdmin, localizer: Localizer) -> Iterator[Json]:
    """Yields the spellings of the last report; a button is a line that could as well be typed."""
    if admin.aliases:
        yield text_block("pact:home:aliases:title", localizer.text("home.aliases"), bold=True)
        notes = [[localizer.note_run(note)] for note in admin.aliases[:SPELLINGS_SHOWN]]
        yield rich_text_block("pact:home:aliases", bullet_list(notes))
    proposed = [str(note.args.get("spelling", "")) for note in admin.aliases if "toml" in note.args]
    if adding := _that_a_line_holds(proposed):
        yield actions_block("pact:home:aliases:add", _buttons("add", adding, localizer))
    if added := _that_a_line_holds(admin.added):
        yield text_block("pact:home:added:title", localizer.text("home.aliases_added"), bold=True)
        yield actions_block("pact:home:added", _buttons("remove", added, localizer))


def _that_a_line_holds(spellings: Iterable[str]) -> list[str]:
    return [spelling for spelling in spellings if 0 < len(spelling) <= MAX_SPELLING_CHARS][:SPELLINGS_SHOWN]


def _buttons(action: str, spellings: Iterable[str], localizer: Localizer) -> list[Json]:
    """Returns a button for each spelling."""
    return [
        button(
            f"pact:run:lexicon:{action}:{number}",
            localizer.text(f"home.alias_{action}", spelling=clean(spelling, SPELLING_CHARS)),
            f"lexicon {action} {spelling}",
        )
        for number, spelling in enumerate(spellings)
    ]
