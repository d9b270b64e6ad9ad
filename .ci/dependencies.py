"""Says what the project depends on, by the versions of uv.lock: a bill of materials, and an audit of known weaknesses.

    python3 .ci/dependencies.py bill FILE       writes a CycloneDX 1.6 document; needs no network
    python3 .ci/dependencies.py audit FOLDER    installs pip-audit there and asks its advisory service

Both look at what an operator installs: the dependencies and the extras that run, without those of the tests. The audit
exits with 1 for a known weakness. Where pip-audit cannot be installed, or its service not be asked, it says so
and exits with 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NOT_RUN = frozenset({"test", "e2e"})
"""The extras that no operator installs."""
SECONDS = 180
Package = Mapping[str, Any]


def locked(lock: Mapping[str, Any]) -> list[Package]:
    """Returns the locked packages that the project installs, with those that they need, by name."""
    packages: dict[str, Package] = {package["name"]: package for package in lock["package"]}
    extras = [extra for extra in packages["pactbot"].get("optional-dependencies", {}) if extra not in NOT_RUN]
    reached: set[tuple[str, str]] = set()
    waiting = [("pactbot", extra) for extra in ("", *extras)]
    while waiting:
        if (each := waiting.pop()) not in reached:
            reached.add(each)
            waiting += needed(packages[each[0]], each[1])
    return [packages[name] for name in sorted({name for name, _ in reached}) if name != "pactbot"]


def needed(package: Package, extra: str) -> Iterator[tuple[str, str]]:
    """Yields the packages, each with an extra or "", that a package needs for itself or for one of its extras."""
    entries = package.get("optional-dependencies", {}).get(extra, []) if extra else package.get("dependencies", [])
    for entry in entries:
        for of_entry in ("", *entry.get("extra", [])):
            yield entry["name"], of_entry


def bill(lock: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the CycloneDX document. The same lock gives the same document."""
    [own] = [package for package in lock["package"] if package["name"] == "pactbot"]
    components = [component(package) for package in locked(lock)]
    name = json.dumps([own["version"], *(each["bom-ref"] for each in components)])
    main = {"type": "application", "name": "pactbot", "version": own["version"], "bom-ref": "pactbot"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "version": 1,
        "metadata": {"component": main},
        "components": components,
        "dependencies": list(dependencies(lock)),
    }


def component(package: Package) -> dict[str, Any]:
    """Returns a package as a component: its package URL, and the hashes of its files."""
    files = [package["sdist"]] if "sdist" in package else []
    hashes = [file["hash"].partition(":")[2] for file in (*files, *package.get("wheels", []))]
    url = purl(package)
    return {
        "type": "library",
        "bom-ref": url,
        "name": package["name"],
        "version": package["version"],
        "purl": url,
        "externalReferences": [
            {"type": "distribution", "url": url, "hashes": [{"alg": "SHA-256", "content": each}]} for each in hashes
        ],
    }


def purl(package: Package) -> str:
    """Returns the package URL."""
    return f"pkg:pypi/{package['name']}@{package['version']}"


def dependencies(lock: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields what each package needs, with the project first."""
    refs = {package["name"]: purl(package) for package in locked(lock)}
    own = {package["name"]: package for package in lock["package"]}
    for name, ref in {"pactbot": "pactbot", **refs}.items():
        extras = ("", *own[name].get("optional-dependencies", {}))
        found = {refs[of] for extra in extras for of, _ in needed(own[name], extra) if of in refs}
        yield {"ref": ref, "dependsOn": sorted(found)}


def requirements(lock: Mapping[str, Any]) -> str:
    """Returns the versions as pip and pip-audit read them."""
    return "".join(f"{package['name']}=={package['version']}\n" for package in locked(lock))


def audit(lock: Mapping[str, Any], folder: Path) -> int:
    """Asks pip-audit in a venv of its own; returns the exit code."""
    file = folder / "requirements.txt"
    file.write_text(requirements(lock), "utf-8")
    python = folder / "venv/bin/python"
    try:
        run([sys.executable, "-m", "venv", str(folder / "venv")])
        run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"])
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return say("skipped: pip-audit cannot be installed here", 0)
    asked = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--timeout", "10", "--format", "json"]
    try:
        done = run([str(python), "-m", "pip_audit", "--requirement", str(file), *asked], check=False)
    except subprocess.TimeoutExpired:
        return say("skipped: the advisory service does not answer in time", 0)
    return verdict(done.returncode, done.stdout, done.stderr)


def run(command: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs a command in time."""
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=check)


def verdict(code: int, output: str, errors: str) -> int:
    """Prints what pip-audit found; without a report it could not ask."""
    try:
        report = json.loads(output)["dependencies"]
    except (json.JSONDecodeError, KeyError, TypeError):
        why = (errors.strip().splitlines() or [f"exit {code}"])[-1]
        return say(f"skipped: the advisory service cannot be reached ({why[:160]})", 0)
    weak = [(each, found) for each in report for found in each.get("vulns", [])]
    for each, found in weak:
        fixed = ", ".join(found.get("fix_versions", [])) or "no version yet"
        print(f"{each['name']} {each['version']}: {found['id']}; mended in {fixed}")
    unknown = [each["name"] for each in report if "skip_reason" in each]
    if report and len(unknown) == len(report):
        return say("skipped: the advisory service knows none of the packages", 0)
    return say(f"audited {len(report) - len(unknown)} packages: {len(weak)} known weaknesses", 1 if weak else 0)


def say(line: str, code: int) -> int:
    """Prints a line; returns the exit code."""
    print(line)
    return code


def main(argv: list[str]) -> int:
    """Does one of the two; returns the exit code."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    if len(argv) == 2 and argv[0] == "bill":
        document = bill(lock)
        Path(argv[1]).write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        return say(f"{len(document['components'])} components in {argv[1]}", 0)
    if len(argv) == 2 and argv[0] == "audit":
        Path(argv[1]).mkdir(parents=True, exist_ok=True)
        return audit(lock, Path(argv[1]))
    sys.stderr.write("usage: dependencies.py bill FILE | audit FOLDER\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
