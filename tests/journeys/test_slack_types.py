"""Every call that the bot makes fits the types that Slack publishes for its own clients (TypeScript).

Slack's packages are no dependency of ours. The proof runs where a folder with them is named:
``npm install --prefix FOLDER typescript @slack/web-api``, then ``pytest tests/journeys -m long --slack-types FOLDER``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from handlers.verbs.pages import page_of
from handlers.verbs.registry import all_verbs
from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey

pytestmark = pytest.mark.long

STEPS = {step.article.slug: step for step in load_demo()}
ANSWER = "response_url"
TRUTHS = {"true": True, "false": False}
CONFIG = {
    "compilerOptions": {"strict": True, "noEmit": True, "skipLibCheck": True, "module": "nodenext", "types": []},
    "files": ["calls.ts"],
}


@pytest.fixture
def transport() -> str:
    """One transport is enough: calls are the same over both."""
    return "socket"


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder in which the compiler finds Slack's types."""
    packages = request.config.getoption("--slack-types", default=None)
    if shutil.which("node") is None:
        pytest.skip("node is missing")
    if packages is None:
        pytest.skip("--slack-types names no folder with the npm packages typescript and @slack/web-api")
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "node_modules").symlink_to(Path(packages).resolve() / "node_modules")
    return tmp_path / "types"


def unformed(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A call's arguments as its client got them: a form holds truth values and the limit as text."""
    decoded = {name: TRUTHS.get(value, value) if isinstance(value, str) else value for name, value in arguments.items()}
    if "limit" in decoded:
        decoded["limit"] = int(decoded["limit"])
    decoded.pop("token", None)
    return decoded


def typed(calls: list[tuple[str, Any]]) -> Iterator[str]:
    """TypeScript that assigns each call's arguments, and its blocks alone, to the types of Slack's client.

    The client also takes blocks of kinds that its types do not know.
    """
    yield 'import type { KnownBlock, WebClient } from "@slack/web-api";'
    for number, (method, arguments) in enumerate(calls):
        blocks = arguments.get("blocks") or arguments.get("view", {}).get("blocks", [])
        yield f"export const blocks{number}: KnownBlock[] = {json.dumps(blocks, ensure_ascii=False)};"
        if method != ANSWER:
            client = "".join(f'["{part}"]' for part in method.split("."))
            yield f"type Call{number} = NonNullable<Parameters<WebClient{client}>[0]>;"
            yield f"export const call{number}: Call{number} = {json.dumps(arguments, ensure_ascii=False)};"


def complaints(folder: Path, calls: list[tuple[str, Any]]) -> str:
    """What the compiler says of these calls; nothing if they fit."""
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "tsconfig.json").write_text(json.dumps(CONFIG))
    (folder / "calls.ts").write_text("\n".join(typed(calls)), "utf-8")
    compiler = folder / "node_modules" / ".bin" / "tsc"
    done = subprocess.run([compiler, "-p", "."], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return done.stdout + done.stderr


async def test_every_call_fits_the_types_of_slacks_own_client(journey: Journey, folder: Path) -> None:
    await journey.start()
    for slug, headline in (("plan-signed-hanbit", "이행계획 서명"), ("visit-courier", "Kratsios visits Seoul")):
        journey.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article)
        await journey.card(headline)
    journey.fake_outlets.publish("seoul-courier", STEPS["plan-signed-courier"].article)
    await journey.slack.wait_for(lambda: "chat.update" in [call.method for call in journey.slack.calls], 20.0)
    for language, user in (("en", "dana"), ("ko", "seoyeon")):
        for verb in all_verbs():
            for example in page_of(verb, language).examples:
                await journey.ask(example, user=user)
        await journey.slack.open_home(user)
    calls = [(call.method, unformed(call.args)) for call in journey.slack.calls if call.error is None]
    calls += [(ANSWER, message) for user in ("dana", "seoyeon") for message in journey.slack.messages("policy", user)]
    print(f"\n{len(calls)} calls: {sorted({method for method, _ in calls})}")
    assert complaints(folder, calls) == ""


def test_a_wrong_call_is_complained_of(folder: Path) -> None:
    assert "not assignable" in complaints(folder, [(ANSWER, {"blocks": [{"type": "no"}]})])
    assert "unfurl" in complaints(folder, [("chat.postMessage", {"channel": "C1", "text": "t", "unfurl": 1})])
