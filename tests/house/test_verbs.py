"""A verb is complete: it has an answer, help in both languages, and examples that its own parser takes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.answers.registry import answer_functions, check_functions, restore_functions
from handlers.requests import Asker, Home, Share, Unclear
from handlers.text.words import LANGUAGES, has_key
from handlers.verbs.grammar import is_korean, line_of
from handlers.verbs.pages import page_of
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs
from handlers.verbs.verb import GROUPS, Verb
from handlers.views.asks import VIEW_ASKS

ASKER = Asker("T1", "U1", "C1", direct=False)
HEAVY = ("slack_bolt", "slack_sdk", "aiohttp", "sqlalchemy", "bot", "scrapers")

TRY_THE_RECIPE = """
import asyncio, sys
from pathlib import Path
import bot.answers.stories, handlers.verbs
from handlers.text import words
added = Path(sys.argv[1])
handlers.verbs.__path__.append(str(added / "handlers" / "verbs"))
bot.answers.stories.__path__.append(str(added / "bot" / "answers" / "stories"))
words.LOCALE = added / "handlers" / "text" / "locale"

from bot.answers.context import Requester
from bot.answers.registry import answer_functions
from handlers.blocks.message import render
from handlers.cards.answers import HelpCard
from handlers.cards.shown import Shown
from handlers.requests import Asker, Request
from handlers.verbs.parse import parse
for line, language in (("ping", "en"), ("응답", "ko")):
    ask, asker = parse(line, Asker("T1", "U1", "C1", direct=False))
    requester = Requester(Request("r1", asker, ask, line), None, asker.language or "en", "Asia/Seoul")
    shown = asyncio.run(answer_functions()[type(ask)](None, requester, ask))
    assert line in render(Shown(HelpCard(None, "/pact"), language), command="/pact").plain
    print(render(shown).text)
"""
"""Runs the files of the recipe beside the project's own, without writing into the project."""

each_verb = pytest.mark.parametrize("verb", all_verbs(), ids=lambda verb: verb.name)


@each_verb
def test_a_verb_is_one_file_of_each_folder(root: Path, verb: Verb) -> None:
    assert (root / "handlers" / "verbs" / f"{verb.name}.py").is_file()
    answer = answer_functions()[verb.request]
    assert answer.__module__.startswith("bot.answers.")
    assert answer.__module__.endswith(f".{verb.name}")
    assert verb.request.__module__ == verb.parse.__module__ == f"handlers.verbs.{verb.name}"


@each_verb
def test_no_other_file_of_code_has_to_name_a_verb(root: Path, verb: Verb) -> None:
    shared = ["parse", "registry", "grammar", "verb", "pages", "keyboard_mode"]
    files = [root / "handlers" / "verbs" / f"{name}.py" for name in shared]
    files += [root / "bot" / "answers" / f"{name}.py" for name in ("dispatch", "registry", "context", "confirm_change")]
    if verb.name != "help":  # an empty line asks for help
        assert not [path for path in files if f"verbs.{verb.name} import" in path.read_text("utf-8")]


@pytest.mark.parametrize("language", LANGUAGES)
@each_verb
def test_a_verb_has_help_and_examples_that_its_own_parser_takes(verb: Verb, language: str) -> None:
    page = page_of(verb, language)
    word = verb.korean if language == "ko" else verb.name
    assert page.usage.split()[0] == word
    assert page.about
    for example in page.examples:
        assert example.split()[0] == word
        assert is_korean(word) == (language == "ko")
        ask, asker = parse(example, ASKER)
        assert type(ask) is verb.request, example
        assert asker.language == ("ko" if language == "ko" else None)


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_has_its_heading_and_a_verb(group: str) -> None:
    assert has_key(f"help.group_{group}")
    assert [verb for verb in all_verbs() if verb.group == group]


@each_verb
def test_a_verb_alone_is_a_request_or_says_what_it_needs(verb: Verb) -> None:
    ask = verb.parse(line_of(verb.name))
    assert isinstance(ask, verb.request | Unclear)


def test_every_answer_belongs_to_a_verb_a_button_a_tab_or_a_modal() -> None:
    others = {Home, Share, Unclear, *VIEW_ASKS.values()}
    assert set(answer_functions()) == {verb.request for verb in all_verbs()} | others
    assert set(check_functions()) <= set(VIEW_ASKS.values()), "only a modal has fields to check"


@pytest.mark.parametrize("kind", sorted(restore_functions()))
def test_a_change_that_undo_knows_has_its_sentence(kind: str) -> None:
    assert has_key(f"change.{kind}")


def test_the_recipe_for_a_verb_works_as_it_stands(root: Path, tmp_path: Path) -> None:
    """The files of CONTRIBUTING, and no others, make a verb that is parsed, listed, explained and answered."""
    _, _, recipe = (root / "CONTRIBUTING.md").read_text("utf-8").partition("## Adding a command\n")
    recipe = recipe.partition("\n## ")[0]
    files = re.findall(r"^```(?:python|toml)\n# (\S+)\n(.*?)^```$", recipe, re.DOTALL | re.MULTILINE)
    assert [path for path, _ in files] == [
        "handlers/verbs/ping.py",
        "bot/answers/stories/ping.py",
        *(f"handlers/text/locale/{language}/help.toml" for language in ("en", "ko")),
    ]
    shutil.copytree(root / "handlers" / "text" / "locale", tmp_path / "handlers" / "text" / "locale")
    for path, text in files:
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"{target.read_text('utf-8') if target.exists() else ''}\n{text}", "utf-8")
    run = [sys.executable, "-c", TRY_THE_RECIPE, str(tmp_path)]
    tried = subprocess.run(run, cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert tried.returncode == 0, tried.stderr
    assert tried.stdout.splitlines() == ["I am here.", "네, 여기 있습니다."]


def test_the_verbs_load_neither_slack_nor_the_bot() -> None:
    code = (
        "import sys, handlers.verbs.parse; from handlers.verbs.registry import all_verbs; assert len(all_verbs()) > 10;"
        f"print(*({{name.partition('.')[0] for name in sys.modules}} & set({HEAVY!r})))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert loaded.stdout.split() == []
