"""Builds the headers of requests that an outlet's spec asks for: its User-Agent, and headers that may hold keys.

A header of a spec is sent to the origin (scheme, host and port) of the outlet's source alone: not with its pages, not
for robots.txt, and not to another origin after a redirect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

AGENT_PLACEHOLDER = "{agent}"
"""Stands in a spec's ``user_agent`` for our own User-Agent, so that an outlet can always tell who asks."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Secret(Protocol):
    """A value that no log and no error shows."""

    def get_secret_value(self) -> str:
        """Returns the value itself."""
        ...


@dataclass(frozen=True, slots=True)
class OutletHeaders:
    """The headers of one outlet's requests."""

    user_agent: str | None = None
    """As the spec has it, with ``{agent}``; None for our own."""
    origin_of: str = ""
    """An address of the origin that alone receives ``templates``."""
    templates: tuple[tuple[str, str], ...] = ()
    """Names and values; ``{NAME}`` in a value stands for the key of that name."""
    keys: Mapping[str, Secret] = field(default_factory=dict, repr=False)

    def for_request(self, url: str, own_agent: str) -> dict[str, str]:
        """Returns the headers for one request; the names are in lower case."""
        agent = self.user_agent.replace(AGENT_PLACEHOLDER, _as_comment(own_agent)) if self.user_agent else own_agent
        headers = {"user-agent": agent}
        if self.templates and _origin(url) == _origin(self.origin_of):
            headers |= {name.lower(): self._filled(value) for name, value in self.templates}
        return headers

    def _filled(self, template: str) -> str:
        return PLACEHOLDER.sub(lambda name: self.keys[name[1]].get_secret_value(), template)


NO_OUTLET = OutletHeaders()
"""Our own User-Agent and nothing else."""


def _as_comment(agent: str) -> str:
    """Returns ``name/1 (about us)`` as ``name/1; about us``, which may stand in another agent's parentheses."""
    name, _, about = agent.partition(" (")
    return f"{name}; {about.removesuffix(')')}" if about else name


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").rstrip("."), port
