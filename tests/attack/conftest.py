"""The size of the attack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``pytest tests/attack -m long -s --attack-seconds 600``."""
    group = parser.getgroup("attack on the real process")
    group.addoption("--attack-seconds", type=int, default=120, help="how long commands are typed (120)")


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Callable[[str, Any], Any]:
    """An option by name, or its usual value where pytest did not read the options (tests collected from above)."""

    def option(name: str, usual: Any) -> Any:
        return request.config.getoption(f"--attack-{name}", default=usual)

    return option
