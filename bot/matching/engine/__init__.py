"""Finds the terms of the lexicon and of all queries in a text, and decides the sense of each."""
