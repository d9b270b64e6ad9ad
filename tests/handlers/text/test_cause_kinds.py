"""A raw message of a failure has a kind, which is said in the reader's language with the message as its detail."""

from __future__ import annotations

import pytest

from handlers.blocks.localizer import Localizer
from handlers.cards.texts import Note
from handlers.text.cause_kinds import CAUSE_KINDS, cause_kind
from handlers.text.words import LANGUAGES, NO_NAMES, has_key, localized
from scrapers.errors import BadStatus, Paywalled

MESSAGES = {
    "gone": "HTTP 404",
    "paid": "readers pay for its text",
    "forbidden": "HTTP 403",
    "throttled": "HTTP 429",
    "site_fault": "HTTP 503",
    "robots": "robots.txt forbids it",
    "private": "intranet resolves to 10.0.0.1, which is not a public address",
    "unknown_host": "its name could not be resolved",
    "certificate": "TLS failed: CERTIFICATE_VERIFY_FAILED",
    "timeout": "no complete answer within 30 s",
    "no_answer": "no answer: Connection reset by peer",
    "redirect": "redirects from https to http",
    "switched_off": "herald is switched off: by terms",
    "charset": "the text is in an unknown charset",
    "too_big": "the answer is larger than 5000000 bytes",
    "not_understood": "is no feed: its root is <html>",
    "status": "HTTP 302",
}


def test_every_kind_has_a_message() -> None:
    assert tuple(MESSAGES) == CAUSE_KINDS
    assert {message: cause_kind(message) for message in MESSAGES.values()} == {
        message: kind for kind, message in MESSAGES.items()
    }
    assert cause_kind("something else happened") is None
    assert cause_kind(Paywalled("https://x.example/").problem) == "paid"
    assert cause_kind(BadStatus("https://x.example/", 410).problem) == "gone"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_is_said(language: str) -> None:
    assert all(has_key(f"cause_kind.{kind}") and localized(language, f"cause_kind.{kind}") for kind in CAUSE_KINDS)


@pytest.mark.parametrize(
    ("why", "korean", "english"),
    [
        ("HTTP 404", "페이지가 없음(“HTTP 404”)", "HTTP 404"),
        ("the hub sent 3 things", "“the hub sent 3 things”", "the hub sent 3 things"),
        ("invalid_blocks", "invalid_blocks", "invalid_blocks"),
        ("약관이 허용하지 않음", "약관이 허용하지 않음", "약관이 허용하지 않음"),
        ("", "이유 미상", "reason unknown"),
    ],
)
def test_a_cause_is_in_the_readers_language(why: str, korean: str, english: str) -> None:
    note = Note("outlet_failing", {"outlet": "한빛", "since": "09:00", "why": why})
    for language, meant in (("ko", korean), ("en", english)):
        assert Localizer(language, NO_NAMES, "/pact").note_run(note)["text"].endswith(f": {meant}")
