"""The option that names folders of saved pages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pages", action="append", default=[], help="a folder of pages with expected texts; may repeat")


@pytest.fixture
def page_folders(request: pytest.FixtureRequest) -> list[Path]:
    """The folders of ``--pages``, else of the environment's PACT_BENCH_PAGES (with colons between them)."""
    named = request.config.getoption("--pages") or os.environ.get("PACT_BENCH_PAGES", "").split(os.pathsep)
    folders = [Path(folder) for folder in named if folder]
    if not folders:
        pytest.skip("name a folder of pages: --pages FOLDER, or PACT_BENCH_PAGES")
    return folders
