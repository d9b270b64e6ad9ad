"""Checks a path into the JSON of a page's script: keys with dots between them, each perhaps with ``[key=value]``.

``**`` in place of a key means any way from there on.
"""

from __future__ import annotations

import re

MAX_STEPS = 12
ANY_WAY = "**"
STEP = re.compile(r"([^\s.\[\]=]+)(?:\[([^\s.\[\]=]+)=([^\s.\[\]=]+)\])?")


def is_script_path(path: str) -> bool:
    """Returns whether a text is such a path, of at most ``MAX_STEPS`` steps, one of which may be any way."""
    steps = path.split(".")
    return len(steps) <= MAX_STEPS and steps.count(ANY_WAY) <= 1 and all(STEP.fullmatch(step) for step in steps)
