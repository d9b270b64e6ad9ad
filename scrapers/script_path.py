"""Checks a path into the JSON of a page's script: keys with dots between them, each perhaps with ``[key=value]``."""

from __future__ import annotations

import re

MAX_STEPS = 12
STEP = re.compile(r"([^\s.\[\]=]+)(?:\[([^\s.\[\]=]+)=([^\s.\[\]=]+)\])?")


def is_script_path(path: str) -> bool:
    """Returns whether a text is such a path, of at most ``MAX_STEPS`` steps."""
    steps = path.split(".")
    return len(steps) <= MAX_STEPS and all(STEP.fullmatch(step) for step in steps)
