"""Serves fictional outlets on loopback, for the sandbox and the tests: real HTTP, real charsets, faults on request."""
