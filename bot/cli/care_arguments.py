"""Adds the arguments of the commands that care for the data: purge and backup."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.cli.parser import Parser

KEPT_DAYS = 35
"""What is younger always stays: digests, mutes and the reading of sources look back so far."""


def backup_arguments(parser: Parser) -> None:
    """Adds those of ``backup``."""
    parser.add_argument("file", type=Path, metavar="FILE", help="write the copy there, readable by this user alone")
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")


def purge_arguments(parser: Parser) -> None:
    """Adds those of ``purge``."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--before", type=_day, metavar="DATE", help="delete what ended before this day, as 2026-01-31")
    which.add_argument("--person", type=_person, metavar="ID", help="erase a person everywhere, as U0123ABCD")
    parser.add_argument("--team", type=_team, metavar="ID", help="with --person: of this workspace alone, as T0123ABCD")
    parser.add_argument("--yes", action="store_true", help="do it without asking; without a terminal it is needed")


def _day(written: str) -> date:
    try:
        day = date.fromisoformat(written) if re.fullmatch(r"\d{4}-\d\d-\d\d", written) else None
    except ValueError:
        day = None
    if day is None:
        raise argparse.ArgumentTypeError(f"{written!r} is no day, as 2026-01-31")
    latest = datetime.now(UTC).date() - timedelta(days=KEPT_DAYS)
    if day > latest:
        line = f"{written} is too late: the last {KEPT_DAYS} days always stay, so {latest} is the latest"
        raise argparse.ArgumentTypeError(line)
    return day


def _person(written: str) -> str:
    if not re.fullmatch(r"[UW][A-Z0-9]{2,20}", written):
        raise argparse.ArgumentTypeError(
            f"{written!r} is no member id, as U0123ABCD (in Slack: profile, Copy member ID)"
        )
    return written


def _team(written: str) -> str:
    if not re.fullmatch(r"[TE][A-Z0-9]{1,20}", written):
        raise argparse.ArgumentTypeError(f"{written!r} is no workspace id, as T0123ABCD (/pact debug shows it)")
    return written
