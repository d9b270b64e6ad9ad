"""The bill of materials lists what an operator installs; the audit fails for a weakness, and says if it cannot ask."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def script(root: Path) -> Any:
    spec = importlib.util.spec_from_file_location("dependencies", root / ".ci/dependencies.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lock(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "uv.lock").read_text("utf-8"))


def test_the_bill_lists_what_runs_and_what_that_needs(script: Any, lock: dict[str, Any]) -> None:
    bill = script.bill(lock)
    names = {component["name"] for component in bill["components"]}
    assert {"slack-bolt", "aiohttp", "multidict", "psycopg-binary", "cryptography", "pillow"} <= names
    assert not {"pactbot", "pytest", "trafilatura", "playwright", "mypy"} & names
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    refs = {component["bom-ref"] for component in bill["components"]}
    assert {"pactbot", *refs} == {each["ref"] for each in bill["dependencies"]}
    assert {of for each in bill["dependencies"] for of in each["dependsOn"]} <= refs
    assert all(component["externalReferences"][0]["hashes"] for component in bill["components"])
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    assert script.bill(lock) == bill


def test_an_extra_of_a_dependency_is_followed(script: Any) -> None:
    packages = [
        {"name": "pactbot", "version": "1", "dependencies": [{"name": "a", "extra": ["x"]}],
         "optional-dependencies": {"test": [{"name": "t"}], "more": [{"name": "m"}]}},
        {"name": "a", "version": "1", "optional-dependencies": {"x": [{"name": "ax"}], "y": [{"name": "ay"}]}},
        *({"name": name, "version": "1"} for name in ("ax", "ay", "m", "t")),
    ]  # fmt: skip
    assert [each["name"] for each in script.locked({"package": packages})] == ["a", "ax", "m"]


SOUND = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}, {"id": "CVE-2"}]}
UNKNOWN = {"name": "c", "version": "3", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("report", "code", "lines"),
    [
        ([SOUND], 0, "audited 1 packages: 0 known weaknesses\n"),
        ([SOUND, UNKNOWN], 0, "audited 1 packages: 0 known weaknesses\n"),
        (
            [SOUND, WEAK], 1,
            "b 2: CVE-1; mended in 3\nb 2: CVE-2; mended in no version yet\naudited 2 packages: 2 known weaknesses\n",
        ),
        ([UNKNOWN], 0, "skipped: the advisory service knows none of the packages\n"),
    ],
)  # fmt: skip
def test_the_audit_fails_for_a_known_weakness_alone(
    script: Any, capsys: pytest.CaptureFixture[str], report: list[object], code: int, lines: str
) -> None:
    assert script.verdict(int(code), json.dumps({"dependencies": report}), "") == code
    assert capsys.readouterr().out == lines


def test_an_audit_that_cannot_ask_says_so_in_one_line(script: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.verdict(1, "", "WARNING: x\nConnectionError: no route to the service\n") == 0
    assert script.verdict(1, "", "") == 0
    assert capsys.readouterr().out == (
        "skipped: the advisory service cannot be reached (ConnectionError: no route to the service)\n"
        "skipped: the advisory service cannot be reached (exit 1)\n"
    )
