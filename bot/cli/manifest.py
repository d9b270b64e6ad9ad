"""``pactbot manifest``: prints the app's manifest, to create the app in Slack."""

from __future__ import annotations

import sys
from argparse import Namespace

from handlers.manifest import as_json
from settings.config import load


def run(options: Namespace) -> int:
    """Prints the manifest for Socket Mode, or for HTTP at the address given."""
    sys.stdout.write(f"{as_json(load().command, options.http)}\n")
    return 0
