"""The ground: what an operator may change, known before anything starts. Imports nothing of ours."""
