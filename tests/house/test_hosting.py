"""Dockerfile, compose.yaml, heroku.yml, app.json and Procfile name process types and settings that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from settings.config import table

PARTS = {"web": "pactbot run --only slack", "clock": "pactbot run --only clock", "worker": "pactbot run --only worker"}
OF_OTHERS = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "PASSWORD", "PORT"}
"""Names that compose.yaml gives to PostgreSQL, and a placeholder."""
EXTRAS = {"postgres", "metrics", "oauth", "charts"}


@pytest.fixture(scope="session")
def settings_names() -> set[str]:
    return {name for names, _, _ in table() for name in names.split(", ")}


def lines_of_procfile(root: Path) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in (root / "Procfile").read_text("utf-8").splitlines())


def test_app_json_names_settings_and_process_types_that_exist(root: Path, settings_names: set[str]) -> None:
    app = json.loads((root / "app.json").read_text("utf-8"))
    assert set(app["env"]) <= settings_names
    assert all(entry["description"] for entry in app["env"].values())
    assert set(app["formation"]) == set(PARTS)
    assert app["stack"] == "container", "heroku.yml counts then"
    assert any("postgresql" in addon["plan"] for addon in app["addons"])


def test_heroku_runs_the_same_processes_as_the_procfile(root: Path) -> None:
    text = (root / "heroku.yml").read_text("utf-8")
    run = text.partition("\nrun:\n")[2]
    found = {"web": (re.search(r"^  web: (.+)$", run, re.MULTILINE) or [""])[1]}
    found |= dict(re.findall(r"^  (\w+):\n    image: web\n    command:\n      - (.+)$", run, re.MULTILINE))
    release = re.findall(r"^release:\n  image: web\n  command:\n    - (.+)$", text, re.MULTILINE)
    assert {"release": release[0], **found} == lines_of_procfile(root)


def test_compose_runs_the_parts_of_the_procfile_with_secrets_that_are_settings(
    root: Path, settings_names: set[str]
) -> None:
    text = (root / "compose.yaml").read_text("utf-8")
    commands = {
        name: " ".join(json.loads(command))
        for name, command in re.findall(r"^  (\w+):\n    <<: \*bot\n    command: (\[.*\])$", text, re.MULTILINE)
    }
    assert commands == {"migrate": lines_of_procfile(root)["release"], **PARTS}
    assert set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", text)) - OF_OTHERS <= settings_names
    mounted = {name for names in re.findall(r"secrets: \[(.+)\]", text) for name in names.split(", ")}
    assert mounted == set(re.findall(r"^    file: secrets/(\w+)$", text, re.MULTILINE))
    assert "read_only: true" in text
    assert "replicas: 2" in text


def test_the_image_holds_what_the_wheel_needs_and_runs_without_rights(root: Path, settings_names: set[str]) -> None:
    text = (root / "Dockerfile").read_text("utf-8")
    copied = {name for names in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for name in names.split()}
    kept = {line[1:] for line in (root / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert copied == kept
    assert all((root / name).exists() for name in copied)
    assert {"bot", "handlers", "scrapers", "settings", "pyproject.toml"} <= copied
    assert set((re.search(r"'\.\[(.+)\]'", text) or ["", ""])[1].split(",")) == EXTRAS
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"python:3.13-slim"}
    assert text.index("\nUSER 10001\n") < text.index("\nCMD ")
    assert "PORT=3000" in text, "the health check asks /healthz, which Socket Mode serves where PORT is set"
    assert {"PORT"} <= settings_names
    assert '\nCMD ["pactbot", "run"]\n' in text
