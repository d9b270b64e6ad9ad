"""A pretend set of outlets on loopback, for the sandbox and the tests: real HTTP, real charsets, real bad days."""
