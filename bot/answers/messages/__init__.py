"""Answers on a message: its shortcuts, a line in its thread, its links, the Share button."""
