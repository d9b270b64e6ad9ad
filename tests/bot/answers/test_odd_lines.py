"""Lines with odd numbers, addresses and characters are answered, never with an internal error."""

from __future__ import annotations

import pytest

from handlers.blocks.answer_cards import error_message
from handlers.blocks.localizer import localizer_for
from handlers.cards.answers import ErrorCard
from handlers.unwrap import unwrap
from handlers.verbs.registry import all_verbs, korean_line
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT

ODD = (
    *("²", "ST²", "ST1²", "S²", "#²", "٣d", "²d", "99999d", "²:30", "ST0", "ST1234567890", "9" * 30, f"ST{'9' * 30}"),
    *("https://[::1", "https://[::1]/a", "https://a.kr:99999/", "https://", "://", "http://\x00", "\ud800", "\u202e"),
    *("min ² outlets", "quantum min ² outlets", "quantum min 0000000051 outlets", "quantum at ٠٨:٣٠", "quantum for ²d"),
    *("severity:²", "who:²", "(((", '"', "- -", "tz ²", "in #", "in #²", "quantum in #C²", "for me", "now ²", "all ²"),
    *("story ²", "outlet ²", "outlet \u0000", "story ST1 ²h", "outlet herald ²h", "22:00-²", "²-²", "-", "~", "ﷺ", "İ"),
)


@pytest.mark.parametrize("verb", [word for verb in all_verbs() for word in (verb.name, verb.korean)])
async def test_an_odd_line_is_answered(harness: BotHarness, verb: str) -> None:
    for rest in ODD:
        card = await harness.ask(unwrap(f"{verb} {rest}"))
        assert card is not None
        if isinstance(card, ErrorCard):
            assert card.note.code != "internal"


@pytest.mark.parametrize(
    ("line", "is_example"),
    [
        *(
            (line, True)
            for line in ("mute for 3d", "mute ST1", "mute ST1 91d", "mute ST1 for ever", "subscribe", "story abc")
        ),
        *(
            (line, True)
            for line in ("digest sometimes", "quiet 22:00-22:00", "digest off x", "subscribe pact as daily for 3y")
        ),
        *((line, True) for line in ("subscribe pact as daily at 25:00", "subscribe pact as daily in policy")),
        *((line, False) for line in ("unsubscribe", "why ST1 recept", "unsubscribee S1")),
        *((line, False) for line in ("subscribe quantum as dayly", "status 91d")),
    ],
)
async def test_a_button_runs_no_line_with_a_value_that_nobody_typed(
    harness: BotHarness, line: str, is_example: bool
) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert card.nearest
    assert card.example is is_example
    message = error_message(card, localizer_for("en", "Asia/Seoul"))
    assert ("pact:run" in str(message.blocks)) is not is_example


@pytest.mark.parametrize("korean", [False, True])
@pytest.mark.parametrize(
    ("line", "typed"),
    [
        *(
            (f"{verb} {rest}", "ST999")
            for verb, rest in (
                ("story", "ST999"), ("merge", "ST1 ST999"), ("split", "ST999 2"), ("share", "ST999"),
                ("feedback", "ST999"), ("mute", "ST999 3d"), ("unmute", "ST999"), ("why", "ST999"),
            )
        ),
        *((f"{verb} S999{rest}", "S999") for verb, rest in (("unsubscribe", ""), ("edit", " ai"), ("mute", " 3d"))),
        ("undo 999", "999"),
        ("lexicon add 크래치", "크래치"),
    ],
)  # fmt: skip
async def test_an_id_that_nothing_has_is_marked_and_nothing_else_is_offered(
    harness: BotHarness, line: str, typed: str, korean: bool
) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    card = await harness.ask(korean_line(line) if korean else line, standing="admin")
    assert isinstance(card, ErrorCard)
    assert card.position is not None
    assert card.line[card.position : card.position + card.length] == typed
    assert not card.nearest, "nobody meant another story or subscription"
    assert "/pact help lists" not in error_message(card, localizer_for("en", "Asia/Seoul")).plain


@pytest.mark.parametrize(
    ("line", "is_listed"),
    [("zzyzx", True), ("statsu", False), ("undo x", False), ("undo 99", False), ("share ST1 in #general", False)],
)
async def test_help_is_named_where_a_refusal_has_no_nearer_cure(
    harness: BotHarness, line: str, is_listed: bool
) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    shown = error_message(card, localizer_for("en", "Asia/Seoul")).plain
    assert ("/pact help lists" in shown) is is_listed
