"""Answers what people ask: one module for each verb of the slash command."""
