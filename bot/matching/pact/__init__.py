"""Decides whether an article is about the pact or a sister of it, and how urgent it is."""
