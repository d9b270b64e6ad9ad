"""Parses a query and tells whether an article matches it."""
