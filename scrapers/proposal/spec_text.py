"""Writes a proposed spec as TOML with comments that say what was seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SpecFacts:
    """The values of a proposed spec, and what its comments say."""

    name: str
    home: str
    language: str
    timezone: str
    every_minutes: int
    kind: str
    hosts: tuple[str, ...]
    source_kind: str
    source_url: str
    verified_on: date
    article_id: str | None = None
    keep_params: tuple[str, ...] = ()
    reads_pages: bool = True
    whole_text: bool = False
    head: tuple[str, ...] = ()
    """Sentences at the head of the file."""
    zone_note: str = ""
    pages_note: str = ""
    other_sources: tuple[tuple[str, str, str], ...] = ()
    """Kind, address and what was seen of sources that are not read."""


def spec_text(facts: SpecFacts) -> str:
    """Returns the text of the spec file."""
    return "\n".join(_lines(facts)) + "\n"


def _lines(facts: SpecFacts) -> Iterator[str]:
    yield from (_comment(sentence) for sentence in facts.head)
    yield f"name = {quoted(facts.name)}"
    yield f"home = {quoted(facts.home)}"
    yield f"language = {quoted(facts.language)}"
    yield _noted(f"timezone = {quoted(facts.timezone)}", facts.zone_note)
    yield f"every_minutes = {facts.every_minutes}"
    yield f"kind = {quoted(facts.kind)}"
    yield f"hosts = {_list(facts.hosts)}"
    if facts.article_id is not None:
        yield f"article_id = {_pattern(facts.article_id)}"
    if facts.keep_params:
        yield f"keep_params = {_list(facts.keep_params)}"
    if not facts.reads_pages:
        yield _noted("pages = false", f"{facts.pages_note}; [[page]] may name what to read")
    yield "text_allowed = false  # until its terms are read and clearly allow it"
    yield f"verified_on = {facts.verified_on.isoformat()}"
    yield from ("", "[[source]]", f"kind = {quoted(facts.source_kind)}", f"url = {quoted(facts.source_url)}")
    if facts.whole_text:
        yield "whole_text = true  # the article that was compared with its page had all of it"
    for kind, url, seen in facts.other_sources:
        yield from ("", _comment(seen), "# [[source]]", f"# kind = {quoted(kind)}", f"# url = {quoted(url)}")
    if facts.reads_pages and facts.pages_note:
        yield from ("", _comment(f"{facts.pages_note}; name what to read:"))
        yield from ("# [[page]]", '# title = "h1"', '# body = ".article p"')


def quoted(text: str) -> str:
    """Returns a text as a TOML string of one line."""
    return json.dumps(one_line(text), ensure_ascii=False)


def one_line(text: str) -> str:
    """Returns outside text without any character that could end a line or change a terminal."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _comment(sentence: str) -> str:
    return f"# {one_line(sentence)}"


def _noted(line: str, note: str) -> str:
    return f"{line}  # {one_line(note)}" if note else line


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, values))}]"


def _pattern(pattern: str) -> str:
    """Returns a regular expression between single quotes, in which TOML changes nothing."""
    return f"'{pattern}'" if "'" not in pattern and pattern.isprintable() else quoted(pattern)
