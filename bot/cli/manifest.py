"""``pactbot manifest``: prints the app's manifest, to create the app in Slack."""

from __future__ import annotations

import sys
from argparse import Namespace

from handlers.manifest import OPTIONAL_SCOPES, as_json
from settings.config import load


def run(options: Namespace) -> int:
    """Prints the manifest for Socket Mode, or for HTTP at the address given; then what each optional scope adds.

    With ``--oauth``, or the settings of it, any number of workspaces may install the app.

    The reasons go to stderr, because JSON has no comments.
    """
    settings = load()
    several = bool(options.oauth) or settings.several_workspaces
    public_url = options.oauth or settings.public_url
    sys.stdout.write(f"{as_json(settings.command, options.http, public_url=public_url, several=several)}\n")
    sys.stdout.flush()
    adds = "".join(f"  {scope}: {reason}\n" for scope, reason in OPTIONAL_SCOPES.items())
    sys.stderr.write(f"Slack lets whoever installs the app refuse these scopes (bot_optional). Each adds:\n{adds}")
    return 0
