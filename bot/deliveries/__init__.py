"""Deliveries: what has to be posted, where, until when it is held, and what it shows."""
