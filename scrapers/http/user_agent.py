"""Makes the User-Agent: it says honestly who asks, and where an outlet can write to the operator."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def user_agent(contact: str | None = None, own: str | None = None) -> str:
    """``pactbot/0.2.0 (news monitor; honours robots.txt; +https://example.org/bot)``, the end being the contact.

    An operator's ``own`` text takes the place of the rest. The version is missing where the package is not installed.
    """
    link = "" if contact is None else f"+{contact}"
    if own is not None:
        return own if not contact or contact in own else f"{own} ({link})"
    try:
        name = f"pactbot/{version('pactbot')}"
    except PackageNotFoundError:
        name = "pactbot"
    return f"{name} ({'; '.join(filter(None, ('news monitor', 'honours robots.txt', link)))})"
