"""Receives from Slack and posts to Slack; knows Bolt and Block Kit, but neither outlets nor the database."""
