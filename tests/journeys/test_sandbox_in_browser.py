"""``pactbot sandbox`` as a person meets it: its page in a real browser, with the whole bot behind it.

The tests share one sandbox for each language and stand in the order of a first visit; each also runs alone.
"""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
LAYOUT_FAULTS = Path(__file__).parents[1] / "support" / "layout_faults.js"
OPEN_WITHIN_SECONDS, END_WITHIN_SECONDS = 60, 20
PATIENCE_MILLISECONDS = 30_000
HEADLINES = {
    "korean": "연구소 외국인 방문 심사, 열흘에서 하루로 줄인다",
    "english": "Hospitals to try one AI reader of X-rays",
}
WORDS = {
    "en": {
        "person": "dana", "why": "Why?", "matched": "Matched", "topic": "artificial intelligence",
        "mute": "for 3 days", "muted": "Muted: ", "until": "muted until", "new": "New subscription",
        "week": "in the last 7 days", "channel": "A channel", "subscribed": r"/Subscribed S\d+: 6G/",
        "digest line": "/pact digest daily 08:30", "digest set": "Daily digest at 08:30", "digest": "sources read",
        "edit": "Edit", "edit title": "Edit S", "daily": "Daily", "daily at": "daily at 20:30",
        "export line": "/pact export csv 30d",
    },
    "ko": {
        "person": "seoyeon", "why": "왜?", "matched": "주제", "topic": "인공지능",
        "mute": "3일", "muted": "음소거했습니다", "until": "까지 음소거", "new": "새 구독",
        "week": "최근 7일 소식", "channel": "채널", "subscribed": r"/S\d+ 구독을 시작했습니다: 6G/",
        "digest line": "/pact 요약 매일 08:30", "digest set": "매일 08:30에 요약을 보냅니다", "digest": "확인, 기사",
        "edit": "수정", "edit title": "/S\\d+ 수정/", "daily": "매일", "daily at": "매일 20:30",
        "export line": "/pact 내보내기 csv 30일",
    },
}  # fmt: skip
"""What a person of each language reads and types."""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def wait_for_page(address: str, process: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + OPEN_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            opener.open(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the sandbox has no page")


@pytest.fixture(scope="module", params=["en", "ko"])
def language(request: pytest.FixtureRequest) -> str:
    """The language of the sandbox and of its visitor."""
    return str(request.param)


@pytest.fixture
def words(language: str) -> dict[str, str]:
    """What the visitor reads and types."""
    return WORDS[language]


@pytest.fixture(scope="module")
def sandbox(language: str) -> Iterator[str]:
    """The address of a running sandbox."""
    if shutil.which("chromium") is None:
        pytest.skip("Debian's Chromium is not installed")
    port = free_port()
    script = str(Path(sys.executable).with_name("pactbot"))
    command = [script, "sandbox", "--port", str(port), "--language", language]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        address = f"http://127.0.0.1:{port}/"
        try:
            wait_for_page(address, process)
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=END_WITHIN_SECONDS)
    assert process.returncode == 0
    assert "Traceback" not in output.decode()
    (log_file,) = re.findall(r"What the bot logs: (\S+)", output.decode())
    log = Path(log_file)
    assert "Traceback" not in log.read_text("utf-8")
    assert len(output.decode().splitlines()) < 10, "the log belongs into its file"
    log.unlink()


@pytest.fixture
async def page(sandbox: str, language: str, words: dict[str, str]) -> AsyncIterator[Any]:
    """The visitor's page, at #policy."""
    playwright = pytest.importorskip("playwright.async_api")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        locale = {"en": "en-US", "ko": "ko-KR"}[language]
        context = await browser.new_context(locale=locale, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        opened = await context.new_page()
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        await opened.goto(f"{sandbox}?viewer={words['person']}&channel=policy")
        await opened.wait_for_selector(".line.live")
        yield opened
        await opened.close()
        await browser.close()
    assert faults == []


async def type_command(page: Any, line: str) -> None:
    await page.fill("#words", line)
    await page.press("#words", "Escape")
    await page.press("#words", "Enter")


def text_of(file: Path) -> str:
    return Path(file).read_text("utf-8-sig")


async def card_of(page: Any, kind: str) -> Any:
    """A card with a story of this kind, which the button has published."""
    card = page.locator(".message.from-bot:not(.ephemeral)", has_text=HEADLINES[kind])
    if await card.count() == 0:
        await page.click("#publish")
        await page.click(f"[data-kind={kind}]")
    await card.first.wait_for()
    return card.first


async def test_a_published_story_becomes_a_card(page: Any) -> None:
    card = await card_of(page, "korean")
    assert "한빛경제" in await card.inner_text()
    await page.click("#open-log")
    await page.wait_for_selector("#log >> text=한빛경제")


async def test_why_is_answered_to_the_reader_alone(page: Any, words: dict[str, str]) -> None:
    card = await card_of(page, "english")
    await card.get_by_role("button", name=words["why"]).last.click()
    answer = page.locator("#modal, .message.ephemeral").filter(has_text=words["matched"]).first
    await answer.wait_for()
    assert words["topic"] in await answer.inner_text()


async def test_a_story_is_muted_from_its_card(page: Any, words: dict[str, str]) -> None:
    card = await card_of(page, "english")
    await card.locator("select").first.select_option(label=words["mute"])
    await page.wait_for_selector(f".message.from-bot >> text={words['muted']}")
    await card.get_by_text(words["until"]).wait_for()


async def test_a_subscription_is_made_in_a_modal(page: Any, words: dict[str, str]) -> None:
    await page.click("#more-actions")
    await page.click(f"#global-shortcuts >> text={words['new']}")
    await page.fill("#modal [data-block^='pact:in:query'] input", "6G")
    await page.press("#modal [data-block^='pact:in:query'] input", "Enter")
    await page.wait_for_selector(f"#modal >> text={words['week']}")
    await page.locator("#modal label", has_text=re.compile(f"^{words['channel']}$")).first.click()
    await page.select_option("#modal [data-block^='pact:in:channel'] select", label="#policy")
    await page.click("#modal button[type=submit]")
    await page.wait_for_selector(f".message.from-bot:not(.ephemeral) >> text={words['subscribed']}")


async def test_a_digest_comes_when_the_clock_is_put_forward(page: Any, words: dict[str, str]) -> None:
    await type_command(page, words["digest line"])
    await page.wait_for_selector(f".message.from-bot:not(.ephemeral) >> text={words['digest set']}")
    before = time.monotonic()
    await page.click("#move-digest")
    digest = page.locator(".message.from-bot:not(.ephemeral)", has_text=words["digest"])
    await digest.last.wait_for()
    assert time.monotonic() - before < 20, "a digest is watched in ten seconds, on a slow machine in twenty"
    assert await page.locator("#tools .bar-clock .ahead").count() == 1


async def test_a_subscription_is_edited_on_the_home_tab(page: Any, words: dict[str, str]) -> None:
    await page.click("#apps button")
    await page.click(f"#home >> text={words['edit']} >> nth=0")
    await page.wait_for_selector(f"#modal[open] >> text={words['edit title']}")
    await page.select_option("#modal [data-block^='pact:in:cadence'] select", label=words["daily"])
    await page.wait_for_selector("#modal [data-block^='pact:in:at'] input")
    await page.fill("#modal [data-block^='pact:in:at'] input", "20:30")
    await page.click("#modal button[type=submit]")
    await page.wait_for_selector(f"#home >> text={words['daily at']}")


async def test_an_export_is_a_file_to_download(page: Any, words: dict[str, str]) -> None:
    await card_of(page, "korean")
    await type_command(page, words["export line"])
    await page.click("#apps button")
    await page.click("[data-tab=messages]")
    async with page.expect_download() as download:
        await page.locator("a.file").first.click()
    assert HEADLINES["korean"] in text_of(await (await download.value).path())


@pytest.mark.parametrize("language", ["en"], indirect=True)
async def test_the_page_is_in_korean_on_a_phone(page: Any) -> None:
    await page.click("[data-language=ko]")
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await page.click("#viewer")
    await page.click("#viewers >> text=이민아")
    await page.wait_for_selector("#viewer >> text=이민아")
    await page.fill("#words", "/pact 구")
    await page.wait_for_selector("#hints >> text=/pact 구독")
    await type_command(page, "/pact 음소거 소식 ST1 3일")
    await page.wait_for_selector(".message.ephemeral >> text=게스트")


PHONE = {"width": 390, "height": 844}
SCREENS: dict[str, tuple[str, ...]] = {
    "the clock's menu": ("#clock",),
    "the stories to publish": ("#clock", "#publish"),
    "the outlets' log": ("#publish", "#open-log"),
    "the channels": ("#log button", "#open-nav"),
    "the people": ("#nav [aria-current]", "#viewer"),
    "the shortcuts": ("#viewer", "#more-actions"),
    "the form of a subscription": ("#global-shortcuts button",),
    "the menu of a message": ("#modal .icon-button", "#messages .message.from-bot:not(.ephemeral) .tools .tool"),
    "a thread": ("#messages .message.from-bot:not(.ephemeral) .tools > button",),
    "the channel": ("#close-thread",),
    "the home tab": ("#open-nav", "#apps button"),
    "the files": ("[data-tab=messages]",),
}
"""What is shown by further clicks, in this order."""
ANSWERS = {
    "en": ("status", "help", "list", "settings", "heat", "search 6G", "story ST1", "why ST1", "timeline", "preview 6G"),
    "ko": ("상태", "도움말", "목록", "설정", "열지도", "검색 6G", "기사묶음 ST1", "왜 ST1", "연표", "미리보기 6G"),
}


async def test_nothing_overlaps_on_a_phone(page: Any, words: dict[str, str], language: str) -> None:
    await card_of(page, "english")
    await page.set_viewport_size(PHONE)
    faults_in_sight = LAYOUT_FAULTS.read_text("utf-8")
    faults = {"at first": await page.evaluate(faults_in_sight)}
    await page.fill("#words", "/pact ")
    faults["the hints"] = await page.evaluate(faults_in_sight)
    for line in ANSWERS[language]:
        answers = await page.locator(".message.ephemeral").count()
        await type_command(page, f"/pact {line}")
        await page.locator(".message.ephemeral").nth(answers).wait_for()
        faults[line] = await page.evaluate(faults_in_sight)
    await type_command(page, words["export line"])
    for screen, clicks in SCREENS.items():
        for each in clicks:
            await page.locator(each).last.click()
        await page.wait_for_timeout(300)  # the drawer of the channels slides
        faults[screen] = await page.evaluate(faults_in_sight)
    assert {screen: found for screen, found in faults.items() if found} == {}


@pytest.mark.parametrize("language", ["en"], indirect=True)
@pytest.mark.parametrize("width", [1280, 390])
async def test_the_gallery_has_no_overflow(page: Any, sandbox: str, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(f"{sandbox}gallery")
    await page.wait_for_selector("body[data-drawn]")
    assert await page.locator(".g-frame").count() > 100
    too_wide = """() => [...document.querySelectorAll('.g-frame *')]
        .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline')
        .filter((node) => !node.matches('select, input, textarea, option, .b-table'))
        .map((node) => node.closest('.g-example').dataset.title)"""
    assert await page.evaluate(too_wide) == []
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert await page.locator(".b-unknown").count() == 0
