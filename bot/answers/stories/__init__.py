"""Answers about stories: the status, one story, the board of several, splits, merges, feedback."""
