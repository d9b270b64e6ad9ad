"""Stores what the bot remembers: one schema for SQLite and PostgreSQL, one file of queries per table."""

from bot.store.without_mapper import import_engine_alone

import_engine_alone()
