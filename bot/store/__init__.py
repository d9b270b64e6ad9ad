"""Stores what the bot remembers: one schema for SQLite and PostgreSQL, one file of queries per table."""
