"""Every call of the bot and every example of the gallery fits the types of Slack's own clients (TypeScript).

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

from handlers.gallery.gallery import GROUPS, rendered
from handlers.text.words import LANGUAGES
from handlers.verbs.pages import page_of
from handlers.verbs.registry import all_verbs
from handlers.views.modal import loading_view
from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import PATIENCE_SECONDS, Journey

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
    """A call's arguments as its client got them: a form holds truth values and numbers as text."""
    decoded = {name: TRUTHS.get(value, value) if isinstance(value, str) else value for name, value in arguments.items()}
    decoded |= {name: int(decoded[name]) for name in ("limit", "length") if name in decoded}
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


async def answered(journey: Journey, line: str, user: str) -> None:
    """Type a command and wait for its answer, or for the modal that it opens to show more than that it loads."""
    loading = loading_view()["blocks"]
    result = await journey.slack.command(line, channel="policy", user=user)

    def is_shown() -> bool:
        modal = journey.slack.modal(user)
        return bool(result.messages()) or (modal is not None and len(modal["blocks"]) > len(loading))

    await journey.slack.wait_for(is_shown, PATIENCE_SECONDS)
    await journey.slack.interactions.close_modal(user, everything=True)


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
                await answered(journey, example, user)
        await journey.slack.open_home(user)
    calls = [(call.method, unformed(call.args)) for call in journey.slack.calls if call.error is None]
    calls += [(ANSWER, message) for user in ("dana", "seoyeon") for message in journey.slack.messages("policy", user)]
    print(f"\n{len(calls)} calls: {sorted({method for method, _ in calls})}")
    assert complaints(folder, calls) == ""


def known(value: Any) -> Any:
    """A rendered example without the first number of a list, which Slack documents and its types do not know."""
    if isinstance(value, dict):
        return {name: known(each) for name, each in value.items() if name != "offset"}
    return [known(each) for each in value] if isinstance(value, list) else value


def calls_of_examples() -> Iterator[tuple[str, Any]]:
    """The call that would send each example of the gallery, in both languages."""
    for example in (example for group in GROUPS for example in group.examples):
        for language in LANGUAGES:
            shown = known(rendered(example, language))
            if example.kind == "home":
                yield "views.publish", {"user_id": "U1", "view": shown}
            elif example.kind == "unfurl":
                links = {f"https://a.example/{number}": each for number, each in enumerate(shown["attachments"])}
                yield "chat.unfurl", {"unfurl_id": "Uf1", "source": "composer", "unfurls": links}
            elif example.kind == "message":
                yield "chat.postMessage", {"channel": "C1", **shown}
            else:
                yield "views.open", {"trigger_id": "1.2.3", "view": shown}


def test_every_example_of_the_gallery_fits_the_types_of_slacks_own_client(folder: Path) -> None:
    assert complaints(folder, list(calls_of_examples())) == ""


def test_a_wrong_call_is_complained_of(folder: Path) -> None:
    assert "not assignable" in complaints(folder, [(ANSWER, {"blocks": [{"type": "no"}]})])
    assert "unfurl" in complaints(folder, [("chat.postMessage", {"channel": "C1", "text": "t", "unfurl": 1})])
