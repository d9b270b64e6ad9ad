"""The head: what the bot knows and decides; the only folder that sees both wings."""
