"""Adds to the fake Slack's page what only the sandbox has: a clock to put forward, stories to publish, more people."""
