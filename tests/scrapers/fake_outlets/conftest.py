"""Fake outlets that are running, and an HTTP client for their pages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from scrapers.fake_outlets.server import FakeOutlets


@pytest.fixture
async def fake_outlets() -> AsyncIterator[FakeOutlets]:
    async with FakeOutlets() as running:
        yield running


@pytest.fixture
async def reader() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        yield client
