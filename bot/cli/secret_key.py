"""``pactbot secret-key``: prints a new key for PACT_SECRET_KEY."""

from __future__ import annotations

import base64
import secrets
import sys
from argparse import Namespace

from settings.setting_types import SECRET_KEY_BYTES


def run(_options: Namespace) -> int:
    """Prints the key alone, so that a script can store it."""
    sys.stdout.write(f"{base64.urlsafe_b64encode(secrets.token_bytes(SECRET_KEY_BYTES)).decode()}\n")
    sys.stdout.flush()
    return 0
