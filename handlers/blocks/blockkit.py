"""Pieces of Block Kit from foreign text: cleaned, bounded, and put where Slack parses nothing.

Foreign text stands in rich_text and plain_text elements only; where a fallback text needs mrkdwn, exactly & < > are
escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote as percent
from urllib.parse import urlsplit

from handlers.cards.texts import Lead, Span

Json = dict[str, Any]

HEADLINE_MAX_CHARS, NAME_MAX_CHARS, QUERY_MAX_CHARS, LEAD_MAX_CHARS, NOTE_MAX_CHARS = 250, 80, 200, 300, 600
URL_MAX_CHARS = 1_500
BUTTON_MAX_CHARS, OPTION_MAX_CHARS, VALUE_MAX_CHARS = 75, 75, 2_000
HEADER_MAX_CHARS = 150

_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls, bidi overrides and isolates, invisible signs, lone surrogates and tags."""
_BLANKS = re.compile(r"\s+")
_BREAKS = re.compile(r"[^\S ]")
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{1,30}")


def clean(text: str, max_chars: int = NOTE_MAX_CHARS) -> str:
    """A foreign string on one line, without invisible signs, cut with an ellipsis if it is too long."""
    line = _BLANKS.sub(" ", _DROPPED.sub("", text[: max_chars * 4])).strip()
    return line if len(line) <= max_chars else line[: max_chars - 1].rstrip() + "…"


def carried(line: str | None) -> str:
    """A line as a button can carry it: without invisible signs; empty when there is none or it is too long."""
    value = _BREAKS.sub(" ", _DROPPED.sub("", line or "")).strip()
    return value if len(value) <= VALUE_MAX_CHARS else ""


def escape(text: str) -> str:
    """Exactly & < > for mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe_url(url: str | None) -> str | None:
    """An http(s) address that can stand in a link, or None: nothing else is ever linked."""
    if not url or _DROPPED.search(url) or len(url) > URL_MAX_CHARS:
        return None
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
        netloc = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in netloc:
        return None
    done = percent(parts._replace(netloc=netloc).geturl(), safe="!#$%&'()*+,-./:;=?@[]_~")
    return done if len(done) <= URL_MAX_CHARS else None


def text(value: str, *, bold: bool = False, italic: bool = False, code: bool = False) -> Json:
    """A run of text; whoever calls has cleaned what is foreign in it."""
    style = {name: True for name, on in (("bold", bold), ("italic", italic), ("code", code)) if on}
    return {"type": "text", "text": value, **({"style": style} if style else {})}


def foreign(value: str, max_chars: int = NOTE_MAX_CHARS, *, bold: bool = False) -> Json:
    """A run of foreign text."""
    return text(clean(value, max_chars), bold=bold)


def code(value: str, max_chars: int = QUERY_MAX_CHARS) -> Json:
    """What can be typed, set as code."""
    return text(clean(value, max_chars), code=True)


def link(url: str | None, label: str, max_chars: int = HEADLINE_MAX_CHARS, *, bold: bool = False) -> Json:
    """A link with a foreign label; plain text where the address cannot be linked."""
    address, words = safe_url(url), clean(label, max_chars)
    if address is None:
        return text(words, bold=bold)
    return {"type": "link", "url": address, "text": words or clean(address, 60)} | (
        {"style": {"bold": True}} if bold else {}
    )


def user(user_id: str) -> Json:
    """A person by id; the bare words if it is no id."""
    return {"type": "user", "user_id": user_id} if _USER.fullmatch(user_id) else foreign(user_id, NAME_MAX_CHARS)


def channel(channel_id: str) -> Json:
    """A channel by id; the bare words if it is no id."""
    if _CHANNEL.fullmatch(channel_id):
        return {"type": "channel", "channel_id": channel_id}
    return foreign(channel_id, NAME_MAX_CHARS)


def marked(lead: Lead, max_chars: int = LEAD_MAX_CHARS) -> list[Json]:
    """A sentence with its matches in bold; when it is long, the part around the first match."""
    start, end = _window(lead, max_chars)
    runs: list[Json] = [text("…")] if start else []
    at = start
    for span in _ordered(lead.bold, start, end):
        runs += [_run(lead.text[at : span.start], False), _run(lead.text[span.start : span.end], True)]
        at = span.end
    runs.append(_run(lead.text[at:end], False))
    if end < len(lead.text):
        runs.append(text("…"))
    return solid(runs)


def _window(lead: Lead, max_chars: int) -> tuple[int, int]:
    if len(lead.text) <= max_chars:
        return 0, len(lead.text)
    first = min((span.start for span in lead.bold if 0 <= span.start < len(lead.text)), default=0)
    start = max(0, min(first - max_chars // 3, len(lead.text) - max_chars))
    return start, start + max_chars


def _ordered(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The spans inside a window, in order, cut so that none overlaps the one before."""
    kept: list[Span] = []
    at = start
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        begin, stop = max(span.start, at), min(span.end, end)
        if begin < stop:
            kept.append(Span(begin, stop))
            at = stop
    return kept


def _run(piece: str, bold: bool) -> Json:
    """Like ``foreign``, but blanks at the edges stay: they part it from its neighbours."""
    return text(_BLANKS.sub(" ", _DROPPED.sub("", piece)), bold=bold)


def solid(runs: Sequence[Json]) -> list[Json]:
    """The runs without empty ones, which Slack refuses."""
    return [run for run in runs if run["type"] != "text" or run["text"]]


def section(*runs: Json) -> Json:
    """A paragraph."""
    return {"type": "rich_text_section", "elements": solid(runs) or [text(" ")]}


def quoted(runs: Sequence[Json]) -> Json:
    """A quotation."""
    return {"type": "rich_text_quote", "elements": solid(runs) or [text(" ")]}


def preformatted(lines: str) -> Json:
    """Lines in fixed width."""
    return {"type": "rich_text_preformatted", "elements": [text(lines or " ")]}


def bullets(items: Sequence[Sequence[Json]]) -> Json:
    """A bulleted list."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(*item) for item in items]}


def rich(block_id: str, *parts: Json) -> Json:
    """A rich_text block."""
    return {"type": "rich_text", "block_id": block_id, "elements": list(parts)}


def plain(value: str, max_chars: int) -> Json:
    """A plain text object: never parsed, no emoji names."""
    return {"type": "plain_text", "text": clean(value, max_chars) or "–", "emoji": False}


def header(block_id: str, value: str) -> Json:
    """A heading."""
    return {"type": "header", "block_id": block_id, "text": plain(value, HEADER_MAX_CHARS)}


def context(block_id: str, *lines: str) -> Json:
    """Small print."""
    return {"type": "context", "block_id": block_id, "elements": [plain(line, NOTE_MAX_CHARS) for line in lines[:10]]}


def button(action_id: str, label: str, value: str, style: str | None = None) -> Json:
    """A button that carries a line or an id."""
    made: Json = {"type": "button", "action_id": action_id, "text": plain(label, BUTTON_MAX_CHARS), "value": value}
    return made | ({"style": style} if style else {})


def option(label: str, value: str) -> Json:
    """One choice of a menu."""
    return {"text": plain(label, OPTION_MAX_CHARS), "value": value}


def actions(block_id: str, elements: Sequence[Json]) -> Json:
    """A row of things to press."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}
