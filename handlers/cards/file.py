"""A file that goes to one person in a direct message, beside the answer that speaks of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileToSend:
    """A file. It has no metadata at Slack, so that nobody could tell whether it arrived: it is sent at most once."""

    name: str
    title: str
    content: bytes
    alt_text: str = ""
    """What a picture shows, for people who do not see it."""
