"""A line as the person sees it: Slack's angle brackets taken off, its three escapes undone."""

from __future__ import annotations

import re

_WRAPPED = re.compile(r"<([^<>]*)>")


def unwrap(raw: str) -> str:
    """``<#C123|policy>`` is ``#C123``, ``<@U1|kim>`` is ``@U1``, ``<https://a.kr|a.kr>`` its address; then & < >.

    A channel keeps its id, because ids are stored and names change. Positions are those of the returned line, which
    is also the line that an answer shows.
    """
    line = _WRAPPED.sub(lambda found: _inner(found[1]), raw)
    return line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _inner(inside: str) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("mailto:"):
        return label or target.removeprefix("mailto:")
    if target.startswith("!"):
        return "@" + (label.lstrip("@") or target[1:].split("^")[0])
    return target
