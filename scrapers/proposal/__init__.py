"""Proposes the spec of an outlet from one address of its site."""
