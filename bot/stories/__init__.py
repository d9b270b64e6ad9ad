"""Clusters reports of one event into stories. Pure: no I/O, and the time is an argument."""
