"""Reads what a story knows from its reports: facts, sources, who was first, and its lead. Pure."""
