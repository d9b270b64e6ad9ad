"""Fetches pages, sources and robots.txt: one client that keeps to rate limits and trusts no address and no body."""
