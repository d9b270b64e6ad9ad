"""``pactbot check``: checks everything that the bot needs and prints a table: ok or wrong, and what to do."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Sequence

from bot.cli.doctor.finding import Finding
from settings.config import BadSettings, Settings, load
from settings.errors import SettingsError


def run(options: Namespace) -> int:
    """Checks what was asked for, or everything; 1 when anything is wrong."""
    try:
        settings = load()
    except BadSettings as error:
        findings = [Finding("settings", False, line) for line in error.lines]
    else:
        findings = asyncio.run(_findings(settings, options))
    sys.stdout.write(table(findings))
    return int(not all(finding.ok for finding in findings))


async def _findings(settings: Settings, options: Namespace) -> list[Finding]:
    everything = not (options.outlets or options.slack or options.database)
    findings: list[Finding] = []
    if everything:
        from bot.cli.doctor.files import check_files

        findings += check_files(settings)
    if everything or options.database:
        from bot.cli.doctor.database import check_database

        findings.append(await check_database(settings))
    if everything or options.slack:
        from bot.cli.doctor.slack_access import check_slack

        findings += await check_slack(settings)
    if everything or options.outlets:
        from bot.cli.doctor.outlets import check_outlets

        try:
            findings += await check_outlets(settings)
        except SettingsError as error:
            findings += [] if everything else [Finding("outlets", False, str(error))]  # check_files has said it
    return findings


def table(findings: Sequence[Finding]) -> str:
    """Returns the findings as a table, a line each."""
    width = max((len(finding.subject) for finding in findings), default=0)
    return "".join(
        f"{'ok   ' if finding.ok else 'wrong'}  {finding.subject:<{width}}  {_text(finding)}\n" for finding in findings
    )


def _text(finding: Finding) -> str:
    text = f"{finding.text} → {finding.cure}" if finding.cure and not finding.ok else finding.text
    return " ".join(text.split())
