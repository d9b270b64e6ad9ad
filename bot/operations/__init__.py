"""Keeps the bot running: audit, cleanup, watchdog, alerts and recovery."""
