"""Decides which articles report one event. Pure: no I/O, and the time is an argument."""
