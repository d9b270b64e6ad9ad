"""A file that was not sent is named, with those that were: asking again sends them all."""

from __future__ import annotations

import pytest

from handlers.blocks.localizer import Localizer
from handlers.cards.file import FileToSend
from handlers.errors import MessageRejected, OutcomeUnknown, PostError
from handlers.respond import unsent_note
from handlers.text.words import NO_NAMES

FILES = (FileToSend("a.csv", "a.csv", b""), FileToSend("a.png", "a.png", b""))


@pytest.mark.parametrize(
    ("error", "sent", "code"),
    [
        (MessageRejected("x"), (), "file_not_sent"),
        (MessageRejected("user_not_found"), (), "file_never"),
        (OutcomeUnknown("x"), (), "file_unknown"),
        (OutcomeUnknown("not_connected"), (), "file_not_sent"),
        (MessageRejected("x"), ("a.csv",), "file_not_sent_part"),
        (OutcomeUnknown("x"), ("a.csv",), "file_unknown_part"),
    ],
)
def test_what_was_sent_and_what_was_not_is_said(error: PostError, sent: tuple[str, ...], code: str) -> None:
    note = unsent_note(error, FILES, sent, "heat 7d file")
    assert note.code == code
    for language in ("ko", "en"):
        said = Localizer(language, NO_NAMES, "/pact").note_run(note)["text"]
        assert ("a.png" in said, "a.csv" in said) == (bool(sent), bool(sent))
