"""Finds what a query matches in stored history, for search, preview and everything that counts."""
