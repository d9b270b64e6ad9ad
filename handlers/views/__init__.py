"""Renders modals and the home tab as views of Slack, and reads what people fill in."""
