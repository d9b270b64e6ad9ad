"""Renders a card as Block Kit blocks, inside Slack's limits."""
