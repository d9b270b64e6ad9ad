"""Finds ports that nothing listens on."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """Returns a port that nothing listens on, and that the system gives to no outgoing connection."""
    with socket.socket() as candidate:
        while candidate.connect_ex(("127.0.0.1", port := random.randrange(15_000, 32_000))) == 0:
            continue
    return port
