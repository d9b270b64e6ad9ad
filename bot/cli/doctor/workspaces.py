"""Checks what serves several workspaces: the app's credentials, where it is installed, and the stored tokens."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.cli.doctor.check_row import CheckRow
from bot.cli.doctor.database import missing_file
from bot.cli.doctor.slack_access import check_app_token, failed, transport
from bot.errors import CannotStart, PactbotError, TokenUnreadable
from bot.required_settings import check_oauth
from bot.store import bot_tokens
from bot.store.bot_tokens import BotTokenRow
from bot.store.engine import Store
from bot.workspaces.opening import SeveralWorkspaces, open_workspaces
from bot.workspaces.token_cipher import TokenCipher
from bot.workspaces.tokens import opened
from handlers.client import close_client
from handlers.errors import PostError
from handlers.oauth.routes import CLIENT_FAULTS, INSTALL_PATH
from handlers.text.words import NO_NAMES
from settings.config import Settings

_SUBJECT = "Slack OAuth"
_NEVER_ISSUED = "check"
"""A code that Slack never gave: it is refused, but only after the app's credentials were found right."""


async def check_workspaces(settings: Settings) -> list[CheckRow]:
    """Returns a row for the app's credentials, one for the transport, and one for each install that is wrong."""
    try:
        check_oauth(settings)
        store = Store.open(settings.database_url.get_secret_value())
    except PactbotError as error:
        return [CheckRow(_SUBJECT, False, str(error))]
    try:
        parts = open_workspaces(settings, store, NO_NAMES, lambda: datetime.now(UTC))
    except CannotStart as error:
        return [CheckRow(_SUBJECT, False, str(error))]
    try:
        poster = parts.workspaces.poster("")
        rows = [await _credentials(parts, settings), await check_app_token(poster, settings) or transport(settings)]
        return rows + await _installs(settings, store, parts.cipher)
    except PostError as error:
        return [failed(_SUBJECT, error)]
    finally:
        await close_client(parts.workspaces.client)
        await store.close()


async def _credentials(parts: SeveralWorkspaces, settings: Settings) -> CheckRow:
    """Asks Slack for the token of a code that it never gave, and reads why it is refused."""
    try:
        await parts.access.exchange(_NEVER_ISSUED, datetime.now(UTC))
    except PostError as error:
        if error.code in CLIENT_FAULTS:
            cure = "compare SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and PACT_PUBLIC_URL with the app's settings in Slack"
            return CheckRow(_SUBJECT, False, f"Slack answers {error.code}", cure)
        if error.code not in ("invalid_code", "code_already_used"):
            return failed(_SUBJECT, error)
    return CheckRow(_SUBJECT, True, f"workspaces install the app at {settings.public_url}{INSTALL_PATH}")


async def _installs(settings: Settings, store: Store, cipher: TokenCipher) -> list[CheckRow]:
    if missing_file(store, settings.database_url.get_secret_value()):
        return [CheckRow("workspaces", True, "none yet")]
    try:
        async with store.read() as c:
            rows = await bot_tokens.all_of(c)
    except PactbotError as error:
        return [CheckRow("workspaces", False, str(error), "run `pactbot migrate`")]
    return [CheckRow("workspaces", True, str(len(rows)) if rows else "none yet")] + [
        CheckRow(f"workspace {row.team or row.enterprise}", False, "no key of PACT_SECRET_KEY opens its token",
                 "add the key that it was stored under behind the others, or install the app there again")
        for row in rows if not _is_readable(cipher, row)
    ]  # fmt: skip


def _is_readable(cipher: TokenCipher, row: BotTokenRow) -> bool:
    try:
        opened(cipher, row)
    except TokenUnreadable:
        return False
    return True
