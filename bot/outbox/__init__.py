"""Sends deliveries to Slack exactly once: claim, call, settle."""
