"""Finds the kind of document that is signed: a memorandum, an agreement, a treaty, a declaration, a contract."""

from __future__ import annotations

import re

_LATIN = {
    "mou": r"mous?|memorand(?:um|a) of (?:understanding|cooperation)",
    "agreement": r"agreements?",
    "treaty": r"treat(?:y|ies)",
    "declaration": r"joint (?:statement|declaration)",
    "intent": r"letters? of intent",
    "contract": r"contracts?",
}
_HANGUL = {
    "mou": r"양해 ?각서|업무 ?협약서?",
    "agreement": r"협정(?:문|서)?",
    "treaty": r"조약",
    "declaration": r"공동 ?(?:성명|선언)(?:문|서)?",
    "intent": r"의향서",
    "contract": r"계약서?",
}
INSTRUMENTS = tuple(_LATIN)
_NAMED = {kind: re.compile(rf"(?<![a-z])(?:{_LATIN[kind]})(?![a-z])|{_HANGUL[kind]}") for kind in INSTRUMENTS}
"""A Hangul word also stands at the end of a compound: 기술번영협정."""
_REACH = 60
_LONGEST_VERB = 9
_SIGNED_BEFORE = re.compile(
    rf"\b(?:sign(?:s|ed|ing)?|ink(?:s|ed)?|seal(?:s|ed)?|conclud(?:es?|ed))\b[^.;:,\n]{{0,{_REACH}}}$"
)
_SIGNED_BEHIND = re.compile(
    r"(?: ?\([^)\n]{1,40}\))?[을를에]? ?(?:[가-힣]{1,6} )?(?:서명|체결|조인|맺)"
    r"| (?:(?:was|were|is|are|to be|has been) )?(?:signed|inked|sealed|concluded)\b"
)


def instrument_of(head: str) -> str | None:
    """Returns the kind of the document that is signed, where a folded headline and lead name only one kind."""
    named = [kind for kind in INSTRUMENTS if _NAMED[kind].search(head)]
    return named[0] if len(named) == 1 and _is_signed(head, _NAMED[named[0]]) else None


def _is_signed(head: str, instrument: re.Pattern[str]) -> bool:
    return any(
        _SIGNED_BEFORE.search(head, max(0, match.start() - _REACH - _LONGEST_VERB), match.start())
        or _SIGNED_BEHIND.match(head, match.end())
        for match in instrument.finditer(head)
    )
