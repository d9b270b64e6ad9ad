"""``sources`` shows how each outlet is read, and adds an outlet by its address or takes one back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from handlers.requests import Ask
from handlers.verbs.grammar import Line, Token, ends_here, unclear
from handlers.verbs.near_word import unclear_word
from handlers.verbs.verb import Verb

MAX_ADDRESS_CHARS = 1_000
_PAGE = re.compile(r"([1-9][0-9]{0,3})쪽?")
_ADD = frozenset({"add", "추가"})
_REMOVE = frozenset({"remove", "delete", "삭제"})
_ADDRESS = re.compile(r"(?:https?://)?[^\s/@:]+\.[^\s/@:]+\S*", re.IGNORECASE)
_KEY = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Sources(Ask):
    """A request for a page of outlets, or to add or take back one."""

    action: Literal["show", "add", "remove"] = "show"
    value: str = ""
    """The address of the site to add, or the key of the outlet to take back."""
    page: int = 1

    @property
    def changes_channel(self) -> bool:
        """What is read for every channel changes, unless it is only shown."""
        return self.action != "show"

    @property
    def configures(self) -> bool:
        """Outlets are the workspace's, and no setting of a channel."""
        return False

    @property
    def admins_only(self) -> bool:
        """What is read for all is for the workspace's admins to say."""
        return self.action != "show"


def parse(line: Line) -> Ask:
    """``sources``, ``sources 2``, ``sources add https://…``, ``sources remove asiae``."""
    if not line.words:
        return Sources()
    first, rest = line.words[0], line.words[1:]
    if first.word in _ADD:
        return _add(line, first, rest)
    if first.word in _REMOVE:
        if not rest:
            return line.missing("sources_needs_key", line.offer(first.text, "asiae"))
        if not _KEY.fullmatch(rest[0].word):
            return unclear(rest[0], "sources_needs_key", line.offer(first.text, "asiae"), example=True)
        return ends_here(rest[1:], Sources("remove", rest[0].word), line.offer(first.text, rest[0].text))
    page = _PAGE.fullmatch(first.text)
    if page is None:
        if _ADDRESS.fullmatch(first.text):
            return unclear(first, "sources_which", line.offer(line.word_for("add", "추가"), first.text))
        return unclear_word(line, first, "sources_which", _ADD | _REMOVE)
    return ends_here(rest, Sources(page=int(page[1])), line.offer(first.text))


def _add(line: Line, first: Token, rest: tuple[Token, ...]) -> Ask:
    example = line.offer(first.text, "https://www.example.org")
    if not rest:
        return line.missing("sources_needs_address", example)
    address = rest[0].text
    if not _ADDRESS.fullmatch(address) or len(address) > MAX_ADDRESS_CHARS:
        return unclear(rest[0], "sources_needs_address", example, example=True)
    meant = address if "://" in address else f"https://{address}"
    return ends_here(rest[1:], Sources("add", meant), line.offer(first.text, address))


VERB = Verb(
    "sources",
    "출처",
    group="read",
    order=47,
    request=Sources,
    parse=parse,
    korean_words={"add": "추가", "remove": "삭제"},
    also=("source", "매체"),
)
