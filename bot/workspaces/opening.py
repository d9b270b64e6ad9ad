"""Opens what serves several workspaces: the client, the tokens, the workspaces, and Slack's OAuth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.store.engine import Store
from bot.workspaces.installed_workspaces import InstalledWorkspaces
from bot.workspaces.installs import Installs
from bot.workspaces.new_install import NewInstalls
from bot.workspaces.token_cipher import TokenCipher
from bot.workspaces.tokens import TeamTokens, Tokens
from handlers.client import make_client
from handlers.manifest import REDIRECT_PATH
from handlers.oauth.access import OAuthAccess
from handlers.oauth.installation_store import RowInstallationStore
from handlers.oauth.routes import InstallFlow
from handlers.post import Poster
from handlers.slack_facts import Identity
from handlers.text.words import Names
from settings.config import Settings


@dataclass(frozen=True, slots=True)
class SeveralWorkspaces:
    """What serves any number of workspaces."""

    access: OAuthAccess
    cipher: TokenCipher
    tokens: Tokens
    workspaces: InstalledWorkspaces

    def forget(self) -> None:
        """Reads every token and installation anew."""
        self.tokens.forget()
        self.workspaces.forget()


def redirect_uri_of(settings: Settings) -> str:
    """Returns the address to which Slack sends a person back."""
    return f"{settings.public_url}{REDIRECT_PATH}"


def open_workspaces(settings: Settings, store: Store, names: Names, now: Callable[[], datetime]) -> SeveralWorkspaces:
    """Opens the parts inside the event loop; the client is closed by whoever opened them. Raises CannotStart."""
    assert settings.slack_client_id is not None
    assert settings.slack_client_secret is not None
    cipher = TokenCipher([key.get_secret_value() for key in settings.secret_key])
    client = make_client(settings.slack_api_url)
    secret = settings.slack_client_secret.get_secret_value()
    access = OAuthAccess(client, settings.slack_client_id, secret, redirect_uri_of(settings))
    tokens = Tokens(store, cipher, access, now)

    def new_poster(team: str) -> Poster:
        return Poster(client, names, settings.command, team=team, tokens=TeamTokens(tokens, team))

    return SeveralWorkspaces(access, cipher, tokens, InstalledWorkspaces(store, client, new_poster))


def install_flow(
    parts: SeveralWorkspaces,
    store: Store,
    register: Callable[[Identity], Awaitable[None]],
    notify_lost_scopes: Callable[[str, str, Sequence[str]], Awaitable[None]],
    settings: Settings,
    now: Callable[[], datetime],
) -> InstallFlow:
    """Returns what an install from a browser needs, once the services stand; the workspaces use them, too."""
    parts.workspaces.register = register
    new_installs = NewInstalls(store, register, notify_lost_scopes, parts.forget)
    installs = Installs(store, parts.cipher, now, new_installs.take_in)
    return InstallFlow(parts.access, installs, RowInstallationStore(installs), now, settings.command)
