"""Builds the pieces of Block Kit. Foreign text is cleaned, bounded, and placed where Slack parses nothing.

Foreign text stands in rich_text and plain_text elements only. A fallback text is mrkdwn, so exactly & < > are escaped
in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote as percent
from urllib.parse import urlsplit

from handlers.cards.texts import Lead, Span
from handlers.text.graphemes import cut_between_graphemes

Json = dict[str, Any]

HEADLINE_MAX_CHARS, NAME_MAX_CHARS, QUERY_MAX_CHARS, LEAD_MAX_CHARS, NOTE_MAX_CHARS = 250, 80, 200, 300, 600
URL_MAX_CHARS = 1_500
BUTTON_MAX_CHARS, OPTION_MAX_CHARS, VALUE_MAX_CHARS = 75, 75, 2_000
HEADER_MAX_CHARS = 150

_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Matches control characters, bidi overrides and isolates, invisible characters, lone surrogates and tags."""
_BLANKS = re.compile(r"\s+")
_BREAKS = re.compile(r"[^\S ]")
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{1,30}")
_USER_GROUP = re.compile(r"S[A-Z0-9]{1,30}")


def clean(text: str, max_chars: int = NOTE_MAX_CHARS) -> str:
    """Returns a foreign string on one line, without invisible characters, cut with an ellipsis at ``max_chars``."""
    line = _BLANKS.sub(" ", _DROPPED.sub("", text[: max_chars * 4])).strip()
    return line if len(line) <= max_chars else cut_between_graphemes(line, max_chars - 1).rstrip() + "…"


def button_value(line: str | None) -> str:
    """Returns a typed line as a button's value, without invisible characters; empty when it is missing or too long."""
    value = _BREAKS.sub(" ", _DROPPED.sub("", line or "")).strip()
    return value if len(value) <= VALUE_MAX_CHARS else ""


def escape_mrkdwn(text: str) -> str:
    """Escapes exactly & < > for mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe_url(url: str | None) -> str | None:
    """Returns an http(s) URL that is safe in a link, or None; no other URL is ever linked."""
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
    encoded = percent(parts._replace(netloc=netloc).geturl(), safe="!#$%&'()*+,-./:;=?@[]_~")
    return encoded if len(encoded) <= URL_MAX_CHARS else None


def text_run(value: str, *, bold: bool = False, italic: bool = False, code: bool = False) -> Json:
    """Returns a run of text. The caller has already cleaned the foreign parts of it."""
    style = {name: True for name, is_set in (("bold", bold), ("italic", italic), ("code", code)) if is_set}
    return {"type": "text", "text": value, **({"style": style} if style else {})}


def foreign_run(value: str, max_chars: int = NOTE_MAX_CHARS, *, bold: bool = False) -> Json:
    """Returns a run of foreign text."""
    return text_run(clean(value, max_chars), bold=bold)


def code_run(value: str, max_chars: int = QUERY_MAX_CHARS) -> Json:
    """Returns a run of typed text in code style."""
    return text_run(clean(value, max_chars), code=True)


def link_run(url: str | None, label: str, max_chars: int = HEADLINE_MAX_CHARS, *, bold: bool = False) -> Json:
    """Returns a link with a foreign label, or plain text when the URL is not safe."""
    safe, text = safe_url(url), clean(label, max_chars)
    if safe is None:
        return text_run(text, bold=bold)
    return {"type": "link", "url": safe, "text": text or clean(safe, 60)} | ({"style": {"bold": True}} if bold else {})


def user_run(user_id: str) -> Json:
    """Returns a mention of a person, or the text itself when it is no user id."""
    return {"type": "user", "user_id": user_id} if _USER.fullmatch(user_id) else foreign_run(user_id, NAME_MAX_CHARS)


def channel_run(channel_id: str) -> Json:
    """Returns a link to a channel, or the text itself when it is no channel id."""
    if _CHANNEL.fullmatch(channel_id):
        return {"type": "channel", "channel_id": channel_id}
    return foreign_run(channel_id, NAME_MAX_CHARS)


def is_user_group(group_id: str) -> bool:
    """Returns whether a text is the id of a user group; no other text ever becomes a mention of one."""
    return _USER_GROUP.fullmatch(group_id) is not None


def user_group_run(group_id: str) -> Json:
    """Returns a mention of a user group, or the text itself when it is no id of one."""
    if is_user_group(group_id):
        return {"type": "usergroup", "usergroup_id": group_id}
    return foreign_run(group_id, NAME_MAX_CHARS)


def date_run(at: datetime, fallback: str) -> Json:
    """Returns an instant that Slack shows in the time zone of whoever reads it; ``fallback`` is for old clients."""
    timestamp = int(at.timestamp())
    if timestamp < 0:
        return text_run(fallback)
    return {"type": "date", "timestamp": timestamp, "format": "{date_short_pretty} {time}", "fallback": fallback}


def highlighted_runs(lead: Lead, max_chars: int = LEAD_MAX_CHARS) -> list[Json]:
    """Returns a sentence with its matches in bold; a long sentence is cut around its first match."""
    start, end = _window(lead, max_chars)
    runs: list[Json] = [text_run("…")] if start else []
    position = start
    for span in _without_overlap(lead.bold, start, end):
        runs += [
            inner_run(lead.text[position : span.start]),
            inner_run(lead.text[span.start : span.end], bold=True),
        ]
        position = span.end
    runs.append(inner_run(lead.text[position:end]))
    if end < len(lead.text):
        runs.append(text_run("…"))
    return non_empty(runs)


def _window(lead: Lead, max_chars: int) -> tuple[int, int]:
    if len(lead.text) <= max_chars:
        return 0, len(lead.text)
    first_match = min((span.start for span in lead.bold if 0 <= span.start < len(lead.text)), default=0)
    start = max(0, min(first_match - max_chars // 3, len(lead.text) - max_chars))
    return start, start + len(cut_between_graphemes(lead.text[start:], max_chars))


def _without_overlap(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Returns the spans inside a window in order, cut so that none overlaps its predecessor."""
    cut_spans: list[Span] = []
    position = start
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        span_start, span_end = max(span.start, position), min(span.end, end)
        if span_start < span_end:
            cut_spans.append(Span(span_start, span_end))
            position = span_end
    return cut_spans


def inner_run(text: str, *, bold: bool = False) -> Json:
    """Returns a run like ``foreign_run`` that keeps the blanks at its edges, which separate it from its neighbours."""
    return text_run(_BLANKS.sub(" ", _DROPPED.sub("", text)), bold=bold)


def non_empty(runs: Sequence[Json]) -> list[Json]:
    """Drops empty runs, because Slack rejects them."""
    return [run for run in runs if run["type"] != "text" or run["text"]]


def paragraph(*runs: Json) -> Json:
    """Returns a paragraph of runs."""
    return {"type": "rich_text_section", "elements": non_empty(runs) or [text_run(" ")]}


def quote(runs: Sequence[Json]) -> Json:
    """Returns a quotation of runs."""
    return {"type": "rich_text_quote", "elements": non_empty(runs) or [text_run(" ")]}


def preformatted(lines: str) -> Json:
    """Returns lines in fixed width."""
    return {"type": "rich_text_preformatted", "elements": [text_run(lines or " ")]}


def bullet_list(items: Sequence[Sequence[Json]]) -> Json:
    """Returns a bulleted list; each item is a sequence of runs."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [paragraph(*item) for item in items]}


def numbered_list(items: Sequence[Sequence[Json]], first: int) -> Json:
    """Returns a list whose items are numbered from ``first`` on."""
    return {**bullet_list(items), "style": "ordered", "offset": max(0, first - 1)}


def rich_text_block(block_id: str, *parts: Json) -> Json:
    """Returns a rich_text block."""
    return {"type": "rich_text", "block_id": block_id, "elements": list(parts)}


def text_block(block_id: str, value: str, *, bold: bool = False) -> Json:
    """Returns a rich_text block of one line; the caller has already cleaned the foreign parts of it."""
    return rich_text_block(block_id, paragraph(text_run(value, bold=bold)))


def plain_text(value: str, max_chars: int) -> Json:
    """Returns a plain_text object, in which Slack parses neither markup nor emoji names."""
    return {"type": "plain_text", "text": clean(value, max_chars) or "–", "emoji": False}


def header_block(block_id: str, value: str) -> Json:
    """Returns a header block."""
    return {"type": "header", "block_id": block_id, "text": plain_text(value, HEADER_MAX_CHARS)}


def context_block(block_id: str, *lines: str) -> Json:
    """Returns a context block: small print of at most ten lines."""
    return {
        "type": "context",
        "block_id": block_id,
        "elements": [plain_text(line, NOTE_MAX_CHARS) for line in lines[:10]],
    }


def button(action_id: str, label: str, value: str, style: str | None = None) -> Json:
    """Returns a button whose value is a typed line or an id."""
    element: Json = {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(label, BUTTON_MAX_CHARS),
        "value": value,
    }
    return element | ({"style": style} if style else {})


def option(label: str, value: str) -> Json:
    """Returns one option of a menu."""
    return {"text": plain_text(label, OPTION_MAX_CHARS), "value": value}


def actions_block(block_id: str, elements: Sequence[Json]) -> Json:
    """Returns an actions block: a row of buttons and menus."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}
