"""The documents agree with the code: tables, examples, commands, paths, versions, the lock file."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from handlers.requests import Asker, Unclear
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs
from settings import lexicon_keys
from settings.config import load, table

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


def between(text: str, name: str) -> str:
    """Returns the text between two markers."""
    found = re.search(rf"<!-- {name}:begin -->\n(.*?)<!-- {name}:end -->", text, re.DOTALL)
    assert found, f"no {name} markers"
    return found[1].rstrip("\n")


def replaced(text: str, name: str, content: str) -> str:
    """Returns the text with other content between two markers."""
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
    head, tail = text.split(begin)[0], text.split(end)[1]
    return f"{head}{begin}{content}\n{end}{tail}"


def section(text: str, heading: str) -> str:
    """Returns the text under a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"no section {heading}"
    return found[1]


def sh_blocks(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def requirement(written: str) -> tuple[str, frozenset[str], frozenset[str]]:
    """Returns name, extras and version bounds of a dependency, whatever their order."""
    found = re.fullmatch(r"([\w.-]+)(?:\[([\w,-]+)\])?\s*([^;]*)", written)
    assert found, written
    name, extras, bounds = found.groups(default="")
    return name.lower(), frozenset(filter(None, extras.split(","))), frozenset(filter(None, bounds.split(",")))


def locked_requirement(entry: dict[str, Any]) -> tuple[str, frozenset[str], frozenset[str]]:
    bounds = frozenset(filter(None, str(entry.get("specifier", "")).split(",")))
    return entry["name"], frozenset(entry.get("extras", ())), bounds


@pytest.mark.parametrize("name", ["settings", "commands"])
def test_a_table_of_the_readme_agrees_with_the_code(
    root: Path, name: str, settings_table: str, commands_table: str, write_documents: bool
) -> None:
    readme = (root / "README.md").read_text("utf-8")
    table_in_code = {"settings": settings_table, "commands": commands_table}[name]
    if write_documents:
        readme = replaced(readme, name, table_in_code)
        (root / "README.md").write_text(readme, "utf-8")
    assert between(readme, name) == table_in_code, "run pytest tests/house --write-documents"


@pytest.mark.parametrize(("path", "name"), [("CONTRIBUTING.md", "outlet-keys"), ("settings/README.md", "lexicon-keys")])
def test_the_tables_of_keys_agree_with_the_code(
    root: Path, path: str, name: str, outlet_keys: str, lexicon_keys_tables: str, write_documents: bool
) -> None:
    text = (root / path).read_text("utf-8")
    tables_in_code = {"outlet-keys": outlet_keys, "lexicon-keys": lexicon_keys_tables}[name]
    if write_documents:
        text = replaced(text, name, tables_in_code)
        (root / path).write_text(text, "utf-8")
    assert between(text, name) == tables_in_code, "run pytest tests/house --write-documents"


def test_every_key_of_a_lexicon_has_a_meaning() -> None:
    keys = [key for _, keys in lexicon_keys.tables_of_keys() for key in keys.values()]
    assert [key.name for key in keys if not key.meaning] == []


def test_the_env_example_agrees_with_the_code(root: Path, env_example: str, write_documents: bool) -> None:
    if write_documents:
        (root / ".env.example").write_text(env_example, "utf-8")
    assert (root / ".env.example").read_text("utf-8") == env_example, "run pytest tests/house --write-documents"


def test_the_env_example_sets_nothing(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (name for names, _, _ in table() for name in names.split(", ")):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    bare = load()
    shutil.copy(root / ".env.example", tmp_path / ".env")
    assert load() == bare
    (tmp_path / ".env").write_text(
        (root / ".env.example").read_text("utf-8").replace("PACT_LANGUAGE=", "PACT_LANGUAGE=ko")
    )
    assert load().language == "ko", "a filled-in line counts"


@pytest.mark.parametrize("heading", ["Try it", "Test"])
def test_a_block_to_paste_stands_alone(readme: str, heading: str) -> None:
    [block] = sh_blocks(section(readme, heading))
    commands = [line for line in block.splitlines() if line.strip()]
    assert commands[0].startswith("python3 -m venv .venv && "), "a fresh clone has no environment yet"
    assert len(commands) == 1, "one line: a failure stops it"
    assert readme.count(f"\n## {heading}\n") == 1


def test_every_command_shown_is_understood(root: Path) -> None:
    asker = Asker(team="T1", user="U1", channel="C1", direct=False)
    shown = set(re.findall(r"`/pact ([^`…]+)`", "\n".join((root / name).read_text("utf-8") for name in DOCUMENTS)))
    assert len(shown) >= len(all_verbs())
    unclear = {line: ask for line in shown if isinstance(ask := parse(line, asker)[0], Unclear)}
    assert not unclear


def test_every_call_of_pactbot_shown_exists(root: Path) -> None:
    line = "import sys; from bot.cli import main; sys.exit(main())"
    asked = [sys.executable, "-c", line, "--help"]
    helped = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True, timeout=30).stdout
    texts = [(root / name).read_text("utf-8") for name in (*DOCUMENTS, "Procfile")]
    shown = set(re.findall(r"(?:^|[`/ ])pactbot ([a-z]+)\b(?=[ `\n])", "\n".join(map(code_of, texts)), re.MULTILINE))
    assert {"run", "sandbox", "migrate", "manifest", "check"} <= shown
    assert not {verb for verb in shown if not re.search(rf"\b{verb}\b", helped)}


def code_of(text: str) -> str:
    """Returns the fenced and backticked parts of a document; a Procfile is code as a whole."""
    if "`" not in text:
        return text
    fenced = re.findall(r"^```\w*\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return "\n".join([*fenced, *re.findall(r"`[^`\n]+`", text)])


def test_the_procfile_names_the_release_the_parts_and_the_whole(root: Path) -> None:
    lines = dict(line.split(": ", 1) for line in (root / "Procfile").read_text("utf-8").splitlines())
    parts = {"web": "slack", "clock": "clock", "worker": "worker"}
    assert lines == {
        "release": "pactbot migrate",
        "all": "pactbot run",
        **{process: f"pactbot run --only {part}" for process, part in parts.items()},
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_and_picture_named_exists(root: Path, name: str) -> None:
    text = (root / name).read_text("utf-8")
    named = set(re.findall(r"`((?:bot|handlers|scrapers|settings|tests|\.ci|\.github)/[\w./-]*)`", text))
    named |= {link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link and not link.startswith("#")}
    missing = {path for path in named if not (root / path).exists() and not (root / f"{path}.py").exists()}
    assert not missing


def test_the_changelog_knows_the_version(root: Path, project: dict[str, Any]) -> None:
    headings = re.findall(r"^## \[(.+?)\](?: - (.+))?$", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    assert headings[1][0] == project["project"]["version"]


def test_the_lock_holds_what_the_project_asks_for(root: Path, project: dict[str, Any]) -> None:
    lock = tomllib.loads((root / "uv.lock").read_text("utf-8"))
    [own] = [package for package in lock["package"] if package["name"] == "pactbot"]
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"], *(line for lines in extras.values() for line in lines)]
    assert own["version"] == project["project"]["version"]
    assert {locked_requirement(entry) for entry in own["metadata"]["requires-dist"]} == set(map(requirement, wanted))


def test_the_pinned_python_is_the_oldest_that_is_promised(root: Path, project: dict[str, Any]) -> None:
    oldest = (root / ".python-version").read_text("utf-8").strip()
    assert project["project"]["requires-python"] == f">={oldest}"
    assert project["tool"]["mypy"]["python_version"] == oldest


def test_the_console_script_can_be_called(root: Path, project: dict[str, Any]) -> None:
    module, _, name = project["project"]["scripts"]["pactbot"].partition(":")
    line = f"import {module} as m; raise SystemExit(not callable(m.{name}))"
    found = subprocess.run([sys.executable, "-c", line], cwd=root, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
