"""Subscribes sources at WebSub hubs, which tell us of news sooner than the next poll."""
