"""Turns what an aggregator lists into headlines of the outlets that published them."""
