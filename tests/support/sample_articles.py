"""Articles that tests publish."""

from __future__ import annotations

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = (
    "Seoul opened a centre for quantum computing on Monday, and researchers from three universities moved in. "
    "The science ministry said that the machines would be shared with companies from next year."
)
"""It is about the sector ``quantum``, and names neither the pact nor an official."""
