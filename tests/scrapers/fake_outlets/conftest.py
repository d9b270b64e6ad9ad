"""An open newsroom and a plain reader for its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from scrapers.fake_outlets.server import FakeOutlets


@pytest.fixture
async def fake_outlets() -> AsyncIterator[FakeOutlets]:
    async with FakeOutlets() as opened:
        yield opened


@pytest.fixture
async def reader() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        yield client
