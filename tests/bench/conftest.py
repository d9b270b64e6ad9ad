"""The fixture that all benchmarks share: the machine of their figures."""

from __future__ import annotations

import os
import platform

import psutil
import pytest

BYTES_PER_GIGABYTE = 2**30


@pytest.fixture(scope="session")
def machine() -> str:
    """The machine of the figures, with its load before."""
    memory = psutil.virtual_memory().total / BYTES_PER_GIGABYTE
    python = f"{platform.python_implementation()} {platform.python_version()}"
    load = f"load before {os.getloadavg()[0]:.1f}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, {python}, {load}"
