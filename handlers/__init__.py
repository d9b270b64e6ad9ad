"""One of the two wings: how Slack is heard and spoken to. Knows Bolt and Block Kit, never outlets, never the store."""
