"""Fetches from outlets: one polite client that distrusts every address and body."""
