"""The queue: stores jobs and runs them, in the bot's own SQLite file or over PostgreSQL."""
