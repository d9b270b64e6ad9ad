"""Checks settings, lexicon and outlet specs, which needs no network."""

from __future__ import annotations

import os
from collections.abc import Iterator

from bot.cli.doctor.check_row import CheckRow
from bot.cli.stored_rows import StoredRows
from bot.exports.picture import is_installed
from bot.matching.scan import Scanner
from bot.stored_additions import ADDED_IN_SLACK
from settings.config import Settings, misspelled
from settings.errors import SettingsError


def check_files(settings: Settings, stored: StoredRows) -> Iterator[CheckRow]:
    """Yields a row for the settings (or one for each name that is no setting), the lexicon and the specs."""
    unknown = list(misspelled(os.environ))
    for name, near in unknown:
        yield CheckRow("settings", False, f"{name} is no setting", f"did you mean {near}?" if near else "remove it")
    if not unknown:
        yield CheckRow("settings", True, f"understood{_contact_advice(settings)}{_public_url_advice(settings)}")
    yield _lexicon(settings, stored)
    yield _specs(settings, stored)
    yield _charts()


def _charts() -> CheckRow:
    """Says whether ``/pact heat`` can draw; the bot runs without it."""
    missing = "not drawn: heat and timeline are text and CSV; a picture needs the extra: pip install 'pactbot[charts]'"
    return CheckRow("charts", True, "drawn with Pillow" if is_installed() else missing)


def _contact_advice(settings: Settings) -> str:
    """Recommends a contact where outlets find none; the bot runs without it."""
    return "" if settings.contact else "; PACT_CONTACT is recommended: without it outlets cannot write to you"


def _public_url_advice(settings: Settings) -> str:
    """Says where hubs reach us, or that they cannot although our address is set; the bot runs without them."""
    if settings.public_url is None:
        return ""
    if settings.hub_callbacks_at() is None:
        return "; PACT_PUBLIC_URL is not used: set PORT, too, because in Socket Mode no HTTP is served without it"
    return f"; hubs of feeds call {settings.public_url}/websub/…"


def _lexicon(settings: Settings, stored: StoredRows) -> CheckRow:
    try:
        lexicon = stored.lexicon_of(settings)
        Scanner(lexicon)
    except SettingsError as error:
        return CheckRow("lexicon", False, str(error))
    added = f", {len(stored.spellings)} spellings added in Slack" if stored.spellings else ""
    return CheckRow("lexicon", True, f"{len(lexicon.officials)} officials, {len(lexicon.sectors)} sectors{added}")


def _specs(settings: Settings, stored: StoredRows) -> CheckRow:
    try:
        catalogue = stored.catalogue_of(settings)
    except SettingsError as error:
        return CheckRow("outlets", False, str(error))
    outlets, own = catalogue.outlets(), catalogue.own_outlets()
    added = sum(path.parent == ADDED_IN_SLACK for path in catalogue.own)
    counts = {
        "switched off": sum(not outlet.enabled for outlet in outlets.values()),
        "of PACT_OUTLETS": len(own) - added,
        "added in Slack": added,
        "in place of a built-in one": len(own.keys() & catalogue.built_in.keys()),
    }
    parts = [
        f"{len(outlets)} spec{'s' * (len(outlets) != 1)}",
        *(f"{count} {what}" for what, count in counts.items() if count),
    ]
    return CheckRow("outlets", True, ", ".join(parts))
