"""The bot: what it knows and decides; the only package that uses both ``handlers`` and ``scrapers``."""
