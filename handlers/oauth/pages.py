"""Renders what a person sees in the browser while installing the app, in Korean or English."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from handlers.text.words import FALLBACK, known_language, localized

STYLE = (
    "body{font:17px/1.6 system-ui,sans-serif;max-width:34em;margin:12vh auto;padding:0 1.2em;color:#1d1c1d;"
    "word-break:keep-all;overflow-wrap:anywhere}h1{font-size:1.5em;line-height:1.3}a{color:#1264a3}"
    "@media(prefers-color-scheme:dark){body{background:#1a1d21;color:#e8e8e8}a{color:#6cb8f0}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""The page loads nothing, is in no frame, and tells no other site the address that it was reached at."""
_LANGUAGE = re.compile(r"\s*([A-Za-z-]{1,20})\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
_ID = re.compile(r"[A-Z0-9]{2,40}")


@dataclass(frozen=True, slots=True)
class InstalledPlace:
    """Where the app was installed, for the page that says so."""

    name: str
    team: str
    app: str
    missing: Sequence[str]
    """The optional scopes that were not allowed."""
    command: str


def preferred_language(accept_language: str) -> str:
    """Returns the language of ours that a browser prefers; English where it prefers neither."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        match = _LANGUAGE.fullmatch(part)
        language = known_language(match[1]) if match else None
        if match and language and float(match[2] or 1) > 0:
            wanted.append((float(match[2] or 1), language))
    return max(wanted, key=lambda each: each[0])[1] if wanted else FALLBACK


def failure_page(language: str, code: str, start: str, **args: str) -> str:
    """Returns the page for an install that was not finished, with the way back to its start."""
    why = localized(language, f"install.{code}_why", **args)
    return _page(
        language, localized(language, f"install.{code}"), why, link=(start, localized(language, "install.again"))
    )


def success_page(language: str, place: InstalledPlace) -> str:
    """Returns the page for an install, with what to do next."""
    kind = "done" if place.team else "done_organization"
    steps = [localized(language, f"install.{key}", command=place.command) for key in _STEPS]
    missing = localized(language, "install.done_without", scopes=", ".join(place.missing)) if place.missing else ""
    link = None
    if _ID.fullmatch(place.app) and _ID.fullmatch(place.team):
        query = urlencode({"app": place.app, "team": place.team})
        link = f"https://slack.com/app_redirect?{query}", localized(language, "install.open_slack")
    title = localized(language, f"install.{kind}", team=place.name)
    return _page(language, title, localized(language, f"install.{kind}_next"), steps, missing, link)


_STEPS = ("done_invite", "done_subscribe", "done_test")


def _page(
    language: str,
    title: str,
    text: str,
    steps: Sequence[str] = (),
    more: str = "",
    link: tuple[str, str] | None = None,
) -> str:
    parts = [f"<h1>{html.escape(title)}</h1>", f"<p>{html.escape(text)}</p>"]
    if steps:
        parts.append("<ol>" + "".join(f"<li>{html.escape(step)}</li>" for step in steps) + "</ol>")
    if more:
        parts.append(f"<p>{html.escape(more)}</p>")
    if link is not None:
        parts.append(f'<p><a href="{html.escape(link[0], quote=True)}">{html.escape(link[1])}</a></p>')
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title>'
    )
    body = "".join(parts)
    return (
        f'<!doctype html><html lang="{language}"><head>{head}<style>{STYLE}</style></head><body>{body}</body></html>\n'
    )
