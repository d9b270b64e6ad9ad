"""Builds the app's manifest for Slack, each scope with its reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

WHY_SHORTCUT, MUTE_SHORTCUT, TRACK_SHORTCUT = "pact_why", "pact_mute", "pact_track"
"""The callback ids of the message shortcuts."""
SUBSCRIBE_SHORTCUT = "pact_subscribe"
"""The callback id of the global shortcut."""
SHORTCUTS = (
    ("Why? 왜?", "message", WHY_SHORTCUT, "Why a card was posted, or what became of a link · 기사가 올라온 이유"),
    ("Track link 링크 추적", "message", TRACK_SHORTCUT, "Posts the card of a link's story · 링크의 소식 카드 게시"),
    ("Mute story 음소거", "message", MUTE_SHORTCUT, "Holds a story back here for a time · 이 채널에서 소식 음소거"),
    ("New subscription 새 구독", "global", SUBSCRIBE_SHORTCUT, "Follow a subject in a channel · 채널에서 소식 받기"),
)
"""Name, type, callback id and description of each shortcut."""

REQUIRED_SCOPES: dict[str, str] = {
    "commands": "the slash command",
    "chat:write": "cards, digests and answers",
}
"""Without these nothing works."""
OPTIONAL_SCOPES: dict[str, str] = {
    "app_mentions:read": "lines that mention the app, such as @pactbot why in a thread",
    "channels:history": "reading back whether an uncertain post arrived, so that nothing is posted twice",
    "groups:history": "the same in private channels",
    "im:history": "the same in direct messages, and lines typed there",
    "channels:read": "noticing an invitation and an archived channel, and which channels a person is in",
    "groups:read": "the same in private channels",
    "users:read": "each person's language and time zone, who is a guest, and who is an admin",
    "im:write": "a personal subscription's direct message, and which direct message is the bot's own",
    "files:write": "files that a person asks for",
    "usergroups:read": "a menu of user groups in the settings form, and that a group is of this workspace",
    "links:read": "seeing links to articles of the domains that the manifest names",
    "links:write": "saying below such a link which story it belongs to",
}
"""Each adds what its reason says. Without it the bot lacks that feature and says so."""
SCOPES: dict[str, str] = REQUIRED_SCOPES | OPTIONAL_SCOPES
UNFURL_DOMAINS = ("yna.co.kr", "korea.kr", "koreatimes.co.kr", "reuters.com", "whitehouse.gov")
"""The domains whose links Slack tells the app about, with their subdomains. Slack takes five; an operator may name
others of our outlets in the manifest."""

EVENTS: dict[str, str | None] = {
    **dict.fromkeys(("app_home_opened", "app_uninstalled", "tokens_revoked"), None),
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "link_shared": "links:read",
    **dict.fromkeys(("member_joined_channel", "member_left_channel", "channel_left"), "channels:read"),
    **dict.fromkeys(("channel_archive", "channel_unarchive", "channel_deleted"), "channels:read"),
    **dict.fromkeys(("channel_rename", "channel_id_changed"), "channels:read"),
    **dict.fromkeys(("group_left", "group_archive", "group_unarchive"), "groups:read"),
    **dict.fromkeys(("group_deleted", "group_rename"), "groups:read"),
}
"""Each event with the scope that Slack demands in the manifest of an app that subscribes to it."""


ORGANIZATION_EVENTS = ("team_access_granted", "team_access_revoked")
"""Events of an organization that installed the app for its workspaces; they need no scope."""
REDIRECT_PATH = "/slack/oauth_redirect"
"""Where Slack sends a person back who allowed the app."""


def manifest(
    command: str = "/pact",
    http_url: str | None = None,
    unfurl_domains: Sequence[str] = UNFURL_DOMAINS,
    *,
    public_url: str | None = None,
    several: bool = False,
) -> dict[str, Any]:
    """Returns the manifest for Socket Mode, or for HTTP when the bot's public URL is given as ``http_url``.

    ``public_url``: where workspaces install the app. ``several``: they do, so tokens expire and are refreshed, and an
    organization may install the app for all of its workspaces.

    ``bot`` names every scope and ``bot_optional`` those of them that may be refused: Slack accepts no optional scope,
    and no event, whose scope ``bot`` does not name.
    """
    url = f"{http_url.rstrip('/')}/slack/events" if http_url else None
    request_url = {"request_url": url} if url else {}
    redirects = {"redirect_urls": [f"{public_url.rstrip('/')}{REDIRECT_PATH}"]} if public_url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "pactbot",
            "description": "Follows the U.S.–ROK Technology Prosperity Deal in Korean and English",
            "background_color": "#1f3a5f",
        },
        "features": _features(command, url) | {"unfurl_domains": list(unfurl_domains)},
        "oauth_config": {"scopes": {"bot": list(SCOPES), "bot_optional": list(OPTIONAL_SCOPES)}} | redirects,
        "settings": {
            "event_subscriptions": {"bot_events": sorted((*EVENTS, *(ORGANIZATION_EVENTS if several else ())))}
            | request_url,
            "interactivity": {"is_enabled": True} | request_url,
            "org_deploy_enabled": several,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": several,
        },
    }


def _features(command: str, url: str | None) -> dict[str, Any]:
    """Returns the visible features: home tab, command, shortcuts."""
    keys = ("name", "type", "callback_id", "description")
    shortcuts = [dict(zip(keys, shortcut, strict=True)) for shortcut in SHORTCUTS]
    slash = {
        "command": command,
        "description": "Follow the pact · 협약 소식",
        "usage_hint": "status · subscribe quantum · why · help · 도움말",
        "should_escape": True,
    }
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "pactbot", "always_online": True},
        "shortcuts": shortcuts,
        "slash_commands": [slash | ({"url": url} if url else {})],
    }


def as_json(
    command: str = "/pact", http_url: str | None = None, *, public_url: str | None = None, several: bool = False
) -> str:
    """Returns the manifest as Slack's form takes it."""
    content = manifest(command, http_url, public_url=public_url, several=several)
    return json.dumps(content, ensure_ascii=False, indent=2)
