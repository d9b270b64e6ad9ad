"""Every sentence of the locale files in both languages, with its placeholders filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handlers.text.words import LANGUAGES, PLACEHOLDER, fill_placeholders, sentences

VALUES: Mapping[str, Mapping[str, str]] = {
    "en": {"line": "/pact status", "command": "/pact", "when": "08:30 KST", "since": "02:10 KST", "until": "08:30 KST"},
    "ko": {"line": "/pact 상태", "command": "/pact", "when": "08:30 KST", "since": "02:10 KST", "until": "08:30 KST"},
}
SAME: Mapping[str, str] = {
    "story": "ST91",
    "other": "ST92",
    "id": "S12",
    "outlet": "Pacific Wire",
    "host": "www.example.com",
    "url": "https://www.example.com/feed",
    "headline": "6G 시험",
    "at": "08:30",
    "start": "22:00",
    "end": "07:00",
    "zone": "Asia/Seoul",
    "query": "quantum",
}
NUMBER = "3"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One key with its sentence by language."""

    key: str
    text: Mapping[str, str]


def all_sentences() -> Iterator[Sentence]:
    """Yields every sentence in the order of the English files."""
    for key, pattern in sentences("en").items():
        names = {match[1] for match in PLACEHOLDER.finditer(pattern)}
        text = {
            language: fill_placeholders(sentences(language)[key], _arguments(language, names)) for language in LANGUAGES
        }
        yield Sentence(key, text)


def _arguments(language: str, names: set[str]) -> dict[str, str]:
    own = VALUES[language]
    return {name: own.get(name) or SAME.get(name, NUMBER) for name in names}
