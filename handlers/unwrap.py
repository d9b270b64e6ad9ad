"""Takes Slack's angle brackets and escapes off a typed line, so that it is as the person sees it."""

from __future__ import annotations

import re

_WRAPPED = re.compile(r"<([^<>]*)>")
_LINK = re.compile(r"https?://[^|<>\s]+")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
"""Matches NUL and lone surrogates, which no database accepts and nobody types."""
_GROUP_TO_MENTION = re.compile(r"(\b(?:mention|호출)\s+)<!subteam\^(S[A-Z0-9]+)[^<>]*>", re.IGNORECASE)
"""The one place where a group's id is needed: ``settings mention @group``."""


def unwrap(raw: str) -> str:
    """``<#C123|policy>`` is ``#C123``, ``<@U1|kim>`` is ``@U1``, ``<https://a.kr/1|a.kr/1>`` its address; then & < >.

    A bare host that Slack made a link of (``<http://a.kr|a.kr>``) is the host, as it was typed. A channel keeps its id,
    because ids are stored and names change. Positions are those of the returned line, which is also the line that an
    answer shows.
    """
    raw = _GROUP_TO_MENTION.sub(r"\1@\2", _UNSTORABLE.sub("", raw))
    line = _WRAPPED.sub(lambda found: _inner(found[1]), raw)
    return line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _inner(inside: str) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("mailto:"):
        return label or target.removeprefix("mailto:")
    if target.startswith("!"):
        return "@" + (label.lstrip("@") or target[1:].split("^")[0])
    if "/" not in label and target.removesuffix("/") in (f"http://{label}", f"https://{label}"):
        return label
    return target


def links_in(raw: str) -> list[str]:
    """Returns the web addresses of a message's text, as Slack sends it."""
    return [unwrap(link) for link in _LINK.findall(_UNSTORABLE.sub("", raw))]
