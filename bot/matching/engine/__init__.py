"""Finds the lexicon's terms in a text and decides each one's sense."""
