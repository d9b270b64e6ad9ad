"""Writes the TOML specs of the fake outlets, so that the bot reads them like any other outlet."""

from __future__ import annotations

import json

from scrapers.fake_outlets.announcements import spec_of_source
from scrapers.fake_outlets.article_pages import spec_of_page
from scrapers.fake_outlets.sites import Site


def spec_of_outlet(site: Site, base: str, host: str, every_minutes: float) -> str:
    """The whole spec of an outlet that answers at ``base`` on ``host``."""
    keep = f"keep_params = {json.dumps(site.keep_params)}\n" if site.keep_params else ""
    return (
        f"name = {json.dumps(site.name, ensure_ascii=False)}\n"
        f'home = "{base}/"\n'
        f'language = "{site.language}"\n'
        f'timezone = "{site.timezone}"\n'
        f"every_minutes = {every_minutes}\n"
        f'kind = "{site.kind}"\n'
        f'hosts = ["{host}"]\n'
        f"article_id = '{site.article_id}'\n"
        f"{keep}"
        f"text_allowed = true\n"
        f"enabled = true\n\n"
        f"{spec_of_source(site, base)}\n{spec_of_page()}"
    )
