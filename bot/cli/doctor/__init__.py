"""Checks settings, database, Slack and outlets for ``pactbot check``."""
