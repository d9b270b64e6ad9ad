"""Parses untrusted documents in a child process."""
