"""Answers how a channel or person gets it: digests, quiet hours, settings, language."""
