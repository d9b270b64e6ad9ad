"""Answers requests: one file for each verb of the slash command."""
