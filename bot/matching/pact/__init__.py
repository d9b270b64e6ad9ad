"""Decides whether an article is about the pact or a sister pact, and how urgent it is."""
