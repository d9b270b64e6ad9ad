"""One of the two wings: how an outlet is read. Knows HTTP and HTML, never Slack, never the store."""
