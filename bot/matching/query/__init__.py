"""Parses a query and decides whether an article matches it."""
