"""One function per ask: what a person asked becomes a card. What changes a channel is said there by a real post."""
